// SMS and MMS as the older API tells them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "messagebird_test_util.h"
#include "omni/codec.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// An inbound message as JSON, with more members.
Event Json(std::string_view more) {
  return EventOf(R"({"id":"1","recipient":"15551234567","originator":"15559876543")" +
                 std::string(more) + "}");
}

// The same as a query.
Event Query(std::string_view more) {
  return EventOfQuery("id=1&recipient=15551234567&originator=15559876543" + std::string(more));
}

std::vector<std::string> UrlsOf(const Event& event) {
  std::vector<std::string> urls;
  for (const Media& media : event.message->media) urls.push_back(media.url);
  return urls;
}

TEST(MessageBirdMessage, TakesTheParties) {
  const Event event = Json("");
  EXPECT_EQ(event.kind, EventKind::kMessage);
  EXPECT_EQ(event.direction, Direction::kInbound);
  EXPECT_EQ(event.channel, "sms");
  EXPECT_EQ(event.from->address, "+15559876543");
  EXPECT_EQ(event.from->carrier_id, "15559876543");
  EXPECT_EQ(event.to[0].address, "+15551234567");
  EXPECT_EQ(event.conversation, "messagebird:+15551234567:+15559876543");
  EXPECT_EQ(event.carrier_message_id, "1");
  EXPECT_EQ(event.occurred_at, absl::InfinitePast());
  EXPECT_EQ(event.message->type, MessageType::kText);
  EXPECT_EQ(event.message->text, "");
  EXPECT_EQ(event.account, "");
}

TEST(MessageBirdMessage, NumbersMayBeIntegersOfAnySize) {
  const auto from = [](std::string_view number) {
    return EventOf(R"({"id":"1","recipient":"15551234567","originator":)" + std::string(number) +
                   "}")
        .from->address;
  };
  EXPECT_EQ(from("15559876543"), "+15559876543");
  EXPECT_EQ(from("4294967296"), "+4294967296");
  EXPECT_EQ(from("999999999999999"), "+999999999999999");
  EXPECT_EQ(from("1.5559876543e10"), "+15559876543");
  EXPECT_EQ(from("15559876543.0"), "+15559876543");
  EXPECT_EQ(from("51234"), "51234");
  EXPECT_EQ(EventOf(R"({"id":4294967301,"recipient":1,"originator":2})").carrier_message_id,
            "4294967301");
}

TEST(MessageBirdMessage, ANumberMayHaveLostItsPlus) {
  EXPECT_EQ(EventOfQuery("id=1&recipient=51234&originator=+15559876543").from->address,
            "+15559876543");
  EXPECT_EQ(EventOfQuery("id=1&recipient=51234&originator=%2B15559876543").from->address,
            "+15559876543");
  EXPECT_EQ(EventOfQuery("id=1&recipient=51234&originator=1+555+987+6543").from->address,
            "+15559876543");
  EXPECT_EQ(EventOfQuery("id=1&recipient=51234&originator=My+Shop+1").from->address, "My Shop 1");
}

TEST(MessageBirdMessage, EachThingHasSeveralNames) {
  const Event event = EventOf(
      R"({"message_id":"2","receiver":"15551234567","sender":"15559876543","payload":"hi"})");
  EXPECT_EQ(event.carrier_message_id, "2");
  EXPECT_EQ(event.from->address, "+15559876543");
  EXPECT_EQ(event.to[0].address, "+15551234567");
  EXPECT_EQ(event.message->text, "hi");
  EXPECT_THAT(event.metadata.entries(), IsEmpty());
}

TEST(MessageBirdMessage, TheBestNameCountsAndWhatOthersSayDifferentlyIsKept) {
  const Event event = Json(
      R"(,"body":"b","message":"m","payload":"b","incomingMessage":"i","sender":"1","receiver":"2",)"
      R"("message_id":"3")");
  EXPECT_EQ(event.message->text, "b");
  EXPECT_EQ(event.from->address, "+15559876543");
  EXPECT_THAT(event.metadata.entries(),
              ElementsAre(Metadata::Entry{"message", "m"}, Metadata::Entry{"incomingMessage", "i"},
                          Metadata::Entry{"sender", "1"}, Metadata::Entry{"receiver", "2"},
                          Metadata::Entry{"messageId", "3"}));
}

