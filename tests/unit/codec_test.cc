#include "omni/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>

#include "omni/error.h"
#include "omni/testing/status_matchers.h"
#include "paths/source_path.h"

namespace omni {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

absl::Time At(std::string_view text) { return ParseTime(text).value(); }

/// The one line of a golden file. The files are written by hand from the contract.
std::string Golden(const std::string& name) {
  std::ifstream file(SourcePath("tests/golden/event/") + name);
  std::string line;
  EXPECT_TRUE(std::getline(file, line)) << name;
  return line;
}

void ExpectGolden(const Event& event, const std::string& name) {
  const std::string golden = Golden(name);
  EXPECT_EQ(ToJson(event), golden);
  const absl::StatusOr<Event> read = EventFromJson(golden);
  ASSERT_THAT(read, IsOk());
  EXPECT_TRUE(*read == event) << ToJson(*read);
}

Event MessageEvent() {
  Event event;
  event.id = "0190c7a2-7d5e-7c3b-9a41-3f0e6b1d2c4a";
  event.kind = EventKind::kMessage;
  event.carrier = "whatsapp";
  event.channel = "whatsapp";
  event.tenant = "default";
  event.account = "102290129340398";
  event.direction = Direction::kInbound;
  event.from = Address{.address = "+15559876543", .name = "Ada", .carrier_id = "15559876543"};
  event.to = {{.address = "+15551234567", .carrier_id = "106540352242922"}};
  event.conversation = "whatsapp:+15551234567:+15559876543";
  event.carrier_message_id = "wamid.HBgLMTU1NTk4NzY1NDMVAgASGBQzQQ";
  event.occurred_at = At("2024-01-15T10:30:00Z");
  event.received_at = At("2024-01-15T10:30:00.412Z");
  event.dedupe_key = "whatsapp:default:message:wamid.HBgLMTU1NTk4NzY1NDMVAgASGBQzQQ";
  event.message = Message{.type = MessageType::kText, .text = "Hello"};
  event.metadata.Set("phoneNumberId", "106540352242922");
  return event;
}

Message EveryMessageMember() {
  return {
      .type = MessageType::kImage,
      .text = "line 1\nline 2\ttab \\ \xC3\xA9 \xF0\x9F\x98\x80 \x01",
      .media = {{.url = "https://example.com/a?b=c&d",
                 .id = "media-1",
                 .mime_type = "image/jpeg",
                 .filename = "a.jpg",
                 .caption = "caption",
                 .size = 0,
                 .sha256 = "abcd",
                 .voice = false,
                 .animated = true},
                {.id = "media-2", .size = 9007199254740993}},
      .location = Location{.latitude = 37.7749,
                           .longitude = -122.4194,
                           .name = "Office",
                           .address = "1 Main St",
                           .url = "https://example.com/map"},
      .contacts = {{.name = "Grace",
                    .phones = {"+15550001111", "+15550002222"},
                    .emails = {"grace@example.com"},
                    .organization = "Navy",
                    .vcard = "BEGIN:VCARD\r\nEND:VCARD"}},
      .interactive = Interactive{.kind = InteractiveKind::kQuickReply,
                                 .id = "btn",
                                 .title = "Yes",
                                 .description = "Agree",
                                 .payload = {R"({"screen":"A","n":1})"}},
      .reaction = Reaction{.emoji = "\xF0\x9F\x91\x8D", .message_id = "m-0"},
      .reply_to = ReplyTo{.message_id = "m-0", .from = "+15551234567"},
      .referral = Referral{.source = "ad",
                           .source_id = "120",
                           .source_url = "https://example.com/ad",
                           .headline = "Sale",
                           .body = "Buy",
                           .click_id = "clid"},
      .forwarded = Forwarded::kFrequently,
      .fragment = Fragment{.reference = "77", .number = 2, .total = 3},
      .keyword = Keyword::kStop,
  };
}

Event EveryMemberEvent() {
  Event event;
  event.id = "0190c7a2-7d5e-7c3b-9a41-3f0e6b1d2c4d";
  event.kind = EventKind::kMessage;
  event.carrier = "custom";
  event.channel = "mms";
  event.tenant = "t";
  event.account = "acct";
  event.direction = Direction::kInbound;
  event.from = Address{
      .address = "+15559876543", .name = "Ada \"the\" Countess", .carrier_id = "15559876543"};
  event.to = {{.address = "+15551234567", .name = "Shop", .carrier_id = "15551234567"},
              {.address = "12345"}};
  event.conversation = "custom:+15551234567:+15559876543";
  event.carrier_message_id = "m-1";
  event.occurred_at = At("1969-12-31T23:59:59.999Z");
  event.received_at = At("2038-01-19T03:14:08Z");
  event.dedupe_key = "custom:t:message:m-1";
  event.message = EveryMessageMember();
  event.status = DeliveryStatus{.value = StatusValue::kRejected,
                                .carrier_value = "REJECTED",
                                .error = DeliveryError{.code = "4470",
                                                       .message = "rejected as spam",
                                                       .class_ = ErrorClass::kSpam,
                                                       .retryable = false}};
  event.notice = Notice{.type = "edited", .subject = "m-0", .detail = {R"(["x",1,null])"}};
  event.metadata.Set("segments", "2");
  event.metadata.Set("city", "S\xC3\xA3o Paulo");
  event.raw = {R"({"id":"m-1","body":"\ud83d\ude00"})"};
  return event;
}

TEST(CodecTest, AMessageIsWrittenAsTheContractShows) {
  ExpectGolden(MessageEvent(), "message.json");
}

TEST(CodecTest, AStatusIsWrittenAsTheContractShows) {
  Event event;
  event.id = "0190c7a2-7d5e-7c3b-9a41-3f0e6b1d2c4b";
  event.kind = EventKind::kStatus;
  event.carrier = "twilio";
  event.channel = "sms";
  event.tenant = "shop";
  event.account = "AC00000000000000000000000000000001";
  event.direction = Direction::kOutbound;
  event.from = Address{.address = "+15551234567"};
  event.to = {{.address = "+15559876543"}};
  event.conversation = "twilio:+15551234567:+15559876543";
  event.carrier_message_id = "SM00000000000000000000000000000001";
  event.occurred_at = At("2024-02-29T23:59:59.999Z");
  event.received_at = At("2024-03-01T00:00:00.001Z");
  event.dedupe_key =
      "twilio:shop:status:SM00000000000000000000000000000001:+15559876543:undelivered";
  event.status = DeliveryStatus{.value = StatusValue::kUndelivered,
                                .carrier_value = "undelivered",
                                .error = DeliveryError{.code = "30003",
                                                       .message = "Unreachable destination handset",
                                                       .class_ = ErrorClass::kUnreachable,
                                                       .retryable = true}};
  ExpectGolden(event, "status.json");
}

TEST(CodecTest, ANoticeIsWrittenAsTheContractShows) {
  Event event;
  event.id = "0190c7a2-7d5e-7c3b-9a41-3f0e6b1d2c4c";
  event.kind = EventKind::kNotice;
  event.carrier = "whatsapp";
  event.channel = "whatsapp";
  event.tenant = "default";
  event.account = "102290129340398";
  event.occurred_at = At("2024-01-15T10:30:00Z");
  event.received_at = At("2024-01-15T10:30:00.412Z");
  event.dedupe_key = "whatsapp:default:notice:8a1f";
  event.notice = Notice{.type = "template",
                        .subject = "order_update",
                        .detail = RawJson::FromText(
                            R"({ "event": "REJECTED", "message_template_id": 594425479261596,
                           "reason": "caf\u00e9 \/ \"quoted\"", "score": 1.50, "other": null })")};
  ExpectGolden(event, "notice.json");
}

TEST(CodecTest, EveryMemberIsWrittenInTheOrderOfTheContract) {
  ExpectGolden(EveryMemberEvent(), "every_member.json");
}

TEST(CodecTest, AnEventOfDefaultsIsItsSchema) {
  EXPECT_EQ(ToJson(Event()), R"({"schema":"omni.event.v1"})");
  const absl::StatusOr<Event> read = EventFromJson(R"({"schema":"omni.event.v1"})");
  ASSERT_THAT(read, IsOk());
  EXPECT_TRUE(*read == Event());
}

TEST(CodecTest, WhatSaysSomethingAtItsDefaultIsWritten) {
  Event event;
  event.from = Address();
  event.to.emplace_back();
  event.message.emplace();
  event.message->location.emplace();
  event.message->interactive.emplace();
  event.message->reaction.emplace();
  event.message->fragment.emplace();
  event.message->keyword.emplace();
  event.status.emplace();
  event.status->error.emplace();
  event.notice.emplace();
  EXPECT_EQ(ToJson(event),
            R"({"schema":"omni.event.v1","from":{},"to":[{}],"message":{)"
            R"("location":{"latitude":0,"longitude":0},"interactive":{},"reaction":{},)"
            R"("fragment":{"number":0,"total":0},"keyword":"unknown"},)"
            R"("status":{"value":"unknown","error":{"class":"unknown","retryable":false}},)"
            R"("notice":{}})");
  const absl::StatusOr<Event> read = EventFromJson(ToJson(event));
  ASSERT_THAT(read, IsOk());
  EXPECT_TRUE(*read == event);
}

TEST(CodecTest, ForwardedIsTrueOrFrequently) {
  Event event;
  event.message.emplace().forwarded = Forwarded::kOnce;
  EXPECT_THAT(ToJson(event), HasSubstr(R"("message":{"forwarded":true})"));
  EXPECT_EQ(EventFromJson(ToJson(event))->message->forwarded, Forwarded::kOnce);
}

TEST(CodecTest, AppendsToWhatIsThere) {
  std::string out = "[";
  AppendJson(Event(), out);
  EXPECT_EQ(out, R"([{"schema":"omni.event.v1"})");
}

TEST(CodecTest, InvalidUtf8NeverReachesTheQueue) {
  Event event;
  event.message.emplace().text = "caf\xE9";
  event.metadata.Set("k\xFF", "v\xFF");
  EXPECT_TRUE(IsValidUtf8(ToJson(event)));
  EXPECT_THAT(EventFromJson(ToJson(event)), IsOk());
}

TEST(CodecTest, UnknownMembersAreSkipped) {
  const absl::StatusOr<Event> read = EventFromJson(
      R"({"new":{"a":[1]},"schema":"omni.event.v1","from":{"address":"a","newer":1},"id":"x"})");
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->from, Address{.address = "a"});
  EXPECT_EQ(read->id, "x");
}

