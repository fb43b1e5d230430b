/// \file
/// What each action becomes, and when two webhooks are the same news.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "livechat_test_gateway.h"
#include "omni/codec.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using ::omni::testing::IsOk;

constexpr std::string_view kChat = R"("chat_id":"C","thread_id":"T")";

std::string Payload(std::string_view members) {
  std::string payload = "{";
  payload.append(kChat);
  if (!members.empty()) payload.append(",").append(members);
  return payload + "}";
}

/// How many events the second of two webhooks adds, sent `later`.
std::size_t AddedBySecond(const std::string& first, const std::string& second,
                          absl::Duration later = absl::ZeroDuration()) {
  TestGateway gateway;
  EXPECT_EQ(gateway.Handle(BarePost(kWebhookPath, first)).status, 200);
  const std::size_t before = gateway.accepted().size();
  gateway.clock().Advance(later);
  EXPECT_EQ(gateway.Handle(BarePost(kWebhookPath, second)).status, 200);
  return gateway.accepted().size() - before;
}

TEST(ActionTest, BecomesANoticeOfItsType) {
  const struct {
    std::string_view action, members, type, subject;
  } kCases[] = {
      {"chat_deactivated", R"("user_id":"dana@shop.example")", "chatClosed", ""},
      {"chat_transferred", R"("reason":"manual","transferred_to":{"group_ids":[1]})",
       "chatTransferred", "manual"},
      {"chat_access_updated", R"("access":{"group_ids":[1]})", "access", ""},
      {"user_added_to_chat", R"("user":{"id":"x"},"user_type":"agent")", "userAdded", "agent"},
      {"user_removed_from_chat", R"("user_id":"x","user_type":"agent")", "userRemoved", "agent"},
      {"event_deleted", R"("event_id":"T_1")", "deleted", "T_1"},
      {"events_marked_as_seen", R"("user_id":"u","seen_up_to":"2024-01-15T10:31:00.000001Z")",
       "seen", "2024-01-15T10:31:00.000001Z"},
      {"incoming_typing_indicator", R"("typing_indicator":{"author_id":"u","is_typing":true})",
       "typing", ""},
      {"thread_tagged", R"("tag":"vip")", "tagged", "vip"},
      {"thread_untagged", R"("tag":"vip")", "untagged", "vip"},
      {"agent_created", R"("id":"x")", "unknown", "agent_created"},
      {"of_tomorrow", R"("x":[{}])", "unknown", "of_tomorrow"},
      {"", R"("x":1)", "unknown", ""},
      // A known action with something else in it.
      {"incoming_event", R"("event":[1])", "unknown", "incoming_event"},
      {"event_updated", R"("x":1)", "unknown", "event_updated"},
      {"incoming_chat", R"("chat":"C")", "unknown", "incoming_chat"},
      {"incoming_rich_message_postback", R"("postback":"p")", "unknown",
       "incoming_rich_message_postback"},
  };
  for (const auto& test : kCases) {
    const std::string payload = Payload(test.members);
    const Event event = OnlyEvent(Webhook(test.action, payload));
    ASSERT_EQ(event.kind, EventKind::kNotice) << test.action;
    EXPECT_EQ(event.notice->type, test.type);
    EXPECT_EQ(event.notice->subject, test.subject);
    EXPECT_EQ(event.notice->detail.text, payload);
    EXPECT_EQ(event.metadata.Get("action"), test.action);
    EXPECT_EQ(event.conversation, "livechat:lc-789:C");
    EXPECT_EQ(event.account, kOrganization);
  }
}

TEST(ActionTest, WithoutAnObjectIsKeptAllTheSame) {
  for (std::string_view payload : {"null", "[]", "[{\"a\":1}]", "7", "\"x\"", "{}"}) {
    for (std::string_view action : {"incoming_chat", "incoming_event", "event_deleted", "x"}) {
      const Event event = OnlyEvent(Webhook(action, payload));
      ASSERT_EQ(event.kind, EventKind::kNotice) << action << payload;
      EXPECT_EQ(event.notice->detail.text, payload);
      EXPECT_EQ(event.conversation, "");
    }
  }
}

TEST(ActionTest, SaysWhoDidItWhereTheCarrierDoes) {
  const Event closed =
      OnlyEvent(Webhook("chat_deactivated", Payload(R"("user_id":"dana@shop.example")")));
  EXPECT_EQ(closed.direction, Direction::kOutbound);
  EXPECT_EQ(closed.from->carrier_id, "dana@shop.example");
  EXPECT_EQ(closed.metadata.Get("authorType"), "agent");
  EXPECT_FALSE(OnlyEvent(Webhook("chat_deactivated", Payload(""))).from);
}

TEST(EditTest, HoldsTheEventAsItIsNow) {
  const Event event = OnlyEvent(Webhook("event_updated", ChatEvent(R"("text":"mended")")));
  ASSERT_EQ(event.kind, EventKind::kNotice);
  EXPECT_EQ(event.notice->type, "edited");
  EXPECT_EQ(event.notice->subject, "TFX1_1");
  EXPECT_NE(event.notice->detail.text.find("mended"), std::string::npos);
  EXPECT_EQ(event.from->address, kCustomer);
}

