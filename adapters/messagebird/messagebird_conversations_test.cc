#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "messagebird_test_util.h"
#include "omni/codec.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::omni::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Parts {
  std::string_view type = "message.created";
  std::string_view direction = "received";
  std::string_view platform = "whatsapp";
  std::string_view parties = R"("from":"+15559876543","to":"+15551234567")";
  std::string_view content = R"("type":"text","content":{"text":"hi"})";
  std::string_view more = R"("status":"received")";
  std::string_view contact = R"({"id":"c1"})";
};

std::string Webhook(const Parts& parts) {
  std::string json = R"({"type":")";
  json.append(parts.type).append(R"(","contact":)").append(parts.contact);
  json.append(R"(,"conversation":{"id":"v1"},"message":{"id":"m1","conversationId":"v1",)");
  json.append(R"("channelId":"ch1","platform":")").append(parts.platform).append("\",");
  json.append(parts.parties).append(R"(,"direction":")").append(parts.direction).append("\",");
  json.append(parts.content).append(",").append(parts.more);
  json.append(R"(,"createdDatetime":"2024-01-15T10:30:01Z",)");
  return json.append(R"("updatedDatetime":"2024-01-15T10:30:04Z"}})");
}

Event Read(const Parts& parts) { return EventOf(Webhook(parts)); }

Event WithContent(std::string_view content) { return Read({.content = content}); }

TEST(MessageBirdConversations, AReceivedMessageIsInbound) {
  const Event event = Read({});
  EXPECT_EQ(event.kind, EventKind::kMessage);
  EXPECT_EQ(event.direction, Direction::kInbound);
  EXPECT_EQ(event.channel, "whatsapp");
  EXPECT_EQ(event.account, "ch1");
  EXPECT_EQ(event.from->address, "+15559876543");
  EXPECT_EQ(event.to[0].address, "+15551234567");
  EXPECT_EQ(event.conversation, "messagebird:+15551234567:+15559876543");
  EXPECT_EQ(event.carrier_message_id, "m1");
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2024-01-15T10:30:01.000Z");
  EXPECT_EQ(event.message->type, MessageType::kText);
  EXPECT_EQ(event.message->text, "hi");
  EXPECT_EQ(event.metadata.Get("conversationId"), "v1");
  EXPECT_EQ(event.metadata.Get("contactId"), "c1");
  EXPECT_EQ(event.metadata.Get("status"), "");
}

TEST(MessageBirdConversations, OurOwnMessageIsOutboundInTheSameConversation) {
  const Event event = Read({.direction = "sent",
                            .parties = R"("from":"+15551234567","to":"+15559876543")",
                            .more = R"("status":"pending")"});
  EXPECT_EQ(event.kind, EventKind::kMessage);
  EXPECT_EQ(event.direction, Direction::kOutbound);
  EXPECT_EQ(event.from->address, "+15551234567");
  EXPECT_EQ(event.to[0].address, "+15559876543");
  EXPECT_EQ(event.conversation, "messagebird:+15551234567:+15559876543");
  EXPECT_EQ(event.metadata.Get("status"), "pending");
}

TEST(MessageBirdConversations, AnUpdateOfOurOwnIsAStatus) {
  const Event event = Read({.type = "message.updated",
                            .direction = "sent",
                            .parties = R"("from":"+15551234567","to":"+15559876543")",
                            .more = R"("status":"read")"});
  EXPECT_EQ(event.kind, EventKind::kStatus);
  EXPECT_EQ(event.direction, Direction::kOutbound);
  EXPECT_EQ(event.status->value, StatusValue::kRead);
  EXPECT_EQ(event.to[0].address, "+15559876543");
  EXPECT_EQ(event.channel, "whatsapp");
  EXPECT_EQ(event.account, "ch1");
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2024-01-15T10:30:04.000Z");
  EXPECT_EQ(event.metadata.Get("contentText"), "hi");
}

