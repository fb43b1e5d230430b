/// \file
/// Messages and statuses beyond the fixtures: odd shapes, and that no member is lost.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "bandwidth_test_requests.h"
#include "omni/codec.h"
#include "omni/event.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::HasSubstr;

struct ContentCase {
  std::string_view name;
  std::string_view members;  ///< of the message
  std::string_view channel;
  std::string_view message;
  std::string_view metadata = "";
};

class ContentTest : public ::testing::TestWithParam<ContentCase> {};

TEST_P(ContentTest, IsReadAsDocumented) {
  const Event event = OnlyEvent(Received(GetParam().members));
  EXPECT_EQ(event.channel, GetParam().channel);
  EXPECT_EQ(Part(event, "message"), GetParam().message);
  EXPECT_EQ(Part(event, "metadata"), GetParam().metadata);
}

constexpr ContentCase kContents[] = {
    {"Nothing", "", "sms", R"({"type":"text"})"},
    {"EmptyMedia", R"("text":"x","media":[])", "sms", R"({"type":"text","text":"x"})"},
    {"NoMedia", R"("text":"x","media":null)", "sms", R"({"type":"text","text":"x"})"},
    {"OptOut", R"("text":" Stop ")", "sms", R"({"type":"text","text":" Stop ","keyword":"stop"})"},
    {"OptOutOfMms", R"("text":"HELP","channel":"MMS")", "mms",
     R"({"type":"text","text":"HELP","keyword":"help"})"},
    {"NoKeywordsInRcs", R"("text":"STOP","channel":"RBM")", "rcs",
     R"({"type":"text","text":"STOP"})"},
    {"ChannelOfAnotherName", R"("text":"x","channel":"FAX")", "sms",
     R"({"type":"text","text":"x"})", R"({"carrierChannel":"FAX"})"},
    {"ChannelThatIsNoWord", R"("text":"x","channel":{"a":1})", "sms",
     R"({"type":"text","text":"x"})", R"({"channel":"{\"a\":1}"})"},
    {"SmsWithMedia", R"("channel":"SMS","media":["https://x.example/1.png"])", "mms",
     R"({"type":"image","media":[{"url":"https://x.example/1.png","filename":"1.png"}]})"},
    {"OneMediaAlone", R"("media":"https://x.example/a/b%20c.MP3?d=e.jpg")", "mms",
     R"({"type":"audio","media":[{"url":"https://x.example/a/b%20c.MP3?d=e.jpg",)"
     R"("filename":"b c.MP3"}]})"},
    {"FilenameWithAPath", R"("media":["https://x.example/..%2F..%5Cpasswd"])", "mms",
     R"({"type":"document","media":[{"url":"https://x.example/..%2F..%5Cpasswd",)"
     R"("filename":"passwd"}]})"},
    {"FilenameThatIsOnlyAPath", R"("media":["https://x.example/a/.."])", "mms",
     R"({"type":"document","media":[{"url":"https://x.example/a/.."}]})"},
    {"AddressThatIsNone", R"("media":["cid:1"])", "mms",
     R"({"type":"document","media":[{"url":"cid:1"}]})"},
    {"MediaIdOfTheCarriersHostOnly",
     R"("media":["https://MESSAGING.bandwidth.com/api/v2/users/1/media/m/0/a.mp4",)"
     R"("https://messaging.bandwidth.com.evil.example/api/v2/users/1/media/m/0/a.mp4"])",
     "mms",
     R"({"type":"video","media":[)"
     R"({"url":"https://MESSAGING.bandwidth.com/api/v2/users/1/media/m/0/a.mp4",)"
     R"("id":"m/0/a.mp4","filename":"a.mp4"},)"
     R"({"url":"https://messaging.bandwidth.com.evil.example/api/v2/users/1/media/m/0/a.mp4",)"
     R"("filename":"a.mp4"}]})"},
    {"LayoutOnly", R"("text":"x","media":["https://x.example/0.SMIL","https://x.example/1.xml"])",
     "mms", R"({"type":"text","text":"x"})",
     R"({"layout":"https://x.example/0.SMIL https://x.example/1.xml"})"},
    {"OddMedia", R"("media":["https://x.example/1.png",{"a":1}])", "mms",
     R"({"type":"image","media":[{"url":"https://x.example/1.png","filename":"1.png"}]})",
     R"({"media":"[\"https://x.example/1.png\",{\"a\":1}]"})"},
    {"MediaThatIsAnObject", R"("media":{"a":1})", "mms", R"({"type":"text"})",
     R"({"media":"{\"a\":1}"})"},
    {"ContentWithoutChannel", R"("content":{"text":"x"})", "rcs", R"({"type":"text","text":"x"})"},
    {"ContentWithMore",
     R"("content":{"text":"x","extra":[1],"media":{"fileUrl":"https://x.example/1.pdf","size":7}})",
     "rcs",
     R"({"type":"document","text":"x","media":[{"url":"https://x.example/1.pdf",)"
     R"("filename":"1.pdf"}]})",
     R"({"size":"7","contentExtra":"[1]"})"},
    {"TextBesideContent", R"("text":"a","content":{"text":"b"})", "rcs",
     R"({"type":"text","text":"a"})"},
    {"UnknownMembers",
     R"("text":"x","segmentCount":2,"tag":"t","new_thing":true,"more":{"a": [1]},"none":null)",
     "sms", R"({"type":"text","text":"x"})",
     R"({"segmentCount":"2","tag":"t","newThing":"true","more":"{\"a\":[1]}"})"},
    {"MembersOfTheWrongShape", R"("text":["x"],"owner":{"a":1})", "sms", R"({"type":"text"})",
     R"({"text":"[\"x\"]","owner":"{\"a\":1}"})"},
    {"OwnerWhoIsNeither", R"("text":"x","owner":"+19995550100")", "sms",
     R"({"type":"text","text":"x"})", R"({"owner":"+19995550100"})"},
};

INSTANTIATE_TEST_SUITE_P(Messages, ContentTest, ::testing::ValuesIn(kContents),
                         [](const auto& test) { return std::string(test.param.name); });

std::string Suggestion(std::string_view response) {
  return R"({"type":"suggestion-response","to":"Agent","message":{"id":"m1","from":"+12125550187",)"
         R"("suggestionResponse":)" +
         std::string(response) + "}}";
}

TEST(SuggestionTest, KeepsWhatCannotBeDecoded) {
  const std::pair<std::string_view, std::string_view> ids[] = {
      {"eA==", "x"}, {"not base64", "not base64"}, {"/w==", "/w=="}, {"", ""}};
  for (const auto& [data, id] : ids) {
    const Event event = OnlyEvent(Suggestion(R"({"text":"T","postbackData":")" + std::string(data) +
                                             R"(","pairedMessageId":null,"extra":1})"));
    EXPECT_EQ(event.channel, "rcs");
    EXPECT_EQ(event.message->interactive->id, id);
    EXPECT_EQ(event.message->interactive->title, "T");
    EXPECT_FALSE(event.message->reply_to);
    EXPECT_EQ(event.metadata.Get("suggestionExtra"), "1");
  }
}

TEST(SuggestionTest, ThatIsNoObjectStaysInTheMetadata) {
  const Event event = OnlyEvent(Suggestion("[1]"));
  EXPECT_EQ(event.message->type, MessageType::kInteractive);
  EXPECT_EQ(event.metadata.Get("suggestionResponse"), "[1]");
}

TEST(LocationTest, WithoutCoordinatesKeepsWhatThereIs) {
  for (std::string_view latitude : {"\"north\"", "null", "\"nan\"", "\"1e999\"", "\" 1\"", "{}"}) {
    const Event event = OnlyEvent(
        R"({"type":"requested-location-response","to":"Agent","message":{"id":"m1","from":"+1",)"
        R"("locationResponse":{"latitude":)" +
        std::string(latitude) + R"(,"longitude":2}}})");
    EXPECT_EQ(event.message->type, MessageType::kLocation);
    EXPECT_FALSE(event.message->location) << latitude;
    EXPECT_EQ(event.metadata.Get("locationLongitude"), "2");
  }
}

TEST(PartiesTest, OurNumberIsFoundWhereItIsTold) {
  const std::tuple<std::string_view, std::string_view, std::string_view> cases[] = {
      // the callback's `to`, the message's `to` and `owner`, our number
      {R"("to":"18005550101",)", R"("to":["+18005550102"],"owner":"+18005550103")", "+18005550101"},
      {"", R"("to":["+18005550102"],"owner":"+18005550103")", "+18005550102"},
      {"", R"("to":"+18005550102")", "+18005550102"},
      {"", R"("to":["+18005550102","+18005550103"],"owner":"18005550103")", "+18005550103"},
      {"", R"("to":["+18005550102","+18005550103"],"owner":"+12125550187")", "+14045550123"},
      {"", R"("owner":"+12125550187")", "+14045550123"},
  };
  for (const auto& [to, members, ours] : cases) {
    const Event event =
        OnlyEvent(R"({"type":"message-received",)" + std::string(to) +
                  R"("message":{"id":"m1","from":"+12125550187",)" + std::string(members) + "}}");
    ASSERT_EQ(event.kind, EventKind::kMessage) << members;
    EXPECT_EQ(event.to.front().address, ours) << members;
  }
}

TEST(PartiesTest, ThePathNamesOurNumberOnlyWhereTheProofCoversIt) {
  const std::string body =
      R"({"type":"message-received","message":{"id":"m1","from":"+1212555018"}})";
  EXPECT_THAT(NormalizeWith({.body = body, .coverage = {.body = true}}),
              ::omni::testing::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(": to")));
  EXPECT_THAT(NormalizeWith({.body = body}), IsOk());
}

struct DestinationCase {
  std::string_view destination;
  bool counted;
  std::string_view kept;
};

TEST(DestinationTest, IsComparedWithTheBodyWhichIsBelieved) {
  const DestinationCase cases[] = {
      {"14045550123", false, ""},
      {"+14045550123", false, ""},
      {"18885550100", true, "18885550100"},
      {"+18885550100", true, "+18885550100"},
      {"sales", false, "sales"},
  };
  for (const DestinationCase& c : cases) {
    SCOPED_TRACE(c.destination);
    for (const std::string& body : {Received(R"("text":"x")"), StatusOf("message-sent", "")}) {
      const auto result = NormalizeWith({.body = body, .destination = std::string(c.destination)});
      ASSERT_THAT(result, IsOk());
      const Event& event = *result->events.front().event;
      EXPECT_EQ(event.conversation, "bandwidth:+14045550123:+12125550187");
      EXPECT_EQ(event.metadata.Get("destination"), c.kept);
      EXPECT_EQ(result->ignored.size(), c.counted ? 1U : 0U);
    }
  }
}

TEST(GroupTest, HasOneConversationWhicheverWayAMessageGoesAndInWhateverOrder) {
  const Event in = OnlyEvent(
      R"({"type":"message-received","to":"+18005550101","message":{"id":"m1","from":"+18005550102",)"
      R"("to":["+18005550103","18005550101"]}})");
  const Event out =
      OnlyEvent(R"({"type":"message-delivered","to":"+18005550102","message":{"id":"m2",)"
                R"("from":"+18005550101","to":["18005550102","+18005550103","+18005550102"]}})");
  EXPECT_THAT(in.conversation, HasSubstr("bandwidth:+18005550101:group-"));
  EXPECT_EQ(in.conversation, out.conversation);
  EXPECT_EQ(in.metadata.Get("groupId"), out.metadata.Get("groupId"));
  EXPECT_EQ(in.channel, "mms");
  EXPECT_EQ(out.channel, "mms");
}

TEST(GroupTest, OfOneIsNone) {
  const Event event = OnlyEvent(
      R"({"type":"message-received","to":"+18005550101","message":{"id":"m1","from":"+18005550102",)"
      R"("to":["+18005550101","18005550101"]}})");
  EXPECT_EQ(event.conversation, "bandwidth:+18005550101:+18005550102");
  EXPECT_EQ(event.channel, "sms");
  EXPECT_EQ(event.to.size(), 1U);
}

TEST(GroupTest, IsKeyedByItsIdAndOurNumber) {
  const auto result =
      Normalize(R"([{"type":"message-received","to":"+18005550101","message":{"id":"m1",)"
                R"("from":"+18005550102","to":["+18005550101","+18005550103"]}},)"
                R"({"type":"message-received","to":"+18005550103","message":{"id":"m1",)"
                R"("from":"+18005550102","to":["+18005550101","+18005550103"]}}])");
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->events[0].identity, "m1:+18005550101");
  EXPECT_EQ(result->events[1].identity, "m1:+18005550103");
}

