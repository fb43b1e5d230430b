/// \file
/// Every fixture through the real gateway: the exact answer, the events of its golden file, what
/// the fixture itself expects, and that a redelivery adds nothing.

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "livechat_test_gateway.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using ::omni::testing::IsOk;

std::string Joined(const std::vector<Envelope>& envelopes) {
  std::string json = "[";
  for (const Envelope& envelope : envelopes) {
    if (json.size() > 1) json += ',';
    json += envelope.body;
  }
  return json + "]";
}

class FixtureTest : public ::testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] JsonValue expect() const { return Fixture(GetParam())["expect"]; }
  [[nodiscard]] std::string_view kind() const { return expect()["kind"].text(); }
  /// The stores are asked, and nothing is queued.
  [[nodiscard]] bool is_inquiry() const { return expect()["upstream"].exists(); }
};

TEST_P(FixtureTest, BecomesTheEventsOfItsGoldenFile) {
  TestGateway gateway;
  ASSERT_THAT(gateway.status(), IsOk());
  static_cast<void>(gateway.Handle(FixtureRequest(GetParam())));
  const std::string events = Joined(gateway.accepted());
  const auto golden = JsonDocument::Parse(ReadTestdata(GetParam() + ".golden.json"));
  ASSERT_THAT(golden, IsOk()) << "no golden file; the events are\n" << events;
  EXPECT_EQ(events, CompactJson(golden->root()));
}

// The fixture tells of the customer's messages only, in words of its own.
TEST_P(FixtureTest, HasTheMessagesThatItExpects) {
  TestGateway gateway;
  static_cast<void>(gateway.Handle(FixtureRequest(GetParam())));
  const auto events = JsonDocument::Parse(Joined(gateway.accepted()));
  ASSERT_THAT(events, IsOk());
  std::vector<JsonValue> messages;
  for (const JsonValue event : events->root().elements()) {
    const bool inbound = event["direction"].text() == "inbound";
    // A postback is a message of ours, and a kind of its own to the fixture.
    if (inbound && event["message"].exists() && kind() != "postback") messages.push_back(event);
  }
  const JsonValue expected = expect()["messages"];
  ASSERT_EQ(messages.size(), expected.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const JsonValue event = messages[i];
    const JsonValue message = expected.At(i);
    EXPECT_EQ(event["carrierMessageId"].text(), message["id"].text());
    EXPECT_EQ(event["metadata"]["chatId"].text(), message["chat_id"].text());
    EXPECT_EQ(event["metadata"]["threadId"].text(), message["thread_id"].text());
    EXPECT_EQ(event["from"]["address"].text(), message["author"]["id"].text());
    EXPECT_EQ(event["message"]["text"].text(), message["text"].text());
    EXPECT_EQ(event["message"]["media"].size(), message["media"].size());
    EXPECT_EQ(event["metadata"]["createdAt"].text(), message["timestamp"].text());
    const bool form = message["type"].text() == "form";
    EXPECT_EQ(event["message"]["interactive"]["id"].text(),
              form ? "101" : message["postback"]["id"].text());
  }
}

// What is no message by the fixture is a notice or, by an agent or a bot, an outbound message.
TEST_P(FixtureTest, MakesNoCustomersMessageOfWhatIsNone) {
  if (kind() == "inbound_message" || kind() == "postback") return;
  TestGateway gateway;
  static_cast<void>(gateway.Handle(FixtureRequest(GetParam())));
  const auto events = JsonDocument::Parse(Joined(gateway.accepted()));
  ASSERT_THAT(events, IsOk());
  for (const JsonValue event : events->root().elements()) {
    const bool inbound = event["direction"].text() == "inbound";
    EXPECT_TRUE(event["kind"].text() != "message" || !inbound);
  }
}

TEST_P(FixtureTest, LosesNothingThatWasProved) {
  TestGateway gateway;
  static_cast<void>(gateway.Handle(FixtureRequest(GetParam())));
  const bool refused = expect()["http_status"].AsInt64() != 200;
  EXPECT_EQ(gateway.accepted().empty(), refused || is_inquiry());
  EXPECT_TRUE(refused || gateway.LastReport().ignored == 0);
}