TEST(CodecTest, ACarriersDeepestJsonReadsBack) {
  Event event;
  const int depth = JsonLimits{}.max_depth;
  event.raw = RawJson::FromText(std::string(static_cast<std::size_t>(depth), '[') +
                                std::string(static_cast<std::size_t>(depth), ']'));
  event.message.emplace().interactive.emplace().payload = event.raw;
  const absl::StatusOr<Event> read = EventFromJson(ToJson(event));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->raw, event.raw);
}

struct Mistake {
  std::string_view members;
  std::string_view message;
};

constexpr Mistake kMistakes[] = {
    {R"("id":1)", "id: expected a string"},
    {R"("id":null)", "id: expected a string"},
    {R"("kind":"Message")", "kind: expected a known word"},
    {R"("kind":3)", "kind: expected a known word"},
    {R"("from":"x")", "from: expected an object"},
    {R"("to":{})", "to: expected an array"},
    {R"("to":[{},[]])", "to[1]: expected an object"},
    {R"("to":[{},{"name":[]}])", "to[1].name: expected a string"},
    {R"("occurredAt":"yesterday")", "occurredAt: expected a time"},
    {R"("occurredAt":1705314600)", "occurredAt: expected a time"},
    {R"("metadata":[])", "metadata: expected an object"},
    {R"("metadata":{"a":"1","b":2})", "metadata.b: expected a string"},
    {R"("message":{"media":[{"size":"10"}]})", "message.media[0].size: expected an integer"},
    {R"("message":{"media":[{},{"size":1.5}]})", "message.media[1].size: expected an integer"},
    {R"("message":{"media":[{"voice":1}]})", "message.media[0].voice: expected true or false"},
    {R"("message":{"contacts":[{"phones":["a",1]}]})",
     "message.contacts[0].phones[1]: expected a string"},
    {R"("message":{"location":{"latitude":"1"}})", "message.location.latitude: expected a number"},
    {R"("message":{"forwarded":false})", "message.forwarded: expected true or \"frequently\""},
    {R"("message":{"keyword":"stopp"})", "message.keyword: expected a known word"},
    {R"("status":{"error":{"class":"other"}})", "status.error.class: expected a known word"},
};