TEST(MessageBirdMessage, NamesAreReadInAnyCase) {
  const Event event =
      EventOf(R"({"ID":"1","Recipient":"15551234567","ORIGINATOR":"15559876543","Body":"hi"})");
  EXPECT_EQ(event.carrier_message_id, "1");
  EXPECT_EQ(event.message->text, "hi");
  EXPECT_THAT(event.metadata.entries(), IsEmpty());
}

TEST(MessageBirdMessage, OfARepeatedNameTheLastCounts) {
  EXPECT_EQ(Json(R"(,"body":"first","body":"last")").message->text, "last");
  const Event event = Query("&body=first&id=2&body=last&id=3&flow=a&flow=b");
  EXPECT_EQ(event.message->text, "last");
  EXPECT_EQ(event.carrier_message_id, "3");
  EXPECT_THAT(event.metadata.entries(), ElementsAre(Metadata::Entry{"flow", "b"}));
}

TEST(MessageBirdMessage, WithAShortCodeTheMessagesOwnFieldsComeFirst) {
  const Event event = EventOfQuery(
      "shortcode=51234&keyword=WIN&message=stop&id=1&mid=2&originator=15559876543&body=other"
      "&receive_datetime=20240229235959&recipient=15551234567");
  EXPECT_EQ(event.carrier_message_id, "2");
  EXPECT_EQ(event.to[0].address, "51234");
  EXPECT_EQ(event.conversation, "messagebird:51234:+15559876543");
  EXPECT_EQ(event.message->text, "stop");
  EXPECT_EQ(event.message->keyword, Keyword::kStop);
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2024-02-29T23:59:59.000Z");
  EXPECT_EQ(event.metadata.Get("id"), "1");
  EXPECT_EQ(event.metadata.Get("body"), "other");
  EXPECT_EQ(event.metadata.Get("keyword"), "WIN");
  EXPECT_EQ(event.metadata.Get("recipient"), "15551234567");
}

TEST(MessageBirdMessage, AShortCodesTextMayBeInTheBodyAlone) {
  const Event event = EventOfQuery("shortcode=51234&id=1&originator=15559876543&body=hi");
  EXPECT_EQ(event.carrier_message_id, "1");
  EXPECT_EQ(event.message->text, "hi");
}

TEST(MessageBirdMessage, ReadsTimesInEverySpelling) {
  const auto time = [](std::string_view more) {
    const absl::Time occurred = Query(more).occurred_at;
    return occurred == absl::InfinitePast() ? "none" : omni::FormatTime(occurred);
  };
  EXPECT_EQ(time("&createdDatetime=2024-01-15T10:30:01%2B02:00"), "2024-01-15T08:30:01.000Z");
  EXPECT_EQ(time("&createdDatetime=2024-01-15T10:30:01+02:00"), "2024-01-15T08:30:01.000Z");
  EXPECT_EQ(time("&createdDatetime=2024-01-15T10:30:01.25Z"), "2024-01-15T10:30:01.250Z");
  EXPECT_EQ(time("&CreatedDatetime=2024-01-15T10:30:01-0500"), "2024-01-15T15:30:01.000Z");
  EXPECT_EQ(time("&receivedSMSDateTime=2024-01-15T10:30:01Z"), "2024-01-15T10:30:01.000Z");
  EXPECT_EQ(time("&receive_datetime=20240115103001"), "2024-01-15T10:30:01.000Z");
  EXPECT_EQ(time("&date_utc=1705314601"), "2024-01-15T10:30:01.000Z");
  EXPECT_EQ(time("&receive_datetime=20241315103001"), "none");
  EXPECT_EQ(time("&createdDatetime=yesterday"), "none");
  EXPECT_EQ(time("&createdDatetime=yesterday&date_utc=1705314601"), "2024-01-15T10:30:01.000Z");
  // Local time of an unknown zone.
  EXPECT_EQ(time("&date=1705285801"), "none");
}