TEST_P(FixtureTest, GivesItsEventsOnceHoweverOftenItComes) {
  TestGateway gateway;
  static_cast<void>(gateway.Handle(FixtureRequest(GetParam())));
  const std::size_t accepted = gateway.accepted().size();
  gateway.clock().Advance(absl::Seconds(10));
  static_cast<void>(gateway.Handle(FixtureRequest(GetParam())));
  EXPECT_EQ(gateway.LastReport().duplicates, accepted);
  EXPECT_EQ(gateway.accepted().size(), accepted);
}

// As JSON: the id of the first message among the golden events.
std::string FirstMessageId(const std::string& name) {
  const auto golden = JsonDocument::Parse(ReadTestdata(name + ".golden.json"));
  for (const JsonValue event : golden->root().elements()) {
    const JsonValue id = event["carrierMessageId"];
    if (event["message"].exists() && id.exists()) return CompactJson(id);
  }
  return "null";
}

std::string ReceiptBody(bool chat, const std::string& message_id) {
  if (!chat) return R"({"status":"received","messageId":)" + message_id + "}";
  return R"({"status":"processed","messageId":)" + message_id +
         R"(,"queuedAt":"2026-02-03T15:10:00.412Z"})";
}

// On both paths, whichever of them LiveChat was given.
TEST_P(FixtureTest, IsAnsweredExactly) {
  if (is_inquiry()) return;
  for (const bool chat : {false, true}) {
    WebhookRequest request = FixtureRequest(GetParam());
    std::string expected = ReceiptBody(chat, FirstMessageId(GetParam()));
    if (request.target.find("action=") == std::string::npos) {
      request.target = chat ? kChatPath : kWebhookPath;
    } else {
      expected = CompactJson(expect()["response"]);
    }
    if (kind() == "reject") {
      expected = R"({"error":"the credential is missing or wrong","code":"UNAUTHORIZED",)"
                 R"("requestId":"test"})";
    }
    TestGateway gateway;
    const HttpResponse response = gateway.Handle(request);
    EXPECT_EQ(response.status, expect()["http_status"].AsInt64());
    EXPECT_EQ(response.body, expected);
    using Fields = HttpHeaders::Fields;
    EXPECT_EQ(response.headers.items(),
              (Fields{{"Content-Type", "application/json"}, {"X-Request-Id", "test"}}));
  }
}

TEST_P(FixtureTest, NeverShowsTheSecret) {
  TestGateway gateway;
  std::string told = gateway.Handle(FixtureRequest(GetParam())).body;
  told += Joined(gateway.accepted()) + gateway.observer().AllText();
  for (std::string_view secret : {kSecretCanary, kTokenCanary}) {
    EXPECT_EQ(told.find(secret), std::string::npos);
  }
  EXPECT_EQ(told.find("customer is angry"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, FixtureTest, ::testing::ValuesIn(FixtureNames()),
                         [](const auto& test) { return test.param; });

TEST(FixturesTest, AreAllThere) { EXPECT_EQ(FixtureNames().size(), 21U); }

TEST(RouteTest, QueuesByKindAndGroupsByChat) {
  TestGateway gateway;
  static_cast<void>(gateway.Handle(FixtureRequest("06_real_incoming_chat_v36")));
  static_cast<void>(gateway.Handle(FixtureRequest("03_seed_delivery_status")));
  const std::vector<Envelope> accepted = gateway.accepted();
  ASSERT_EQ(accepted.size(), 5U);
  EXPECT_EQ(accepted[0].queue, "default:livechat:notice");
  EXPECT_EQ(accepted[1].queue, "default:livechat:inbound");
  EXPECT_EQ(accepted[4].queue, "default:livechat:status");
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(accepted[i].group, "livechat:lc-789:CFX1");
}

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1