TEST(MessageBirdConversations, AFailureHasItsError) {
  struct Case {
    std::string_view error;
    std::string_view code;
    std::string_view message;
    ErrorClass error_class;
  };
  constexpr Case kCases[] = {
      {R"({"code":302,"description":"not there"})", "302", "not there",
       ErrorClass::kInvalidRecipient},
      {R"({"code":"470"})", "470", "service window is closed: a template is needed",
       ErrorClass::kWindowClosed},
      {R"({"code":301})", "301", "message could not be sent", ErrorClass::kUnknown},
      // Elsewhere this number is an unknown subscriber.
      {R"({"code":1,"description":"d"})", "1", "d", ErrorClass::kUnknown},
      {R"({"description":"Spam"})", "", "Spam", ErrorClass::kSpam},
  };
  for (const Case& c : kCases) {
    const Event event = Read({.type = "message.updated",
                              .direction = "sent",
                              .more = R"("status":"failed","error":)" + std::string(c.error)});
    ASSERT_TRUE(event.status->error.has_value()) << c.error;
    EXPECT_EQ(event.status->error->code, c.code);
    EXPECT_EQ(event.status->error->message, c.message);
    EXPECT_EQ(event.status->error->class_, c.error_class) << c.error;
  }
}

TEST(MessageBirdConversations, OtherChangesAreNotices) {
  struct Case {
    std::string_view type;
    std::string_view more;
    std::string_view notice;
    std::string_view subject;
  };
  constexpr Case kCases[] = {
      {"message.updated", R"("status":"deleted")", "deleted", "m1"},
      {"message.updated", R"("status":"read")", "unknown", "message.updated"},
      {"message.exploded", R"("status":"read")", "unknown", "message.exploded"},
      {"conversation.created", R"("status":"received")", "chatStarted", "v1"},
      {"conversation.updated", R"("status":"received")", "unknown", "conversation.updated"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.type);
    const std::string body = Webhook({.type = c.type, .more = c.more});
    const Event event = EventOf(body);
    EXPECT_EQ(event.kind, EventKind::kNotice);
    EXPECT_EQ(event.notice->type, c.notice);
    EXPECT_EQ(event.notice->subject, c.subject);
    EXPECT_EQ(event.notice->detail.text, body);
    EXPECT_EQ(event.carrier_message_id, "");
    EXPECT_EQ(event.account, "ch1");
    EXPECT_EQ(event.conversation, "messagebird:+15551234567:+15559876543");
  }
}

TEST(MessageBirdConversations, AnArchivedConversationIsClosed) {
  const Event event =
      EventOf(R"({"type":"conversation.updated","contact":{"id":"c1","msisdn":15559876543,)"
              R"("displayName":"Ada"},"conversation":{"id":"v1","status":"archived",)"
              R"("updatedDatetime":"2024-01-15T10:30:04Z"}})");
  EXPECT_EQ(event.notice->type, "chatClosed");
  EXPECT_EQ(event.notice->subject, "v1");
  EXPECT_EQ(event.channel, "messagebird");
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2024-01-15T10:30:04.000Z");
}

TEST(MessageBirdConversations, AMessageOfNoKnownDirectionIsANotice) {
  EXPECT_EQ(Read({.direction = "sideways"}).notice->type, "unknown");
  EXPECT_EQ(
      EventOf(R"({"type":"message.created","message":{"direction":"received"}})").notice->type,
      "unknown");
  EXPECT_EQ(
      EventOf(R"({"type":"message.updated","message":{"id":"1","direction":"sent"}})").notice->type,
      "unknown");
}

TEST(MessageBirdConversations, TheContactStandsInForAMissingParty) {
  const Event event = Read({.parties = R"("tag":"t")",
                            .contact = R"({"id":"c1","msisdn":15559876543,"displayName":"Ada"})"});
  EXPECT_EQ(event.from->address, "+15559876543");
  EXPECT_EQ(event.from->name, "Ada");
  EXPECT_EQ(event.to[0].address, "ch1");
  EXPECT_EQ(event.metadata.Get("contactMsisdn"), "");
  EXPECT_EQ(event.metadata.Get("tag"), "t");
  const Event sent = Read({.direction = "sent",
                           .parties = R"("tag":"t")",
                           .contact = R"({"id":"c1","msisdn":15559876543})"});
  EXPECT_EQ(sent.from->address, "ch1");
  EXPECT_EQ(sent.to[0].address, "+15559876543");
}