TEST(PostbackTest, IsAMessageOfTheCustomer) {
  const Event event = OnlyEvent(
      Webhook("incoming_rich_message_postback",
              Payload(R"("user_id":"2b7e1516-28ae-4d2a-a6ab-f7158809cf4f","event_id":"e",)"
                      R"("postback":{"id":"p","toggled":true,"button_type":"message",)"
                      R"("button_value":"Yes"},"extra":1)")));
  EXPECT_EQ(Member(event, "message"),
            R"({"type":"interactive","text":"Yes","interactive":{"kind":"postback","id":"p",)"
            R"("title":"Yes","payload":{"id":"p","toggled":true,"button_type":"message",)"
            R"("button_value":"Yes"}},"replyTo":{"messageId":"e"}})");
  EXPECT_EQ(event.direction, Direction::kInbound);
  EXPECT_EQ(event.metadata.Get("toggled"), "true");
  EXPECT_EQ(event.metadata.Get("extra"), "1");
}

TEST(EnvelopeTest, WhatItSaysBesideGoesToTheFirstEvent) {
  std::string body =
      Webhook("incoming_chat", R"({"chat":{"id":"C","thread":{"id":"T","events":[)"
                               R"({"id":"1","type":"message","text":"a"}]}},"x":1})");
  body.pop_back();
  body += R"(,"additional_data":{"chat_properties":{"a":1}},"future":"f","license_id":7})";
  const auto result = NormalizeWebhook(body);
  ASSERT_THAT(result, IsOk());
  ASSERT_EQ(result->events.size(), 2U);
  const Metadata& first = result->events[0].event->metadata;
  EXPECT_EQ(first.Get("additionalData"), R"({"chat_properties":{"a":1}})");
  EXPECT_EQ(first.Get("future"), "f");
  EXPECT_EQ(first.Get("licenseId"), "7");
  EXPECT_EQ(result->events[1].event->metadata.Get("future"), "");
  EXPECT_EQ(result->events[0].event->notice->detail.text,
            R"({"chat":{"id":"C","thread":{"id":"T"}},"x":1})");
}

// webhook_id is the same in every call and must not make them one.
TEST(SameNewsTest, IsToldByContentAndNotByTheRegistration) {
  const auto event = [](std::string_view members) {
    return Webhook("incoming_event", ChatEvent(members));
  };
  EXPECT_EQ(AddedBySecond(event(""), event("")), 0U);
  EXPECT_EQ(AddedBySecond(event(""), event(R"("text":"other words, same event")")), 0U);
  EXPECT_EQ(AddedBySecond(event(""), event(R"("id":"TFX1_2")")), 1U);
  const std::string other_thread =
      R"({"chat_id":"CFX1","thread_id":"TFX2","event":{"id":"TFX1_1","type":"message"}})";
  EXPECT_EQ(AddedBySecond(event(""), Webhook("incoming_event", other_thread)), 1U);
}

TEST(SameNewsTest, AnEventInsideIncomingChatIsTheOneThatComesAlone) {
  const std::string alone = ChatEvent("");
  const std::size_t begin = alone.find("{\"id\"");
  const std::string inner = alone.substr(begin, alone.size() - 1 - begin);
  const std::string chat =
      R"({"chat":{"id":"CFX1","thread":{"id":"TFX1","events":[)" + inner + "]}}}";
  EXPECT_EQ(AddedBySecond(Webhook("incoming_chat", chat), Webhook("incoming_event", alone)), 0U);
}

TEST(SameNewsTest, ARepeatedChatIsNewByItsThread) {
  const auto chat = [](const std::string& thread) {
    return Webhook("incoming_chat", R"({"chat":{"id":"C","thread":{"id":")" + thread + R"("}}})");
  };
  EXPECT_EQ(AddedBySecond(chat("T1"), chat("T1"), absl::Hours(1)), 0U);
  EXPECT_EQ(AddedBySecond(chat("T1"), chat("T2")), 1U);
}

TEST(SameNewsTest, EachEditIsNewByWhatItSays) {
  const auto edit = [](std::string_view members) {
    return Webhook("event_updated", ChatEvent(members));
  };
  EXPECT_EQ(AddedBySecond(edit(R"("text":"a")"), edit(R"("text":"a")"), absl::Hours(1)), 0U);
  EXPECT_EQ(AddedBySecond(edit(R"("text":"a")"), edit(R"("text":"b")")), 1U);
  EXPECT_EQ(AddedBySecond(Webhook("incoming_event", ChatEvent("")), edit("")), 1U);
}

TEST(SameNewsTest, AMarkIsNewByReaderAndTime) {
  const auto seen = [](std::string_view user, std::string_view up_to) {
    return Webhook("events_marked_as_seen", R"({"chat_id":"C","user_id":")" + std::string(user) +
                                                R"(","seen_up_to":")" + std::string(up_to) + "\"}");
  };
  const std::string first = seen("u", "2024-01-15T10:31:00.000001Z");
  EXPECT_EQ(AddedBySecond(first, first, absl::Hours(1)), 0U);
  EXPECT_EQ(AddedBySecond(first, seen("u", "2024-01-15T10:31:00.000002Z")), 1U);
  EXPECT_EQ(AddedBySecond(first, seen("v", "2024-01-15T10:31:00.000001Z")), 1U);
}

// On, off and on again, or from one group to another and back.
TEST(SameNewsTest, WhatHasNoIdIsNewAgainAfterAMinute) {
  const std::string tap =
      Webhook("incoming_rich_message_postback", Payload(R"("postback":{"id":"p"})"));
  const std::string transfer = Webhook("chat_transferred", Payload(R"("reason":"manual")"));
  for (const std::string& body : {tap, transfer}) {
    EXPECT_EQ(AddedBySecond(body, body, absl::Seconds(30)), 0U);
    EXPECT_EQ(AddedBySecond(body, body, absl::Seconds(90)), 1U);
  }
  const std::string off = Webhook("incoming_rich_message_postback",
                                  Payload(R"("postback":{"id":"p","toggled":false})"));
  EXPECT_EQ(AddedBySecond(tap, off), 1U);
}

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1