TEST(MessageBirdMessage, KeepsTheTimesThatSaySomethingElse) {
  const Event event = Query(
      "&createdDatetime=2024-01-15T10:30:01Z&date_utc=1705314601&date=1705285801"
      "&receivedSMSDateTime=2024-01-15T10:30:09Z");
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2024-01-15T10:30:01.000Z");
  EXPECT_THAT(event.metadata.entries(),
              ElementsAre(Metadata::Entry{"date", "1705285801"},
                          Metadata::Entry{"receivedSMSDateTime", "2024-01-15T10:30:09Z"}));
}

TEST(MessageBirdMessage, MediaComesInSeveralShapes) {
  EXPECT_THAT(UrlsOf(Json(R"(,"mediaUrls":["u1","u2"])")), ElementsAre("u1", "u2"));
  EXPECT_THAT(UrlsOf(Json(R"(,"mediaURLs":"u1")")), ElementsAre("u1"));
  EXPECT_THAT(UrlsOf(Json(R"(,"mediaUrls":[])")), IsEmpty());
  EXPECT_THAT(UrlsOf(Query("&mediaUrls=u1&mediaUrls=u2")), ElementsAre("u1", "u2"));
  EXPECT_THAT(UrlsOf(Query("&MEDIAURLS[]=u1&MEDIAURLS[]=u2")), ElementsAre("u1", "u2"));
  EXPECT_THAT(UrlsOf(Query("&mediaUrls[10]=u3&mediaUrls[0]=u1&mediaUrls[2]=u2")),
              ElementsAre("u1", "u2", "u3"));
  EXPECT_THAT(UrlsOf(Query("&mediaUrls=[\"u1\",\"u2\"]")), ElementsAre("u1", "u2"));
  EXPECT_THAT(UrlsOf(Query("&mediaUrls=[u1")), ElementsAre("[u1"));
  EXPECT_THAT(UrlsOf(Query("&mediaUrlsX=u1&mediaUrls[0=u2&media=u3")), IsEmpty());
}

TEST(MessageBirdMessage, KeepsMediaThatItDoesNotUnderstand) {
  const Event event = Json(R"(,"mediaUrls":["u1",{"url":"u2"}])");
  EXPECT_THAT(UrlsOf(event), ElementsAre("u1"));
  EXPECT_EQ(event.metadata.Get("mediaUrls"), R"(["u1",{"url":"u2"}])");
  EXPECT_EQ(Json(R"(,"mediaUrls":{"a":"b"})").metadata.Get("mediaUrlsA"), "b");
}

TEST(MessageBirdMessage, MediaMakesItAnMms) {
  EXPECT_EQ(Json(R"(,"mediaUrls":["u1"])").channel, "mms");
  EXPECT_EQ(Json(R"(,"mms":true)").channel, "mms");
  EXPECT_EQ(Json(R"(,"mms":"true")").channel, "mms");
  EXPECT_EQ(Json(R"(,"mms":false)").channel, "sms");
  EXPECT_THAT(Json(R"(,"mms":true)").metadata.entries(), IsEmpty());
  // The media tell more than the flag.
  EXPECT_EQ(Json(R"(,"mms":false,"mediaUrls":["u1"])").metadata.Get("mms"), "false");
}