TEST(MessageBirdConversations, AKnownChannelStandsForItsAddress) {
  const NormalizeSettings settings = {.options = {.channel_addresses = {{"ch1", "+15551234567"}}}};
  const Event event =
      OnlyEvent(Normalize({.body = Webhook({.parties = R"("from":"+15559876543")"})}, settings));
  EXPECT_EQ(event.to[0].address, "+15551234567");
  EXPECT_EQ(event.conversation, "messagebird:+15551234567:+15559876543");
  // What the message itself says counts more.
  const Event told = OnlyEvent(Normalize(
      {.body = Webhook({.parties = R"("from":"+15559876543","to":"+15557654321")"})}, settings));
  EXPECT_EQ(told.to[0].address, "+15557654321");
}

TEST(MessageBirdConversations, AContactNamedByItsNumberHasNoName) {
  EXPECT_EQ(Read({.contact = R"({"msisdn":15559876543,"displayName":"15559876543"})"}).from->name,
            "");
  EXPECT_EQ(Read({.contact = R"({"displayName":"+15559876543"})"}).from->name, "");
  EXPECT_EQ(Read({.contact = R"({"displayName":"Ada"})"}).from->name, "Ada");
}

TEST(MessageBirdConversations, AnIdOfAMessengerIsNoNumber) {
  const Event event = Read({.platform = "facebook",
                            .parties = R"("from":"104428374651234","to":"2839475610293847")",
                            .contact = R"({"id":"c1","msisdn":0})"});
  EXPECT_EQ(event.channel, "messenger");
  EXPECT_EQ(event.from->address, "104428374651234");
  EXPECT_EQ(event.to[0].address, "2839475610293847");
  EXPECT_EQ(event.metadata.Get("platform"), "facebook");
  const Event anonymous = Read(
      {.platform = "telegram", .parties = R"("tag":"t")", .contact = R"({"id":"c1","msisdn":0})"});
  EXPECT_EQ(anonymous.from->address, "c1");
}

TEST(MessageBirdConversations, ThePlatformIsTheChannel) {
  struct Case {
    std::string_view platform;
    std::string_view channel;
  };
  constexpr Case kCases[] = {{"sms", "sms"},
                             {"whatsapp", "whatsapp"},
                             {"whatsapp_sandbox", "whatsapp"},
                             {"facebook", "messenger"},
                             {"line", "line"},
                             {"email", "email"},
                             {"events", "events"},
                             {"", "messagebird"},
                             {"Carrier:Pigeon", "messagebird"},
                             {"averyveryverylongname", "messagebird"}};
  for (const Case& c : kCases) {
    EXPECT_EQ(Read({.platform = c.platform}).channel, c.channel) << c.platform;
  }
}

TEST(MessageBirdConversations, KeywordsAreLawOnSmsOnly) {
  constexpr std::string_view kStop = R"("type":"text","content":{"text":"STOP"})";
  EXPECT_EQ(Read({.platform = "sms", .content = kStop}).message->keyword, Keyword::kStop);
  EXPECT_EQ(Read({.platform = "whatsapp", .content = kStop}).message->keyword, std::nullopt);
  EXPECT_EQ(Read({.direction = "sent", .platform = "sms", .content = kStop}).message->keyword,
            std::nullopt);
}

TEST(MessageBirdConversations, ReadsMedia) {
  struct Case {
    std::string_view type;
    MessageType message_type;
  };
  constexpr Case kCases[] = {{"image", MessageType::kImage},
                             {"video", MessageType::kVideo},
                             {"audio", MessageType::kAudio},
                             {"file", MessageType::kDocument}};
  for (const Case& c : kCases) {
    const std::string type(c.type);
    const Event event = WithContent(R"("type":")" + type + R"(","content":{")" + type +
                                    R"(":{"url":"https://h/x","caption":"look","size":7}})");
    EXPECT_EQ(event.message->type, c.message_type);
    EXPECT_EQ(event.message->text, "look");
    ASSERT_THAT(event.message->media, SizeIs(1));
    EXPECT_EQ(event.message->media[0].url, "https://h/x");
    EXPECT_EQ(event.message->media[0].caption, "look");
    EXPECT_EQ(event.metadata.Get(type + "Size"), "7");
  }
  const Event sticker = WithContent(
      R"("type":"whatsappSticker","content":{"whatsappSticker":{"link":"https://h/s"}})");
  EXPECT_EQ(sticker.message->type, MessageType::kSticker);
  EXPECT_EQ(sticker.message->media[0].url, "https://h/s");
}

