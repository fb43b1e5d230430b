/// \file
/// The contract's own shapes.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "livechat_test_gateway.h"
#include "omni/error.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using ::omni::testing::IsOk;

std::string StatusTarget() { return std::string(kChatPath) + "?action=delivery_status"; }

std::string Message(std::string_view members, std::string_view beside = "") {
  std::string body = R"({"event":"incoming_message","chat_id":"c","message":{"id":"m")";
  if (!members.empty()) body.append(",").append(members);
  body += "}";
  if (!beside.empty()) body.append(",").append(beside);
  return body + "}";
}

Event StatusOf(const std::string& body) {
  auto result = Normalize(BarePost(StatusTarget(), body));
  if (!result.ok() || result->events.size() != 1) return {};
  return *std::move(result->events[0].event);
}

TEST(ContractMessageTest, TakesBothVocabulariesOnBothPaths) {
  for (std::string_view key : {"event", "event_type"}) {
    for (std::string_view word : {"incoming_message", "incoming_chat", "incoming_event"}) {
      for (std::string_view path : {kWebhookPath, kChatPath}) {
        const std::string body = "{\"" + std::string(key) + "\":\"" + std::string(word) +
                                 R"(","chat_id":"c","message":{"id":"m","text":"hi"}})";
        const auto result = Normalize(BarePost(path, body));
        ASSERT_THAT(result, IsOk());
        ASSERT_EQ(result->events.size(), 1U);
        EXPECT_EQ(result->events[0].event->message->text, "hi");
      }
    }
  }
  EXPECT_EQ(OnlyEvent(R"({"chat_id":"c","message":{"id":"m","text":"hi"}})").message->text, "hi");
}

TEST(ContractMessageTest, NamesTheFieldThatIsMissing) {
  const struct {
    std::string_view body, field;
  } kCases[] = {
      {"{}", "event"},
      {R"({"chat_id":"c"})", "event"},
      {R"({"event":"incoming_message","message":{"id":"m"}})", "chat_id"},
      {R"({"event":"incoming_message","chat_id":"","message":{"id":"m"}})", "chat_id"},
      {R"({"event":"incoming_message","chat_id":["c"],"message":{"id":"m"}})", "chat_id"},
      {R"({"event":"incoming_message","chat_id":"c"})", "message.id"},
      {R"({"event":"incoming_message","chat_id":"c","message":"m"})", "message.id"},
      {R"({"event":"incoming_message","chat_id":"c","message":{"id":null}})", "message.id"},
  };
  for (const auto& test : kCases) {
    const auto result = NormalizeWebhook(std::string(test.body));
    ASSERT_FALSE(result.ok()) << test.body;
    const ErrorDetail detail = GetErrorDetail(result.status());
    EXPECT_EQ(detail.code, "MISSING_FIELD");
    EXPECT_EQ(detail.field, test.field);
  }
}

TEST(ContractMessageTest, IsWrittenByTheVisitorUnlessSomebodyElseIsNamed) {
  const struct {
    std::string_view members, beside;
    Direction direction;
    std::string_view id, name, author_type;
  } kCases[] = {
      {"", R"("visitor":{"id":"v","name":"Pat","email":"p@x.example"})", Direction::kInbound, "v",
       "Pat", ""},
      {R"("author":{"id":"v","type":"visitor"})", R"("visitor":{"id":"v","name":"Pat"})",
       Direction::kInbound, "v", "Pat", ""},
      {R"("author":{"id":"a","type":"agent","name":"Dana"})", R"("visitor":{"id":"v"})",
       Direction::kOutbound, "a", "Dana", "agent"},
      {R"("author":{"id":"a","type":"operator"})", "", Direction::kOutbound, "a", "", "agent"},
      {R"("author":{"id":"b","type":"bot"})", "", Direction::kOutbound, "b", "", "bot"},
      {R"("author":{"id":"dana@x.example"})", "", Direction::kOutbound, "dana@x.example", "",
       "agent"},
      {R"("author":{"id":"x"})", "", Direction::kInbound, "x", "", ""},
      {"", "", Direction::kInbound, "", "", ""},
  };
  for (const auto& test : kCases) {
    const Event event = OnlyEvent(Message(test.members, test.beside));
    EXPECT_EQ(event.direction, test.direction) << test.members;
    const Address from = event.from.value_or(Address{});
    const bool ours = test.direction == Direction::kOutbound;
    EXPECT_EQ(ours ? from.carrier_id : from.address, test.id);
    EXPECT_EQ(from.name, test.name);
    EXPECT_EQ(event.metadata.Get("authorType"), test.author_type);
  }
}