TEST(CodecTest, AMistakeIsNamedByItsPath) {
  for (const Mistake& mistake : kMistakes) {
    std::string json = R"({"schema":"omni.event.v1",)";
    json.append(mistake.members).append("}");
    const absl::StatusOr<Event> read = EventFromJson(json);
    ASSERT_THAT(read, StatusIs(absl::StatusCode::kInvalidArgument,
                               ::testing::StartsWith(std::string(mistake.message))));
    const std::string_view path = mistake.message.substr(0, mistake.message.find(": "));
    EXPECT_EQ(GetErrorDetail(read.status()).field, path);
  }
}

TEST(CodecTest, AnotherSchemaIsRefused) {
  for (const char* json : {R"({"schema":"omni.event.v2","to":7})", R"({"id":"x"})", "{}",
                           R"({"schema":1})", R"({"schema":""})"}) {
    EXPECT_THAT(EventFromJson(json),
                StatusIs(absl::StatusCode::kInvalidArgument, "schema: expected omni.event.v1"));
  }
}

TEST(CodecTest, WhatIsNoEventIsRefused) {
  EXPECT_THAT(EventFromJson(""), Not(IsOk()));
  EXPECT_THAT(EventFromJson("{\"schema\":"), Not(IsOk()));
  EXPECT_THAT(EventFromJson("[]"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("expected an object")));
}