TEST(DirectionTest, WhatWeSentIsNeverAMessageOfACustomer) {
  std::string body = Received(R"("text":"x")");
  body.replace(body.find("\"in\""), 4, "\"out\"");
  const Event event = OnlyEvent(body);
  EXPECT_EQ(event.kind, EventKind::kNotice);
  EXPECT_EQ(event.direction, Direction::kOutbound);
  EXPECT_EQ(event.notice->type, "unknown");
  EXPECT_EQ(event.notice->subject, "message-received");
}

TEST(TimeTest, IsTheFirstThatCanBeRead) {
  const std::tuple<std::string_view, std::string_view, std::string_view, std::string_view> cases[] =
      {
          {"\"2026-02-03T14:05:06Z\"", "\"2026-02-03T14:05:07.5Z\"", "2026-02-03T14:05:06.000Z",
           R"({"callbackTime":"2026-02-03T14:05:07.5Z"})"},
          {"\"soon\"", "\"2026-02-03T14:05:07.123456Z\"", "2026-02-03T14:05:07.123Z",
           R"({"messageTime":"soon"})"},
          {"null", "\"2026-02-03T15:05:07+01:00\"", "2026-02-03T14:05:07.000Z", ""},
      };
  for (const auto& [message_time, time, expected, metadata] : cases) {
    const Event event = OnlyEvent(R"({"type":"message-received","time":)" + std::string(time) +
                                  R"(,"message":{"id":"m1","from":"+12125550187","time":)" +
                                  std::string(message_time) + "}}");
    EXPECT_EQ(omni::FormatTime(event.occurred_at), expected);
    EXPECT_EQ(Part(event, "metadata"), metadata);
  }
}