TEST(MessageBirdMessage, TheFirstMediumGivesTheType) {
  const auto type = [](std::string_view url) {
    return Json(R"(,"body":"x","mediaUrls":[")" + std::string(url) + R"(","https://h/b.mp3"])")
        .message->type;
  };
  EXPECT_EQ(type("https://h/a.jpg"), MessageType::kImage);
  EXPECT_EQ(type("https://h/a.JPEG?x=.mp4#y"), MessageType::kImage);
  EXPECT_EQ(type("https://h/a.mp4"), MessageType::kVideo);
  EXPECT_EQ(type("https://h/a.amr"), MessageType::kAudio);
  EXPECT_EQ(type("https://h/a.vcf"), MessageType::kDocument);
  EXPECT_EQ(type("https://h/a"), MessageType::kDocument);
  EXPECT_EQ(type("a.jpg"), MessageType::kDocument);
  EXPECT_EQ(Json(R"(,"body":"x","mediaUrls":["https://h/a.jpg"])").message->text, "x");
}

TEST(MessageBirdMessage, FindsKeywords) {
  EXPECT_EQ(Json(R"(,"body":" Stop ")").message->keyword, Keyword::kStop);
  EXPECT_EQ(Json(R"(,"body":"info")").message->keyword, Keyword::kHelp);
  EXPECT_EQ(Json(R"(,"body":"stop it")").message->keyword, std::nullopt);
  EXPECT_EQ(Json(R"(,"body":"stop it","keyword":"STOP")").message->keyword, Keyword::kStop);
  EXPECT_EQ(Json(R"(,"body":"stop","keyword":"WIN")").message->keyword, Keyword::kStop);
}

TEST(MessageBirdMessage, WhatHasNoPlaceGoesToTheMetadata) {
  const Event event =
      Json(R"(,"reference":"r","flowId":"f","n":1.50,"yes":true,"none":null,"empty":"","list":[1],)"
           R"("small":{"a_b":1,"c":"d"},"deep":{"a":{"b":1}},"no":{},"ключ":"к","[]":"odd")");
  EXPECT_THAT(
      event.metadata.entries(),
      ElementsAre(Metadata::Entry{"reference", "r"}, Metadata::Entry{"flowId", "f"},
                  Metadata::Entry{"n", "1.50"}, Metadata::Entry{"yes", "true"},
                  Metadata::Entry{"list", "[1]"}, Metadata::Entry{"smallAB", "1"},
                  Metadata::Entry{"smallC", "d"}, Metadata::Entry{"deep", R"({"a":{"b":1}})"},
                  Metadata::Entry{"ключ", "к"}, Metadata::Entry{"other", "odd"}));
}

TEST(MessageBirdMessage, NamesThatMeetInOneKeyAreToldSideBySide) {
  EXPECT_EQ(Json(R"(,"a_b":"1","aB":"2","a-b":"2")").metadata.Get("aB"), "1, 2, 2");
}

TEST(MessageBirdMessage, AFloodOfFieldsIsKeptAsOne) {
  std::string more = R"(,"body":"hi")";
  for (int i = 0; i < 65; ++i) more += ",\"f" + std::to_string(i) + "\":1";
  const Event event = Json(more);
  EXPECT_EQ(event.message->text, "hi");
  ASSERT_EQ(event.metadata.entries().size(), 1u);
  const auto rest = JsonDocument::Parse(event.metadata.Get("rest"));
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest->root().size(), 65u);
  EXPECT_EQ(rest->root()["f64"].text(), "1");
}

TEST(MessageBirdMessage, AStatusBesideATextOrMediaIsNoReport) {
  const Event event = Json(R"(,"body":"hi","status":"received")");
  EXPECT_EQ(event.kind, EventKind::kMessage);
  EXPECT_EQ(event.metadata.Get("status"), "received");
  EXPECT_EQ(Json(R"(,"status":"received","mediaUrls":["u1"])").kind, EventKind::kMessage);
  EXPECT_EQ(Json(R"(,"status":"received")").kind, EventKind::kStatus);
  EXPECT_EQ(Json(R"(,"body":"hi","status":"sent","statusDatetime":"2024-01-15T10:30:01Z")").kind,
            EventKind::kStatus);
}

TEST(MessageBirdMessage, KeepsInvalidUtf8OfAFormAsValidText) {
  const Event event = Query("&body=a%FFb");
  EXPECT_TRUE(IsValidUtf8(ToJson(event)));
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