TEST(MessageBirdConversations, ReadsALocation) {
  const Event event = WithContent(
      R"("type":"location","content":{"location":{"latitude":52.5,"longitude":-0.25}})");
  EXPECT_EQ(event.message->type, MessageType::kLocation);
  EXPECT_EQ(event.message->location->latitude, 52.5);
  EXPECT_EQ(event.message->location->longitude, -0.25);
  for (std::string_view odd : {"null", "\"north\"", "{}", "\"1e999\""}) {
    const Event kept = WithContent(R"("type":"location","content":{"location":{"latitude":)" +
                                   std::string(odd) + R"(,"longitude":4.5}})");
    EXPECT_FALSE(kept.message->location.has_value()) << odd;
    EXPECT_EQ(kept.metadata.Get("locationLongitude"), "4.5") << odd;
  }
}

TEST(MessageBirdConversations, ReadsReplies) {
  const Event button =
      WithContent(R"("type":"interactive","content":{"interactive":{"type":"button_reply",)"
                  R"("reply":{"id":"b1","text":"Yes"}}})");
  EXPECT_EQ(button.message->type, MessageType::kInteractive);
  EXPECT_EQ(button.message->interactive->kind, InteractiveKind::kButton);
  EXPECT_EQ(button.message->interactive->id, "b1");
  EXPECT_EQ(button.message->interactive->title, "Yes");
  EXPECT_EQ(button.message->text, "Yes");
  const Event list =
      WithContent(R"("type":"interactive","content":{"interactive":{"type":"list_reply",)"
                  R"("reply":{"id":"l1","text":"One","description":"The first"}}})");
  EXPECT_EQ(list.message->interactive->kind, InteractiveKind::kList);
  EXPECT_EQ(list.message->interactive->description, "The first");
  const Event offer = WithContent(
      R"("type":"interactive","content":{"interactive":{"type":"list","action":{"x":[1]}}})");
  EXPECT_EQ(offer.message->type, MessageType::kInteractive);
  EXPECT_FALSE(offer.message->interactive.has_value());
  EXPECT_EQ(offer.metadata.Get("interactiveAction"), R"({"x":[1]})");
}

TEST(MessageBirdConversations, ReadsAWhatsAppTextWithItsContext) {
  const Event event =
      WithContent(R"("type":"whatsappText","content":{"whatsappText":{"text":{"body":"hi"},)"
                  R"("context":{"id":"w1","from":"15551234567"}}})");
  EXPECT_EQ(event.message->type, MessageType::kText);
  EXPECT_EQ(event.message->text, "hi");
  EXPECT_EQ(event.message->reply_to->message_id, "w1");
  EXPECT_EQ(event.message->reply_to->from, "+15551234567");
}

TEST(MessageBirdConversations, ReadsAnEmail) {
  const Event event = WithContent(
      R"("type":"email","content":{"email":{"subject":"S","content":{"text":"T","html":"<p>"}}})");
  EXPECT_EQ(event.message->type, MessageType::kEmail);
  EXPECT_EQ(event.message->text, "T");
  EXPECT_EQ(event.metadata.Get("emailSubject"), "S");
  EXPECT_EQ(event.metadata.Get("contentHtml"), "<p>");
}

TEST(MessageBirdConversations, KeepsAnOrder) {
  const Event event =
      WithContent(R"("type":"whatsappOrder","content":{"whatsappOrder":{"catalog_id":"7",)"
                  R"("product_items":[{"id":1}]}})");
  EXPECT_EQ(event.message->type, MessageType::kOrder);
  EXPECT_EQ(event.metadata.Get("whatsappOrderCatalogId"), "7");
  EXPECT_EQ(event.metadata.Get("whatsappOrderProductItems"), R"([{"id":1}])");
}

TEST(MessageBirdConversations, KeepsWhatItDoesNotKnow) {
  const Event event =
      WithContent(R"("type":"hsm","content":{"hsm":{"namespace":"n","params":[{"d":"x"}]}})");
  EXPECT_EQ(event.message->type, MessageType::kUnsupported);
  EXPECT_EQ(event.metadata.Get("carrierType"), "hsm");
  EXPECT_EQ(event.metadata.Get("contentHsm"), R"({"namespace":"n","params":[{"d":"x"}]})");
  const Event odd = WithContent(R"("type":"image","content":"none")");
  EXPECT_EQ(odd.message->type, MessageType::kImage);
  EXPECT_THAT(odd.message->media, IsEmpty());
  EXPECT_EQ(odd.metadata.Get("content"), "none");
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