TEST(CodecTest, EveryTruncationIsRefused) {
  const std::string json = ToJson(EveryMemberEvent());
  for (std::size_t size = 0; size < json.size(); ++size) {
    EXPECT_THAT(EventFromJson(json.substr(0, size)), Not(IsOk())) << size;
  }
}

TEST(WordTest, EnumeratorsAreCamelCase) {
  EXPECT_EQ(ToWord(EventKind::kMessage), "message");
  EXPECT_EQ(ToWord(StatusValue::kUndelivered), "undelivered");
  EXPECT_EQ(ToWord(StatusValue::kUnknown), "unknown");
  EXPECT_EQ(ToWord(MessageType::kUnsupported), "unsupported");
  EXPECT_EQ(ToWord(static_cast<EventKind>(99)), "unknown");
}

TEST(TimeTest, IsWrittenInUtcWithMilliseconds) {
  EXPECT_EQ(omni::FormatTime(absl::UnixEpoch()), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(omni::FormatTime(absl::FromUnixMillis(1705314600412)), "2024-01-15T10:30:00.412Z");
  EXPECT_EQ(omni::FormatTime(absl::FromUnixMillis(1709251199999)), "2024-02-29T23:59:59.999Z");
  EXPECT_EQ(omni::FormatTime(absl::FromUnixMillis(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(omni::FormatTime(absl::FromUnixNanos(1999999)), "1970-01-01T00:00:00.001Z");
}

TEST(TimeTest, AgreesWithAbseilAcrossTheCalendar) {
  for (std::int64_t second = -62'167'219'200; second < 253'402'300'800; second += 86'399'977) {
    const absl::Time time = absl::FromUnixSeconds(second);
    EXPECT_EQ(omni::FormatTime(time),
              absl::FormatTime("%E4Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone()));
    EXPECT_EQ(At(omni::FormatTime(time)), time);
  }
}

TEST(TimeTest, StaysWithinFourDigitYears) {
  EXPECT_EQ(omni::FormatTime(absl::InfinitePast()), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(omni::FormatTime(absl::InfiniteFuture()), "9999-12-31T23:59:59.999Z");
}

TEST(TimeTest, ReadsAnyFractionAndOffset) {
  const absl::Time time = absl::FromUnixSeconds(1705314600);
  EXPECT_EQ(At("2024-01-15T10:30:00Z"), time);
  EXPECT_EQ(At("2024-01-15t10:30:00z"), time);
  EXPECT_EQ(At("2024-01-15T10:30:00.5Z"), time + absl::Milliseconds(500));
  EXPECT_EQ(At("2024-01-15T10:30:00.123456789Z"), time + absl::Nanoseconds(123456789));
  EXPECT_EQ(At("2024-01-15T12:30:00+02:00"), time);
  EXPECT_EQ(At("2024-01-15T05:00:00.000-05:30"), time);
}

TEST(TimeTest, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "now", "infinite-future", "infinite-past", "2024-01-15", "2024-01-15T10:30:00",
        "2024-13-15T10:30:00Z", "2024-02-30T10:30:00Z", "2024-01-15T25:30:00Z",
        "2024-01-15T10:60:00Z", " 2024-01-15T10:30:00Z", "2024-01-15T10:30:00Z ",
        "12024-01-15T10:30:00Z", "2024-01-15T10:30:00Zulu", "-024-01-15T10:30:00Z"}) {
    EXPECT_THAT(ParseTime(text), StatusIs(absl::StatusCode::kInvalidArgument, ::testing::_))
        << text;
  }
}

}  // namespace
}  // namespace omni