TEST(NoticeTest, UnknownOnesAboutOneMessageAreSeveral) {
  const auto result = Normalize(R"([{"type":"new-thing","time":"1","message":{"id":"m1"}},)"
                                R"({"type":"new-thing","time":"2","message":{"id":"m1"}}])");
  ASSERT_THAT(result, IsOk());
  ASSERT_EQ(result->events.size(), 2U);
  EXPECT_NE(result->events[0].identity, result->events[1].identity);
  EXPECT_THAT(result->events[0].identity, HasSubstr("m1:"));
}

TEST(NoticeTest, TheApiBeforeV2IsKeptAsItIs) {
  const std::string body =
      R"({"eventType":"sms","applicationId":"a-1","messageId":"m-1","text":"x","from":"+1"})";
  const Event event = OnlyEvent(body);
  EXPECT_EQ(event.kind, EventKind::kNotice);
  EXPECT_EQ(event.account, "a-1");
  EXPECT_EQ(event.notice->subject, "sms");
  EXPECT_EQ(event.notice->detail.text, body);
}

TEST(NoticeTest, AFailedVerificationIsOneOfTheAccount) {
  const auto result = Normalize(R"({"errorCode":"E1","errorMessage":"no","errors":[]})");
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->ack.status, 204);
  EXPECT_EQ(result->events.front().event->notice->type, "account");
  EXPECT_EQ(result->events.front().event->notice->subject, "E1");
}

TEST(RawTest, KeepsTheCarriersObjectWhenAsked) {
  const Event event = OnlyEvent("[" + Received(R"("text":  "caf\u00e9")") + "]");
  EXPECT_EQ(event.raw.text, Received(R"("text":"caf\u00e9")"));
}

}  // namespace
}  // namespace testing
}  // namespace bandwidth
}  // namespace omni::inline v0_1