TEST(ContractMessageTest, KeepsWhatHasNoPlaceElsewhere) {
  const Event event = OnlyEvent(
      Message(R"("type":"sticker","text":"x","lang":"no","author":{"id":"a","type":"agent",)"
              R"("team":"t"})",
              R"("visitor":{"id":"v","name":"Pat","ip":"192.0.2.7"},"page":{"url":"u"})"));
  EXPECT_EQ(event.metadata.Get("messageType"), "sticker");
  EXPECT_EQ(event.metadata.Get("lang"), "no");
  EXPECT_EQ(event.metadata.Get("authorTeam"), "t");
  EXPECT_EQ(event.metadata.Get("visitorId"), "v");
  EXPECT_EQ(event.metadata.Get("visitorName"), "Pat");
  EXPECT_EQ(event.metadata.Get("visitorIp"), "192.0.2.7");
  EXPECT_EQ(event.metadata.Get("page"), R"({"url":"u"})");
}

TEST(ContractMessageTest, MayBeAFile) {
  const Event event =
      OnlyEvent(Message(R"("type":"file","url":"https://x.example/a","filename":"a.png",)"
                        R"("mime_type":"image/png","size":7,"text":"see")"));
  EXPECT_EQ(Member(event, "message"),
            R"({"type":"image","text":"see","media":[{"url":"https://x.example/a",)"
            R"("mimeType":"image/png","filename":"a.png","size":7}]})");
}

TEST(ContractMessageTest, OfAnotherKindIsANotice) {
  const Event event = OnlyEvent(R"({"event":"chat_rated","chat_id":"c","rate":5})");
  ASSERT_EQ(event.kind, EventKind::kNotice);
  EXPECT_EQ(event.notice->type, "unknown");
  EXPECT_EQ(event.notice->subject, "chat_rated");
  EXPECT_EQ(event.notice->detail.text, R"({"event":"chat_rated","chat_id":"c","rate":5})");
  EXPECT_EQ(event.conversation, "livechat:lc-789:c");
}

TEST(DeliveryStatusTest, KnowsTheContractsWordsAndKeepsOthers) {
  const struct {
    std::string_view word;
    StatusValue value;
  } kCases[] = {
      {"accepted", StatusValue::kAccepted},
      {"scheduled", StatusValue::kScheduled},
      {"queued", StatusValue::kQueued},
      {"sending", StatusValue::kSending},
      {"sent", StatusValue::kSent},
      {"delivered", StatusValue::kDelivered},
      {"read", StatusValue::kRead},
      {"seen", StatusValue::kRead},
      {"undelivered", StatusValue::kUndelivered},
      {"failed", StatusValue::kFailed},
      {"rejected", StatusValue::kRejected},
      {"expired", StatusValue::kExpired},
      {"canceled", StatusValue::kCanceled},
      {"deleted", StatusValue::kDeleted},
      {"bounced", StatusValue::kUnknown},
      {"unknown", StatusValue::kUnknown},
  };
  for (const auto& test : kCases) {
    const std::string body = R"({"message_id":"m","status":")" + std::string(test.word) + R"("})";
    const Event event = StatusOf(body);
    ASSERT_TRUE(event.status) << test.word;
    EXPECT_EQ(event.status->value, test.value) << test.word;
    EXPECT_EQ(event.status->carrier_value, test.word);
    EXPECT_EQ(event.direction, Direction::kOutbound);
    EXPECT_EQ(event.conversation, "");
    TestGateway gateway;
    EXPECT_EQ(gateway.Handle(TokenPost(StatusTarget(), body)).body,
              R"({"status":"acknowledged","messageId":"m","deliveryStatus":")" +
                  std::string(test.word) + "\"}");
  }
}

