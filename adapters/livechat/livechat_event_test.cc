/// \file
/// What each type of event becomes.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "livechat_people.h"
#include "livechat_test_requests.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using ::omni::testing::IsOk;

Event Of(std::string_view members) {
  return OnlyEvent(Webhook("incoming_event", ChatEvent(members)));
}

struct ContentCase {
  std::string_view members;
  std::string_view message;
};

TEST(EventTest, MessagesKeepTheirContent) {
  const ContentCase kCases[] = {
      {R"("text":"hi \ud83d\ude00")", R"({"type":"text","text":"hi 😀"})"},
      {R"("text":7)", R"({"type":"text","text":"7"})"},
      {R"("text":"")", R"({"type":"text"})"},
      {R"("text":"Yes","postback":{"id":"p1","event_id":"e0","type":"message","value":"yes"})",
       R"({"type":"interactive","text":"Yes","interactive":{"kind":"quickReply","id":"p1",)"
       R"("title":"Yes","payload":{"id":"p1","event_id":"e0","type":"message","value":"yes"}},)"
       R"("replyTo":{"messageId":"e0"}})"},
      {R"("text":"Yes","postback":{})",
       R"({"type":"interactive","text":"Yes","interactive":{"kind":"quickReply","title":"Yes",)"
       R"("payload":{}}})"},
      {R"("type":"file","name":"a.pdf","url":"https://x.example/a","content_type":)"
       R"("application/pdf")",
       R"({"type":"document","media":[{"url":"https://x.example/a","mimeType":"application/pdf",)"
       R"("filename":"a.pdf"}]})"},
      {R"("type":"file","url":"https://x.example/a","content_type":"video/mp4","size":0)",
       R"({"type":"video","media":[{"url":"https://x.example/a","mimeType":"video/mp4","size":0}]})"},
      {R"("type":"file","url":"https://x.example/a","content_type":"audio/ogg")",
       R"({"type":"audio","media":[{"url":"https://x.example/a","mimeType":"audio/ogg"}]})"},
      {R"("type":"file","url":"https://x.example/a")",
       R"({"type":"document","media":[{"url":"https://x.example/a"}]})"},
      {R"("type":"rich_message","template_id":"cards","elements":[{"title":"Shoes",)"
       R"("subtitle":"Red","image":{"url":"https://x.example/i","content_type":"image/png"},)"
       R"("buttons":[{"text":"Buy","type":"url","value":"u"},{"text":"No"}]},{"title":"Hats"}])",
       R"({"type":"interactive","text":"Shoes\nRed\nBuy\nNo\nHats","media":[{"url":)"
       R"("https://x.example/i","mimeType":"image/png"}],"interactive":{"kind":"button",)"
       R"("description":"cards","payload":[{"title":"Shoes","subtitle":"Red","image":{"url":)"
       R"("https://x.example/i","content_type":"image/png"},"buttons":[{"text":"Buy","type":)"
       R"("url","value":"u"},{"text":"No"}]},{"title":"Hats"}]}})"},
      {R"("type":"rich_message","template_id":"quick_replies","elements":[{"title":"Sure?"}])",
       R"({"type":"interactive","text":"Sure?","interactive":{"kind":"quickReply",)"
       R"("description":"quick_replies","payload":[{"title":"Sure?"}]}})"},
      {R"("type":"rich_message","template_id":"sticker","elements":[{"image":{"url":)"
       R"("https://x.example/s"}}])",
       R"({"type":"sticker","media":[{"url":"https://x.example/s"}],"interactive":{)"
       R"("description":"sticker","payload":[{"image":{"url":"https://x.example/s"}}]}})"},
      {R"("type":"filled_form","form_id":"f","fields":[{"label":"Name","answer":"Ada"},{"label":)"
       R"("Age","value":36},{"label":"Team","answer":{"id":"1","label":"Sales"}},{"label":)"
       R"("Topics","answers":[{"label":"a"},"b"]},{"label":"Empty"}])",
       R"({"type":"interactive","text":"Name: Ada\nAge: 36\nTeam: Sales\nTopics: a, b\nEmpty: ",)"
       R"("interactive":{"kind":"form","id":"f","payload":[{"label":"Name","answer":"Ada"},)"
       R"({"label":"Age","value":36},{"label":"Team","answer":{"id":"1","label":"Sales"}},)"
       R"({"label":"Topics","answers":[{"label":"a"},"b"]},{"label":"Empty"}]}})"},
  };
  for (const ContentCase& test : kCases) {
    EXPECT_EQ(Member(Of(test.members), "message"), test.message) << test.members;
  }
}

TEST(EventTest, WhatIsNoMessageBecomesANotice) {
  const struct {
    std::string_view members, type, subject;
  } kCases[] = {
      {R"("type":"system_message","system_message_type":"routing.idle","text":"idle")", "system",
       "routing.idle"},
      {R"("type":"system","subtype":"chat_started","details":"{}")", "system", "chat_started"},
      {R"("type":"form","form_id":"f")", "form", "f"},
      {R"("type":"custom","content":{"a":1})", "custom", ""},
      {R"("type":"of_tomorrow","a":1)", "unknown", "of_tomorrow"},
      {R"("type":7)", "unknown", ""},
      {R"("deleted":true)", "deleted", "TFX1_1"},
  };
  for (const auto& test : kCases) {
    const Event event = Of(test.members);
    ASSERT_EQ(event.kind, EventKind::kNotice) << test.members;
    EXPECT_EQ(event.notice->type, test.type);
    EXPECT_EQ(event.notice->subject, test.subject);
    EXPECT_NE(event.notice->detail.text.find(test.members), std::string::npos)
        << event.notice->detail.text;
    EXPECT_EQ(event.carrier_message_id, "TFX1_1");
  }
}

TEST(EventTest, KeepsWhatHasNoPlaceElsewhere) {
  const Event event = Of(R"("custom_id":"c","properties":{"ns":{"a":1}},"text":"x",)"
                         R"("future_list":[1],"alternative_text":"a crack")");
  EXPECT_EQ(event.metadata.Get("customId"), "c");
  EXPECT_EQ(event.metadata.Get("properties"), R"({"ns":{"a":1}})");
  EXPECT_EQ(event.metadata.Get("futureList"), "[1]");
  EXPECT_EQ(event.metadata.Get("alternativeText"), "a crack");
}

TEST(EventTest, CountsMicroseconds) {
  const absl::Time second = absl::FromUnixSeconds(1705314601);
  const struct {
    std::string_view text;
    absl::Time time;
  } kCases[] = {
      {"2024-01-15T10:30:01.120400Z", second + absl::Microseconds(120'400)},
      {"2024-01-15T11:30:01.000001+01:00", second + absl::Microseconds(1)},
      {"2024-01-15T10:30:01Z", second},
      {"1705314601", second},
      {"yesterday", absl::InfinitePast()},
      {"", absl::InfinitePast()},
  };
  for (const auto& test : kCases) {
    const Event event = Of("\"created_at\":\"" + std::string(test.text) + "\"");
    EXPECT_EQ(event.occurred_at, test.time) << test.text;
    EXPECT_EQ(event.metadata.Get("createdAt"), test.text);
  }
}

TEST(AuthorTest, IsToldByTheFormOfTheIdWhereNothingElseTells) {
  const struct {
    std::string_view id;
    Direction direction;
    std::string_view type;
  } kCases[] = {
      {"2b7e1516-28ae-4d2a-a6ab-f7158809cf4f", Direction::kInbound, ""},
      {"dana@shop.example", Direction::kOutbound, "agent"},
      {"5c3e7a91b2d84f60a1c2e3f405162738", Direction::kOutbound, "bot"},
      {"S1352647457.ac951bfe2e", Direction::kInbound, ""},
      {"5c3e7a91b2d84f60a1c2e3f40516273", Direction::kInbound, ""},
      {"", Direction::kInbound, ""},
  };
  for (const auto& test : kCases) {
    const Event event = Of("\"author_id\":\"" + std::string(test.id) + "\"");
    EXPECT_EQ(event.direction, test.direction) << test.id;
    EXPECT_EQ(event.metadata.Get("authorType"), test.type);
    const bool ours = test.direction == Direction::kOutbound;
    EXPECT_EQ(ours ? event.from->carrier_id : event.from.value_or(Address{}).address, test.id);
  }
}

TEST(AuthorTest, IsWhatTheChatsListOfUsersSays) {
  const auto result = NormalizeWebhook(
      Webhook("incoming_chat",
              R"({"chat":{"id":"C","users":[{"id":"5c3e7a91b2d84f60a1c2e3f405162738","type":)"
              R"("customer","name":"Ada"},{"id":"2b7e1516-28ae-4d2a-a6ab-f7158809cf4f","type":)"
              R"("agent","name":"Dana"}],"thread":{"id":"T","events":[)"
              R"({"id":"1","type":"message","author_id":"5c3e7a91b2d84f60a1c2e3f405162738"},)"
              R"({"id":"2","type":"message","author_id":"2b7e1516-28ae-4d2a-a6ab-f7158809cf4f"})"
              "]}}}"));
  ASSERT_THAT(result, IsOk());
  ASSERT_EQ(result->events.size(), 3U);
  EXPECT_EQ(result->events[1].event->direction, Direction::kInbound);
  EXPECT_EQ(result->events[1].event->from->name, "Ada");
  EXPECT_EQ(result->events[2].event->direction, Direction::kOutbound);
  EXPECT_EQ(result->events[2].event->from->name, "Dana");
  EXPECT_EQ(result->events[2].event->to.at(0).name, "Ada");
}

TEST(AuthorTest, RolesHaveOneNameAndPerhapsOtherWords) {
  for (Role role : {Role::kCustomer, Role::kAgent, Role::kBot}) {
    EXPECT_EQ(RoleFromWord(RoleName(role)), role);
  }
  EXPECT_EQ(RoleFromWord("visitor"), Role::kCustomer);
  EXPECT_EQ(RoleFromWord("operator"), Role::kAgent);
  EXPECT_EQ(RoleFromWord("anything"), Role::kUnknown);
  EXPECT_EQ(RoleName(Role::kUnknown), "");
}

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1
