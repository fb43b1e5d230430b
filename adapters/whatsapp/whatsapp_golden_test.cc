/// \file
/// Through the real gateway: every fixture becomes the events of its golden file, none of what goes
/// in is missing from what comes out, and no byte of a signed request may change.

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/adapters/whatsapp.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "omni/json.h"
#include "omni/testing/fakes.h"
#include "whatsapp_test_requests.h"

namespace omni::inline v0_1 {
namespace whatsapp::testing {
namespace {

/// A gateway with one WhatsApp channel, whose events and reports are kept.
class TestGateway {
 public:
  TestGateway() {
    // Later than every fixture.
    const absl::Time now = absl::FromUnixMillis(1'790'842'800'412);
    AdapterRegistry::Builder adapters;
    Register(adapters);
    const auto registry = std::move(adapters).Build();
    Gateway::Builder builder;
    builder.SetSink(sink_)
        .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
        .SetObserver(observer_)
        .SetClock(std::make_shared<omni::testing::FakeClock>(now))
        .SetEntropy(std::make_shared<omni::testing::FakeEntropy>())
        .AddChannelJson(R"({"adapter":"whatsapp","appSecret":"app-secret-canary",)"
                        R"("verifyToken":"verify-token-canary"})");
    auto gateway = std::move(builder).Build(registry.value());
    gateway_ = std::move(gateway).value();
  }

  [[nodiscard]] HttpResponse Handle(WebhookRequest request) {
    return gateway_->HandleBlocking(std::move(request));
  }
  [[nodiscard]] const omni::testing::RecordingSink& sink() const { return *sink_; }
  [[nodiscard]] const omni::testing::RecordingObserver& observer() const { return *observer_; }

 private:
  std::shared_ptr<omni::testing::RecordingSink> sink_ =
      std::make_shared<omni::testing::RecordingSink>();
  std::shared_ptr<omni::testing::RecordingObserver> observer_ =
      std::make_shared<omni::testing::RecordingObserver>();
  std::unique_ptr<Gateway> gateway_;
};

class FixtureTest : public ::testing::TestWithParam<std::string> {};

std::string Joined(const std::vector<Envelope>& envelopes) {
  std::string json = "[";
  for (const Envelope& envelope : envelopes) {
    if (json.size() > 1) json += ',';
    json += envelope.body;
  }
  return json + "]";
}

TEST_P(FixtureTest, BecomesTheEventsOfItsGoldenFile) {
  TestGateway gateway;
  const HttpResponse response = gateway.Handle(SignedPost(ReadTestdata(GetParam() + ".json")));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"status":"ok"})");
  const auto golden = JsonDocument::Parse(ReadTestdata(GetParam() + ".golden.json"));
  ASSERT_TRUE(golden.ok()) << "no golden file; the events are\n"
                           << Joined(gateway.sink().accepted());
  EXPECT_EQ(Joined(gateway.sink().accepted()), CompactJson(golden->root()));
}

TEST_P(FixtureTest, LosesNothing) {
  const std::string body = ReadTestdata(GetParam() + ".json");
  const auto document = JsonDocument::Parse(body);
  ASSERT_TRUE(document.ok());
  const std::size_t told = CountItems(document->root());
  ASSERT_GT(told, 0U);

  const auto result = Normalize(body);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->events.size(), told);

  TestGateway gateway;
  static_cast<void>(gateway.Handle(SignedPost(body)));
  ASSERT_EQ(gateway.observer().requests().size(), 1U);
  const auto report = gateway.observer().requests().front();
  EXPECT_EQ(report.accepted + report.duplicates, told);
  EXPECT_EQ(gateway.sink().accepted().size(), report.accepted);
  // One fixture repeats a message within its body.
  EXPECT_EQ(report.duplicates, GetParam().starts_with("batch_") ? 1U : 0U);

  static_cast<void>(gateway.Handle(SignedPost(body)));
  EXPECT_EQ(gateway.sink().accepted().size(), report.accepted) << "redelivery gave other keys";
}