TEST(DeliveryStatusTest, NamesTheFieldThatIsMissing) {
  for (const auto& [body, field] : {std::pair{R"({"status":"sent"})", "message_id"},
                                    std::pair{R"({"message_id":"m"})", "status"},
                                    std::pair{R"({"message_id":{},"status":"sent"})", "message_id"},
                                    std::pair{R"({"message_id":"m","status":[]})", "status"}}) {
    const auto result = Normalize(BarePost(StatusTarget(), body));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(GetErrorDetail(result.status()).code, "MISSING_FIELD");
    EXPECT_EQ(GetErrorDetail(result.status()).field, field);
  }
}

TEST(DeliveryStatusTest, TellsWhenAndWhyAndWhatElse) {
  const Event event =
      StatusOf(R"({"message_id":"m","chat_id":"c","status":"failed","failed_at":)"
               R"("2024-01-15T10:33:00.000001Z","error":{"code":17,"message":"gone"},"try":2})");
  EXPECT_EQ(event.occurred_at, absl::FromUnixMicros(1705314780000001));
  EXPECT_EQ(Member(event, "status"),
            R"({"value":"failed","carrierValue":"failed","error":{"code":"17","message":"gone",)"
            R"("class":"unknown","retryable":false}})");
  EXPECT_EQ(event.conversation, "livechat:lc-789:c");
  EXPECT_EQ(event.metadata.Get("try"), "2");
}

TEST(DeliveryStatusTest, EachStatusOfAMessageComesOnce) {
  TestGateway gateway;
  for (std::string_view word : {"sent", "sent", "delivered", "sent"}) {
    const std::string body = R"({"message_id":"m","status":")" + std::string(word) + R"("})";
    EXPECT_EQ(gateway.Handle(TokenPost(StatusTarget(), body)).status, 200);
  }
  EXPECT_EQ(gateway.accepted().size(), 2U);
}

TEST(AccountTest, OfARequestThatNamesNoneIsTheIdentifiersOrTheChannels) {
  const struct {
    std::string_view channel, account;
  } kCases[] = {
      {R"("apiToken":"fx-internal-token")", "org123"},
      {R"("apiToken":"fx-internal-token","organizationId":"org123")", "org123"},
      {R"("apiToken":"fx-internal-token","organizationId":["x","org123"])", "org123"},
      // Nobody vouches for the identifier.
      {R"("apiToken":"fx-internal-token","organizationId":"x")", ""},
      {R"("apiToken":"fx-internal-token","organizationId":["x","y"],)"
       R"("identifiers":["org123:user456:lc-789"])",
       "x"},
      {R"("apiToken":"fx-internal-token","organizationId":["x","org123"],)"
       R"("identifiers":["org123:user456:lc-789"])",
       "org123"},
      {R"("accounts":{"org123":{"apiToken":"fx-internal-token"}})", "org123"},
  };
  for (const auto& test : kCases) {
    const std::string channel = R"({"adapter":"livechat",)" + std::string(test.channel) + "}";
    TestGateway gateway({channel});
    ASSERT_THAT(gateway.status(), IsOk());
    const bool served = !test.account.empty();
    EXPECT_EQ(gateway.Handle(TokenPost(kChatPath, Message(""))).status, served ? 200 : 401);
    ASSERT_EQ(gateway.accepted().size(), served ? 1U : 0U) << channel;
    if (!served) continue;
    EXPECT_NE(gateway.accepted()[0].body.find("\"account\":\"" + std::string(test.account) + "\""),
              std::string::npos)
        << gateway.accepted()[0].body;
  }
}

// Of channels with the same secrets, the orgId tells whose message it is.
TEST(AccountTest, NoTenantGetsAnothersMessage) {
  TestGateway gateway({R"({"adapter":"livechat","tenant":"a","organizationId":"org122",)"
                       R"("apiToken":"fx-internal-token"})",
                       R"({"adapter":"livechat","tenant":"b","organizationId":"org123",)"
                       R"("apiToken":"fx-internal-token"})"});
  ASSERT_THAT(gateway.status(), IsOk());
  EXPECT_EQ(gateway.Handle(TokenPost(kChatPath, Message(""))).status, 200);
  ASSERT_EQ(gateway.accepted().size(), 1U);
  EXPECT_EQ(gateway.accepted()[0].queue, "b:livechat:inbound");
}

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1
