/// \file
/// Messages beyond the fixtures: rare types, odd shapes, and that no member is lost.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/codec.h"
#include "omni/event.h"
#include "whatsapp_test_requests.h"

namespace omni::inline v0_1 {
namespace whatsapp::testing {
namespace {

/// The event of one message from the known contact; `members` are the message's own.
Event FromCustomer(std::string_view members) {
  return OnlyEvent(MessagesChange(R"("messages":[{"from":"447700900123","id":"wamid.1",)"
                                  R"("timestamp":"1790841602",)" +
                                  std::string(members) + "}]"));
}

/// What every event of the known contact has in its metadata, and then `more`.
std::string MetadataWith(std::string_view more) {
  return R"({"phoneNumberId":"731905528846017","userId":"GB.7392")" + std::string(more) + "}";
}

struct ContentCase {
  std::string_view name;
  std::string_view members;
  std::string_view message;
  std::string_view more_metadata;
};

class ContentTest : public ::testing::TestWithParam<ContentCase> {};

TEST_P(ContentTest, IsReadAsDocumented) {
  const Event event = FromCustomer(GetParam().members);
  EXPECT_EQ(Part(event, "message"), GetParam().message);
  EXPECT_EQ(Part(event, "metadata"), MetadataWith(GetParam().more_metadata));
}

constexpr ContentCase kContents[] = {
    {"VoiceOfTheOldApi", R"("type":"voice","voice":{"id":"7","mime_type":"audio/ogg"})",
     R"({"type":"audio","media":[{"id":"7","mimeType":"audio/ogg","voice":true}]})", ""},
    {"FilenameWithoutItsPath",
     R"("type":"document","document":{"id":"7","filename":"..\\..\\/etc/passwd"})",
     R"({"type":"document","media":[{"id":"7","filename":"passwd"}]})", ""},
    {"FilenameThatIsOnlyAPath", R"("type":"document","document":{"id":"7","filename":"a/.."})",
     R"({"type":"document","media":[{"id":"7"}]})", ""},
    {"NumbersForIds", R"("type":"image","image":{"id":1492003387715541,"size_hint":3})",
     R"({"type":"image","media":[{"id":"1492003387715541"}]})", R"(,"imageSizeHint":"3")"},
    {"AddressForm",
     R"("type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":)"
     R"("address_message","body":"Sent","response_json":"{\"pin\": \"560001\"}"}})",
     R"({"type":"interactive","text":"Sent","interactive":{"kind":"form","payload":)"
     R"({"pin":"560001"}}})",
     R"(,"flowName":"address_message")"},
    {"FlowWithBrokenAnswers",
     R"("type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow",)"
     R"("response_json":"{\"cut"}})",
     R"({"type":"interactive","interactive":{"kind":"flow","payload":"{\"cut"}})",
     R"(,"flowName":"flow")"},
    {"FlowWhoseAnswersAreAnObject",
     R"("type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":)"
     R"({"a": 1}}})",
     R"({"type":"interactive","interactive":{"kind":"flow","payload":{"a":1}}})", ""},
    {"CallPermission",
     R"("type":"interactive","interactive":{"type":"call_permission_reply",)"
     R"("call_permission_reply":{"response":"accept"}})",
     R"({"type":"interactive","interactive":{"payload":{"type":"call_permission_reply",)"
     R"("call_permission_reply":{"response":"accept"}}}})",
     ""},
    {"InteractiveWithoutReply",
     R"("type":"interactive","interactive":{"type":"button_reply"},"errors":[{"code":131000,)"
     R"("title":"Something went wrong","message":"Try again"}])",
     R"({"type":"interactive","interactive":{"payload":{"type":"button_reply"}}})",
     R"(,"errorCode":"131000","errorTitle":"Something went wrong","errorMessage":"Try again")"},
    {"InteractiveWithNothing", R"("type":"interactive")",
     R"({"type":"interactive","interactive":{}})", ""},
    {"LocationWithoutCoordinates", R"("type":"location","location":{"name":"Here"})",
     R"({"type":"location"})", R"(,"location":"{\"name\":\"Here\"}")"},
    {"NumberChangeOfTheOldApi",
     R"("type":"system","system":{"body":"changed","type":"customer_changed_number",)"
     R"("new_wa_id":"447700900789","customer":"447700900123"})",
     R"({"type":"system","text":"changed"})",
     R"(,"systemType":"customer_changed_number","newAddress":"+447700900789",)"
     R"("systemCustomer":"447700900123")"},
    {"IdentityChangeIsNoNewAddress",
     R"("type":"system","system":{"type":"customer_identity_changed","wa_id":"447700900123"},)"
     R"("identity":{"hash":"h="})",
     R"({"type":"system"})",
     R"(,"systemType":"customer_identity_changed","identity":"{\"hash\":\"h=\"}")"},
    {"SeveralErrors",
     R"("type":"unsupported","errors":[{"code":1,"title":"a","message":"a"},{"code":2}])",
     R"({"type":"unsupported"})",
     R"(,"errorCode":"1","errorTitle":"a",)"
     R"("errors":"[{\"code\":1,\"title\":\"a\",\"message\":\"a\"},{\"code\":2}]")"},
    {"ForwardedOnceWithoutBeingAReply",
     R"("type":"text","text":{"body":"x"},"context":{"forwarded":true,"from":"15550142277"})",
     R"({"type":"text","text":"x","forwarded":true})", R"(,"contextFrom":"15550142277")"},
    {"OrderThatAnswersAProduct",
     R"("type":"order","order":{"catalog_id":"5"},"context":{"id":"wamid.0","from":"1"})",
     R"({"type":"order","replyTo":{"messageId":"wamid.0","from":"1"}})",
     R"(,"catalogId":"5","order":"{\"catalog_id\":\"5\"}")"},
    {"ContactsThatSayNoMoreThanWeKeep",
     R"("type":"contacts","contacts":[{"name":{"formatted_name":"Ann"},"org":{"company":"A"},)"
     R"("phones":[{"phone":"+44 (20) 7946-0991"}],"emails":[{"email":"a@b.example"}]}])",
     R"({"type":"contacts","contacts":[{"name":"Ann","phones":["+442079460991"],)"
     R"("emails":["a@b.example"],"organization":"A"}]})",
     ""},
    {"NationalNumbersStayAsTheyAre",
     R"("type":"contacts","contacts":[{"name":{"formatted_name":"Ann"},)"
     R"("phones":[{"phone":"020 7946 0991"},{"phone":"2079460991"},{"phone":"ext. 7"}]}])",
     R"({"type":"contacts","contacts":[{"name":"Ann","phones":["020 7946 0991","2079460991",)"
     R"("ext. 7"]}]})",
     ""},
    {"ContactOfTwoNames",
     R"("type":"contacts","contacts":[{"name":{"first_name":"Ann","last_name":"Lee"}}])",
     R"({"type":"contacts","contacts":[{"name":"Ann Lee"}]})",
     R"(,"contacts":"[{\"name\":{\"first_name\":\"Ann\",\"last_name\":\"Lee\"}}]")"},
    {"UnknownMembersOfEveryKind",
     R"("type":"text","text":{"body":"x","preview_url":true},"view_once":true,"score":1.50,)"
     R"("extra":{"a": [1, 2]},"nothing":null,"user_id":"clash","context":{"odd":"c"})",
     R"({"type":"text","text":"x"})",
     R"(,"textPreviewUrl":"true","contextOdd":"c","viewOnce":"true","score":"1.50",)"
     R"("extra":"{\"a\":[1,2]}","otherUserId":"clash")"},
    {"KnownMembersOfTheWrongShape",
     R"("type":"text","text":{"body":["x"]},"context":"c","referral":7,"group_id":{"a":1})",
     R"({"type":"text"})",
     R"(,"textBody":"[\"x\"]","context":"c","referral":"7","groupId":"{\"a\":1}")"},
};

INSTANTIATE_TEST_SUITE_P(Messages, ContentTest, ::testing::ValuesIn(kContents),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(MessageTest, KeepsAFloodOfUnknownMembersAsOneText) {
  std::string members = R"("type":"text","text":{"body":"x"})";
  for (int i = 0; i < 100; ++i) members += ",\"unknown_" + std::to_string(i) + "\":1";
  const Event event = FromCustomer(members);
  EXPECT_EQ(event.message->text, "x");
  EXPECT_EQ(event.metadata.entries().size(), 3U);
  EXPECT_EQ(event.metadata.Get("rest"), event.raw.text);
}

TEST(MessageTest, OfAKnownTypeWithoutItsBodyIsAnUnknownNotice) {
  for (std::string_view members :
       {R"("type":"text")", R"("type":"text","text":"x")", R"("type":"image","image":[])",
        R"("type":"contacts","contacts":{})", R"("text":{"body":"x"})", R"("type":7)"}) {
    const Event event = FromCustomer(members);
    ASSERT_EQ(event.kind, EventKind::kNotice) << members;
    EXPECT_EQ(event.notice->type, "unknown");
    EXPECT_EQ(event.notice->detail.text, event.raw.text);
    EXPECT_EQ(event.from->address, "+447700900123");
    EXPECT_EQ(event.conversation, "whatsapp:+15550142277:+447700900123");
    EXPECT_EQ(event.carrier_message_id, "wamid.1");
    EXPECT_FALSE(event.message.has_value());
  }
}

TEST(MessageTest, TakesTimesAsStringOrNumberInSecondsOrMilliseconds) {
  for (std::string_view time :
       {"\"1790841602\"", "1790841602", "\"1790841602000\"", "1790841602000"}) {
    const Event event = OnlyEvent(MessagesChange(
        R"("messages":[{"from":"447700900123","type":"request_welcome","timestamp":)" +
        std::string(time) + "}]"));
    EXPECT_EQ(omni::FormatTime(event.occurred_at), "2026-10-01T08:00:02.000Z") << time;
  }
  const Event without = OnlyEvent(MessagesChange(
      R"("messages":[{"from":"447700900123","type":"request_welcome","timestamp":"soon"}])"));
  EXPECT_EQ(without.occurred_at, absl::InfinitePast());
}

TEST(MessageTest, WithoutAnyIdHasNoSenderAndNoConversation) {
  const Event event =
      OnlyEvent(MessagesChange(R"("messages":[{"type":"text","text":{"body":"x"}}])"));
  EXPECT_EQ(event.message->text, "x");
  EXPECT_FALSE(event.from.has_value());
  EXPECT_EQ(event.conversation, "");
  EXPECT_EQ(event.carrier_message_id, "");
}

TEST(MessageTest, IsFromTheBusinessScopedIdWhereverTheCarrierPutsIt) {
  const Event event = OnlyEvent(MessagesChange(
      R"("messages":[{"from":"GB.7392","id":"wamid.1","type":"text","text":{"body":"x"}}])"));
  EXPECT_EQ(Part(event, "from"), R"({"address":"GB.7392","name":"Priya"})");
  EXPECT_EQ(Part(event, "metadata"),
            R"({"phoneNumberId":"731905528846017","waId":"447700900123","userId":"GB.7392"})");
  const Event stranger = OnlyEvent(MessagesChange(
      R"("messages":[{"from":"US.11","id":"wamid.1","type":"text","text":{"body":"x"}}])"));
  EXPECT_EQ(stranger.metadata.Get("userId"), "US.11");
}

TEST(MessageTest, TellsTheOtherSpellingOfANumber) {
  const Event event = OnlyEvent(OneChange(
      "messages", R"({"metadata":{"phone_number_id":"73"},"contacts":[{"wa_id":"5561981234567",)"
                  R"("user_id":"BR.1","profile":{"name":"Rui","username":"rui"}}],"messages":[{)"
                  R"("from":"556181234567","from_user_id":"BR.1","type":"text","text":{}}]})"));
  EXPECT_EQ(event.from->address, "+556181234567");
  EXPECT_EQ(event.from->name, "Rui");
  EXPECT_EQ(event.metadata.Get("waId"), "5561981234567");
  EXPECT_EQ(event.metadata.Get("username"), "rui");
  EXPECT_EQ(Part(event, "to"), R"([{"address":"73"}])");
}

TEST(MessageTest, TakesTheBusinessNumberInAnySpelling) {
  for (std::string_view number :
       {"15550142277", "+15550142277", "+1 555-014-2277", "1 (555) 014-2277"}) {
    const Event event = OnlyEvent(OneChange(
        "messages", R"({"metadata":{"display_phone_number":")" + std::string(number) +
                        R"(","phone_number_id":"73"},"messages":[{"type":"text","text":{}}]})"));
    EXPECT_EQ(Part(event, "to"), R"([{"address":"+15550142277","carrierId":"73"}])") << number;
  }
}

TEST(MessageTest, JoinsContactsByIdAndNeverByPosition) {
  std::string contacts;
  std::string messages;
  constexpr int kPeople = 1000;
  for (int i = 0; i < kPeople; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    const std::string number = std::to_string(447700000000 + i);
    const std::string last = std::to_string(447700000000 + kPeople - 1 - i);
    contacts += comma + R"({"wa_id":")" + number + R"(","profile":{"name":"N)" + number + "\"}}";
    messages += comma + R"({"from":")" + last + R"(","type":"text","text":{"body":"x"}})";
  }
  const auto result = Normalize(
      OneChange("messages", "{\"contacts\":[" + contacts + "],\"messages\":[" + messages + "]}"));
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->events.size(), static_cast<std::size_t>(kPeople));
  for (const InboundEvent& inbound : result->events) {
    EXPECT_EQ(inbound.event->from->name, "N" + inbound.event->from->carrier_id);
  }
}

TEST(MessageTest, KeepsTheCarriersObjectWhenAsked) {
  const Event event = FromCustomer(R"("type": "text",  "text": {"body" : "caf\u00e9"})");
  EXPECT_EQ(event.raw.text,
            R"({"from":"447700900123","id":"wamid.1","timestamp":"1790841602","type":"text",)"
            R"("text":{"body":"caf\u00e9"}})");
}

TEST(MessageTest, FromAGroupBelongsToTheGroupsConversation) {
  const Event event = FromCustomer(R"("type":"text","text":{"body":"x"},"group_id":"Z3Jv")");
  EXPECT_EQ(event.from->address, "+447700900123");
  EXPECT_EQ(event.conversation, "whatsapp:+15550142277:Z3Jv");
  EXPECT_EQ(event.metadata.Get("groupId"), "Z3Jv");
}

constexpr std::string_view kEchoValue =
    R"({"metadata":{"display_phone_number":"15550142277","phone_number_id":"73"},)"
    R"("message_echoes":[)";

TEST(EchoTest, OfEditsAndDeletionsAreOutboundNotices) {
  for (std::string_view field : {"smb_message_echoes", "message_echoes"}) {
    const Event edit = OnlyEvent(OneChange(
        field, std::string(kEchoValue) +
                   R"({"from":"15550142277","to":"447700900123","id":"wamid.2","type":"edit",)"
                   R"("edit":{"original_message_id":"wamid.1","message":{"type":"text"}}}]})"));
    ASSERT_TRUE(edit.notice.has_value());
    EXPECT_EQ(edit.notice->type, "edited");
    EXPECT_EQ(edit.notice->subject, "wamid.1");
    EXPECT_EQ(edit.carrier_message_id, "wamid.2");
    EXPECT_EQ(edit.direction, Direction::kOutbound);
    EXPECT_EQ(edit.from->address, "+15550142277");
    EXPECT_EQ(edit.to.at(0).address, "+447700900123");
    EXPECT_EQ(edit.metadata.Get("echo"), "true");
    EXPECT_EQ(edit.metadata.Get("field"), field);
  }
}

TEST(EchoTest, InStandbyUnwrapsWhatTheOtherAppSent) {
  const auto standby = [](std::string_view message) {
    return OnlyEvent(OneChange(
        "standby", R"({"metadata":{"display_phone_number":"15550142277","phone_number_id":"73"},)"
                   R"("standby":{"message_echoes":[{"id":"wamid.3","timestamp":"1790841950",)"
                   R"("message":)" +
                       std::string(message) + "}]}}"));
  };
  const Event scoped = standby(R"({"recipient":"GB.7","type":"text","text":{"body":"x"}})");
  EXPECT_EQ(scoped.carrier_message_id, "wamid.3");
  EXPECT_EQ(omni::FormatTime(scoped.occurred_at), "2026-10-01T08:05:50.000Z");
  EXPECT_EQ(Part(scoped, "to"), R"([{"address":"GB.7"}])");
  EXPECT_EQ(scoped.message->text, "x");

  const Event group =
      standby(R"({"recipient_type":"group","to":"Z3Jv","type":"text","text":{"body":"x"}})");
  EXPECT_EQ(group.conversation, "whatsapp:+15550142277:Z3Jv");
  EXPECT_EQ(group.metadata.Get("groupId"), "Z3Jv");
  EXPECT_EQ(Part(group, "to"), R"([{"address":"Z3Jv"}])");

  const Event media = standby(
      R"({"to":"447700900123","type":"document","document":{"link":"https://x.example/a.pdf",)"
      R"("filename":"a.pdf"},"context":{"message_id":"wamid.1"}})");
  EXPECT_EQ(Part(media, "message"),
            R"({"type":"document","media":[{"url":"https://x.example/a.pdf","filename":"a.pdf"}],)"
            R"("replyTo":{"messageId":"wamid.1"}})");
  EXPECT_EQ(media.metadata.Get("documentLink"), "");
  EXPECT_EQ(media.metadata.Get("contextMessageId"), "");

  const Event both = standby(
      R"({"to":"447700900123","type":"image","image":{"url":"https://x.example/1",)"
      R"("link":"https://x.example/2"},"context":{"id":"wamid.1","message_id":"wamid.2"}})");
  EXPECT_EQ(both.message->media.at(0).url, "https://x.example/1");
  EXPECT_EQ(both.message->reply_to->message_id, "wamid.1");
  EXPECT_EQ(both.metadata.Get("imageLink"), "https://x.example/2");
  EXPECT_EQ(both.metadata.Get("contextMessageId"), "wamid.2");

  const Event templated = standby(R"({"to":"447700900123","type":"template","template":{"a":1}})");
  EXPECT_EQ(Part(templated, "message"), R"({"type":"unsupported"})");
  EXPECT_EQ(templated.metadata.Get("carrierType"), "template");
  EXPECT_EQ(templated.metadata.Get("template"), R"({"a":1})");
}

TEST(HistoryTest, InfersDirectionAndPeopleFromTheThread) {
  const auto result = Normalize(OneChange(
      "history",
      R"({"metadata":{"display_phone_number":"15550142277","phone_number_id":"73"},"history":[)"
      R"({"metadata":{"phase":0},"threads":[{"id":"447700900123","context":{"user_id":"GB.7",)"
      R"("username":"@ann"},"messages":[{"from":"15550142277","id":"1","type":"text",)"
      R"("text":{"body":"a"}},{"id":"2","type":"text","text":{"body":"b"}}]},)"
      R"({"id":"9","messages":[]}]},{"metadata":{"phase":2,"progress":100},"threads":[]}]})"));
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->events.size(), 4U);
  const Event& sent = *result->events[0].event;
  EXPECT_EQ(sent.direction, Direction::kOutbound);
  EXPECT_EQ(Part(sent, "to"), R"([{"address":"+447700900123","carrierId":"447700900123"}])");
  EXPECT_EQ(Part(sent, "metadata"),
            R"({"phoneNumberId":"73","history":"true","historyPhase":"0","userId":"GB.7",)"
            R"("username":"ann"})");
  const Event& received = *result->events[1].event;
  EXPECT_EQ(received.direction, Direction::kInbound);
  EXPECT_EQ(received.from->address, "+447700900123");
  for (std::size_t i : {2U, 3U}) {
    EXPECT_EQ(result->events[i].event->notice->type, "history");
    EXPECT_EQ(result->events[i].event->metadata.Get("history"), "true");
  }
}

TEST(HistoryTest, APlaceholderDoesNotTakeTheIdOfWhatFollows) {
  const auto result = Normalize(OneChange(
      "history",
      R"({"messages":[{"from":"4","id":"wamid.1","type":"media_placeholder"},)"
      R"({"from":"4","id":"wamid.1","type":"image","image":{"id":"7"}}],)"
      R"("message_echoes":[{"to":"4","id":"wamid.2","type":"text","text":{"body":"x"}}]})"));
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->events.size(), 3U);
  EXPECT_EQ(result->events[0].identity, "wamid.1:placeholder");
  EXPECT_EQ(result->events[1].identity, "");
  EXPECT_EQ(result->events[2].event->direction, Direction::kOutbound);
  for (const InboundEvent& inbound : result->events) {
    EXPECT_EQ(inbound.event->metadata.Get("history"), "true");
  }
}

}  // namespace
}  // namespace whatsapp::testing
}  // namespace omni::inline v0_1
