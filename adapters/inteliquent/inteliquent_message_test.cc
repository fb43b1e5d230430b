/// \file
/// Messages beyond the fixtures: numbers, media, groups, odd members; and notices.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "inteliquent_test_requests.h"
#include "omni/event.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::SizeIs;

struct ContentCase {
  std::string_view name;
  std::string_view members;
  std::string_view channel;
  std::string_view message;
  std::string_view metadata = "";
};

constexpr std::string_view kPlain = R"({"type":"text","text":"x"})";

class ContentTest : public ::testing::TestWithParam<ContentCase> {};

TEST_P(ContentTest, IsReadAsDocumented) {
  const Event event = OnlyEvent(Message(GetParam().members));
  EXPECT_EQ(event.channel, GetParam().channel);
  EXPECT_EQ(Part(event, "message"), GetParam().message);
  EXPECT_EQ(Part(event, "metadata"), GetParam().metadata);
}

constexpr ContentCase kContents[] = {
    {"Nothing", "", "sms", R"({"type":"text"})"},
    {"NullMembers", R"("text":null,"attachments":null)", "sms", R"({"type":"text"})"},
    {"OptOut", R"("text":" Stop ")", "sms", R"({"type":"text","text":" Stop ","keyword":"stop"})"},
    {"TextThatIsANumber", R"("text":1234)", "sms", R"({"type":"text","text":"1234"})"},
    {"TextThatIsNone", R"("text":{"a":1})", "sms", R"({"type":"text"})", R"({"text":"{\"a\":1}"})"},
    {"MmsWithoutMedia", R"("type":"MMS","text":"x","attachments":[])", "mms", kPlain},
    {"SmsWithMedia", R"("attachments":[{"url":"https://x.example/1.png"}])", "mms",
     R"({"type":"image","media":[{"url":"https://x.example/1.png","filename":"1.png"}]})"},
    {"TypeOfTheContent",
     R"("attachments":[{"url":"https://x.example/1.png","contentType":"Audio/AMR; rate=8000"}])",
     "mms",
     R"({"type":"audio","media":[{"url":"https://x.example/1.png",)"
     R"("mimeType":"Audio/AMR; rate=8000","filename":"1.png"}]})"},
    {"LayoutByItsType",
     R"("attachments":[{"url":"https://x.example/0","contentType":"application/smil"}])", "mms",
     R"({"type":"text"})", R"({"layout":"https://x.example/0"})"},
    {"FilenameWithAPath", R"("attachments":[{"url":"https://x.example/..%2F..%5Cpasswd"}])", "mms",
     R"({"type":"document","media":[{"url":"https://x.example/..%2F..%5Cpasswd",)"
     R"("filename":"passwd"}]})"},
    {"AddressThatIsNone", R"("attachments":[{"url":"cid:1"}])", "mms",
     R"({"type":"document","media":[{"url":"cid:1"}]})"},
    {"SameAttachmentTwice",
     R"("attachments":[{"url":"cid:1"},{"url":"cid:1","contentType":"image/png","size":7}])", "mms",
     R"({"type":"image","media":[{"url":"cid:1","mimeType":"image/png","size":7}]})"},
    {"AttachmentWithMore", R"("attachments":[{"url":"cid:1","width":7}])", "mms",
     R"({"type":"document","media":[{"url":"cid:1"}]})",
     R"({"attachments":"[{\"url\":\"cid:1\",\"width\":7}]"})"},
    {"AttachmentsThatAreOdd", R"("attachments":[{"url":"cid:1","size":"7"},{},7,null])", "mms",
     R"({"type":"document","media":[{"url":"cid:1"}]})",
     R"({"attachments":"[{\"url\":\"cid:1\",\"size\":\"7\"},{},7,null]"})"},
    {"AttachmentsThatAreNoList", R"("text":"x","attachments":{"url":"cid:1"})", "sms", kPlain,
     R"({"attachments":"{\"url\":\"cid:1\"}"})"},
    {"AttachmentsThatAreAWord", R"("text":"x","attachments":"cid:1")", "sms", kPlain,
     R"({"attachments":"\"cid:1\""})"},
    {"MembersOfTomorrow", R"("text":"x","carrier":"T","parts":[1],"ok":true)", "sms", kPlain,
     R"({"carrier":"T","parts":"[1]","ok":"true"})"},
};

INSTANTIATE_TEST_SUITE_P(All, ContentTest, ::testing::ValuesIn(kContents),
                         [](const auto& test) { return std::string(test.param.name); });

struct PartyCase {
  std::string_view from;
  std::string_view expected;
};

TEST(NumberTest, IsReadHoweverTheCarrierSpellsIt) {
  constexpr PartyCase kCases[] = {
      {R"("+12125550187")", R"({"address":"+12125550187"})"},
      {R"("12125550187")", R"({"address":"+12125550187","carrierId":"12125550187"})"},
      {R"("2125550187")", R"({"address":"+12125550187","carrierId":"2125550187"})"},
      {"12125550187", R"({"address":"+12125550187","carrierId":"12125550187"})"},
      {"2125550187", R"({"address":"+12125550187","carrierId":"2125550187"})"},
      {"1.2125550187e10", R"({"address":"+12125550187","carrierId":"12125550187"})"},
      {"447700900123456", R"({"address":"+447700900123456","carrierId":"447700900123456"})"},
      {R"("72345")", R"({"address":"72345"})"},
      {"72345", R"({"address":"72345"})"},
      {R"("0125550187")", R"({"address":"0125550187"})"},
      {R"("ACME")", R"({"address":"ACME"})"},
  };
  for (const PartyCase& c : kCases) {
    SCOPED_TRACE(c.from);
    const std::string member = R"("from":)" + std::string(c.from);
    EXPECT_EQ(Part(OnlyEvent(Message(member)), "from"), c.expected);
    EXPECT_EQ(Part(OnlyEvent(NativeMessage(member)), "from"), c.expected);
  }
}

TEST(NativeMessageTest, TakesALoneRecipientInAnySpelling) {
  for (std::string_view to : {R"("14045550123")", "14045550123", R"(["4045550123"])",
                              "[14045550123]", R"(["14045550123","+14045550123"])"}) {
    SCOPED_TRACE(to);
    const Event event =
        OnlyEvent(NativeMessage(R"("deliveryReceipt":false,"to":)" + std::string(to)));
    ASSERT_THAT(event.to, SizeIs(1));
    EXPECT_EQ(event.to.front().address, "+14045550123");
    EXPECT_EQ(event.conversation, "inteliquent:+14045550123:+12125550187");
    EXPECT_EQ(event.channel, "sms");
  }
}

TEST(NativeMessageTest, KeepsARecipientThatCannotBeRead) {
  const Event event = OnlyEvent(NativeMessage(R"("to":[null,"14045550123",{}])"));
  EXPECT_EQ(Part(event, "to"), R"([{"address":"+14045550123","carrierId":"14045550123"}])");
  EXPECT_EQ(event.metadata.Get("to"), R"([null,"14045550123",{}])");
}

TEST(NativeMessageTest, TakesOneMediaAddressAlone) {
  EXPECT_EQ(Part(OnlyEvent(NativeMessage(R"("mediaUrls":"cid:1")")), "message"),
            R"({"type":"document","media":[{"url":"cid:1"}]})");
  EXPECT_EQ(OnlyEvent(NativeMessage(R"("mediaUrls":7)")).metadata.Get("mediaUrls"), "7");
}

TEST(NativeMessageTest, TakesItsOwnTimeWhereItHasOne) {
  const Event event = OnlyEvent(NativeMessage(R"("timestamp":"2026-02-03T15:00:00Z")"));
  EXPECT_EQ(Part(event, "occurredAt"), R"("2026-02-03T15:00:00.000Z")");
  EXPECT_EQ(Part(event, "metadata"), "");
  const Event odd = OnlyEvent(NativeMessage(R"("timestamp":"noon")"));
  EXPECT_EQ(Part(odd, "metadata"), R"({"atSource":"receiver","timestamp":"noon"})");
}

TEST(HybridTest, TheCarriersOwnIdWinsAndMediaAreMerged) {
  const auto result = Normalize(NativeMessage(
      R"("messageId":"m1","type":"rcs","mediaUrls":["cid:1","cid:2"],)"
      R"("attachments":[{"url":"cid:2","contentType":"image/png"},{"url":"cid:3"}])"));
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(result->events, SizeIs(1));
  const Event& event = *result->events.front().event;
  EXPECT_EQ(event.carrier_message_id, "r1");
  EXPECT_EQ(result->events.front().identity, "");
  EXPECT_EQ(Part(event, "message"), R"({"type":"document","media":[{"url":"cid:1"},)"
                                    R"({"url":"cid:2","mimeType":"image/png"},{"url":"cid:3"}]})");
  EXPECT_EQ(Part(event, "metadata"), R"({"atSource":"receiver","messageId":"m1","type":"rcs"})");
  EXPECT_EQ(result->ack.body, R"({"success":true,"messageId":"r1","status":"accepted"})");
}

TEST(HybridTest, TakesTheOtherIdWhereTheCarriersOwnIsMissing) {
  const Event event = OnlyEvent(Message(R"("to":["14045550123"])"));
  EXPECT_EQ(event.carrier_message_id, "m1");
  EXPECT_EQ(event.conversation, "inteliquent:+14045550123:+12125550187");
}

constexpr std::string_view kGroup = R"("to":["17185550142","14045550123","17185550143"])";

TEST(GroupTest, IsOneConversationWhoeverWrites) {
  const Event event = OnlyEvent(NativeMessage(kGroup));
  const Event reply = OnlyEvent(
      NativeMessage(R"("from":"17185550143","to":["17185550142","14045550123","12125550187"])"));
  EXPECT_EQ(event.conversation, reply.conversation);
  EXPECT_EQ(event.conversation,
            "inteliquent:+14045550123:" + std::string(event.metadata.Get("groupId")));
  EXPECT_EQ(event.to.front().address, "+14045550123");
  EXPECT_EQ(event.channel, "mms");
}

TEST(GroupTest, OnlyOfSeveralRecipientsTheKeyNamesOne) {
  const auto identity = [](std::string_view to) {
    const auto result = Normalize(NativeMessage(R"("to":)" + std::string(to)));
    EXPECT_THAT(result, IsOk());
    return result->events.front().identity;
  };
  EXPECT_EQ(identity(R"(["14045550123"])"), "");
  EXPECT_EQ(identity(R"(["14045550123","4045550123"])"), "");
  EXPECT_EQ(identity(R"(["14045550123","17185550142"])"), "r1:+14045550123");
}

TEST(GroupTest, IsNotLostWhereNoneIsKnownToBeOurs) {
  const auto result = NormalizeWith({.body = NativeMessage(kGroup), .our_numbers = {}});
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(result->events, SizeIs(1));
  EXPECT_EQ(result->events.front().event->to.front().address, "+17185550142");
  EXPECT_THAT(result->ignored, ElementsAre("our_number_unknown"));
}

TEST(GroupTest, ALoneRecipientIsOursWhateverTheConfigurationSays) {
  const auto result = NormalizeWith({.body = NativeMessage(""), .our_numbers = {"14045559999"}});
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->events, SizeIs(1));
  EXPECT_THAT(result->ignored, SizeIs(0));
}

TEST(NoticeTest, KeepsATypeThatNobodyKnows) {
  const std::string body = R"({"messageId":"m1","type":"rcs","x":[1]})";
  const auto result = Normalize(body);
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(result->events, SizeIs(1));
  const Event& event = *result->events.front().event;
  EXPECT_EQ(event.kind, EventKind::kNotice);
  EXPECT_EQ(event.notice->type, "unknown");
  EXPECT_EQ(event.notice->subject, "rcs");
  EXPECT_EQ(event.notice->detail.text, body);
  EXPECT_EQ(event.raw.text, body);
  EXPECT_EQ(result->ack.body, R"({"success":true,"messageId":"m1","status":"accepted"})");
}

TEST(NoticeTest, TakesOrdersInAListToo) {
  const auto result = Normalize("[" + ReadTestdata("foreign_order_update_event.json") + "," +
                                R"({"notificationType":"TN","timestamp":"noon"}])");
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(result->events, SizeIs(2));
  EXPECT_EQ(result->events[0].event->notice->type, "account");
  EXPECT_EQ(result->events[1].event->notice->subject, "TN");
  EXPECT_NE(result->events[0].identity, result->events[1].identity);
}

TEST(ListTest, AnswersWithTheFirstId) {
  const auto result = Normalize("[" + ReadTestdata("foreign_order_update_event.json") + "," +
                                NativeMessage("") + "," + Message("") + "]");
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->events, SizeIs(3));
  EXPECT_EQ(result->ack.body, R"({"success":true,"messageId":"r1","status":"accepted"})");
}

}  // namespace
}  // namespace testing
}  // namespace inteliquent
}  // namespace omni::inline v0_1