/// What a request leads to, where it leads to anything: queue, tenant and key of its first event.
struct Outcome {
  int status = 0;
  std::string queue = {};
  std::string group = {};
  std::string dedupe_key = {};
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome OutcomeOf(const WebhookRequest& request) {
  TestGateway gateway;
  Outcome outcome;
  outcome.status = gateway.Handle(request).status;
  const std::vector<Envelope> accepted = gateway.sink().accepted();
  if (accepted.empty()) return outcome;
  outcome.queue = accepted[0].queue;
  outcome.group = accepted[0].group;
  outcome.dedupe_key = accepted[0].dedupe_key;
  return outcome;
}

TEST(MutationTest, NoFlippedByteOfTheBodyIsAccepted) {
  const WebhookRequest genuine = SignedPost(ReadTestdata("wire_exact_escaped_unicode_body.json"));
  TestGateway gateway;
  for (std::size_t i = 0; i < genuine.body.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      WebhookRequest flipped = genuine;
      flipped.body[i] = static_cast<char>(flipped.body[i] ^ (1 << bit));
      ASSERT_EQ(gateway.Handle(std::move(flipped)).status, 401) << i;
    }
  }
  for (const std::string& body :
       {std::string(), genuine.body.substr(1), genuine.body + "\n", " " + genuine.body}) {
    WebhookRequest cut = genuine;
    cut.body = body;
    EXPECT_EQ(gateway.Handle(std::move(cut)).status, 401);
  }
  EXPECT_TRUE(gateway.sink().accepted().empty());
  EXPECT_EQ(gateway.Handle(genuine).status, 200);
}

TEST(MutationTest, NoFlippedByteOfTheSignatureIsAccepted) {
  const WebhookRequest genuine = SignedPost(ReadTestdata("inbound_text.json"));
  const std::string signature(*genuine.headers.Find("X-Hub-Signature-256"));
  TestGateway gateway;
  for (std::size_t i = 0; i < signature.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = signature;
      other[i] = static_cast<char>(other[i] ^ (1 << bit));
      // Hex is taken in either case.
      const bool same = i >= 7 && bit == 5 && signature[i] >= 'a';
      WebhookRequest flipped = genuine;
      flipped.headers.Set("X-Hub-Signature-256", other);
      ASSERT_EQ(gateway.Handle(std::move(flipped)).status, same ? 200 : 401) << i << " " << bit;
    }
  }
}

TEST(MutationTest, NoUnsignedHeaderChangesWhereAnEventGoes) {
  WebhookRequest genuine = SignedPost(ReadTestdata("inbound_text.json"));
  genuine.headers.Add("User-Agent", "facebookexternalua");
  genuine.headers.Add("Host", "hooks.example.com");
  genuine.headers.Add("X-Forwarded-For", "192.0.2.7");
  genuine.headers.Add("X-Request-Id", "3f0e6b1d2c4a");
  const Outcome expected = OutcomeOf(genuine);
  ASSERT_EQ(expected.status, 200);
  ASSERT_EQ(expected.queue, "default:whatsapp:inbound");
  for (const auto& [name, value] : genuine.headers) {
    if (name == "X-Hub-Signature-256") continue;
    for (std::size_t i = 0; i < value.size(); ++i) {
      std::string other(value);
      other[i] = static_cast<char>(other[i] ^ 1);
      WebhookRequest flipped = genuine;
      flipped.headers.Set(name, other);
      const Outcome outcome = OutcomeOf(flipped);
      // Another content type is refused; nothing else is looked at.
      if (name == "Content-Type") {
        EXPECT_EQ(outcome.status, 415) << other;
        EXPECT_EQ(outcome.queue, "");
      } else {
        EXPECT_EQ(outcome, expected) << name << ": " << other;
      }
    }
  }
}

TEST(ObserverTest, HearsNoSecretNoSignatureAndNoBody) {
  TestGateway gateway;
  WebhookRequest forged = SignedPost(ReadTestdata("inbound_text.json"));
  const std::string expected = Signature(forged.body, kAppSecret).substr(7);
  forged.headers.Set("X-Hub-Signature-256", Signature(forged.body, "wrong"));
  std::string told = gateway.Handle(forged).body;
  told += gateway.Handle(Handshake("hub.mode=subscribe&hub.verify_token=x&hub.challenge=1")).body;
  told += gateway.Handle(SignedPost(ReadTestdata("status_failed_131047_window_closed.json"))).body;
  told += gateway.observer().AllText();
  for (std::string_view secret :
       {kAppSecret, kVerifyToken, std::string_view(expected), std::string_view("447700900123"),
        std::string_view("Tuesday slot")}) {
    EXPECT_EQ(told.find(secret), told.npos) << secret;
  }
}

TEST(HandshakeThroughTheGatewayTest, AnswersTheChallengeOrRefuses) {
  TestGateway gateway;
  const HttpResponse answer = gateway.Handle(Handshake(
      "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=verify-token-canary"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "1158201444");
  const HttpResponse refusal =
      gateway.Handle(Handshake("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=no"));
  EXPECT_EQ(refusal.status, 403);
  EXPECT_EQ(JsonDocument::Parse(refusal.body)->root()["code"].text(), "VERIFY_TOKEN_MISMATCH");
}

INSTANTIATE_TEST_SUITE_P(All, FixtureTest, ::testing::ValuesIn(FixtureNames()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace whatsapp::testing
}  // namespace omni::inline v0_1
