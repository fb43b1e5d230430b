/// \file
/// What becomes of a genuine request: stamps, keys, queues, the acknowledgement.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omni/codec.h"
#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

/// The dedupe key of the only event of `body`.
std::string KeyOf(std::string_view body) {
  Harness harness;
  EXPECT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Post(body).status, 200);
  const std::vector<std::string> keys = harness.AcceptedKeys();
  return keys.size() == 1 ? keys[0] : "";
}

TEST(HandleTest, AnswersAfterTheEventIsQueued) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->Hold();
  const Answers answers = harness.SendAsync(MakePost(kOneMessage));
  EXPECT_THAT(*answers, IsEmpty());
  harness.sink->Release();
  ASSERT_THAT(*answers, SizeIs(1));
  EXPECT_EQ(answers->front().status, 200);
  EXPECT_EQ(answers->front().body, R"({"status":"ok"})");
  EXPECT_EQ(Header(answers->front(), "Content-Type"), "application/json");
  EXPECT_THAT(harness.sink->accepted(), SizeIs(1));
}

TEST(HandleTest, StampsWhatTheCarrierDoesNotSay) {
  Harness harness;
  harness.AddChannel().tenant = "acme";
  ASSERT_THAT(harness.Open(), IsOk());
  ASSERT_EQ(harness.Post(kOneMessage).status, 200);
  ASSERT_THAT(harness.AcceptedEvents(), SizeIs(1));
  const Event event = harness.AcceptedEvents()[0];
  EXPECT_THAT(event.id, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-.*"));
  EXPECT_EQ(event.carrier, "echo");
  EXPECT_EQ(event.tenant, "acme");
  EXPECT_EQ(event.received_at, harness.clock->Now());
  EXPECT_EQ(event.occurred_at, harness.clock->Now());
  EXPECT_EQ(event.dedupe_key, "echo:acme:message:m1");
  EXPECT_TRUE(event.raw.empty());
}

TEST(HandleTest, PutsTheEventIntoAnEnvelope) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  ASSERT_EQ(harness.Post(R"({"events":[{"id":"m1","conversation":"echo:a:b"}]})").status, 200);
  ASSERT_THAT(harness.sink->accepted(), SizeIs(1));
  const Envelope envelope = harness.sink->accepted()[0];
  EXPECT_EQ(envelope.queue, "default:sms:inbound");
  EXPECT_EQ(envelope.group, "echo:a:b");
  EXPECT_EQ(envelope.dedupe_key, "echo:default:message:m1");
  EXPECT_EQ(envelope.event_id, harness.AcceptedEvents()[0].id);
  EXPECT_THAT(envelope.headers, IsEmpty());
}

TEST(HandleTest, OrdersByAccountWhereThereIsNoConversation) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  ASSERT_EQ(harness.Post(kOneMessage).status, 200);
  EXPECT_EQ(harness.sink->accepted().at(0).group, "echo:AC1");
}

TEST(HandleTest, SendsEachKindToItsQueue) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  ASSERT_EQ(harness
                .Post(R"({"events":[{"id":"1"},{"id":"2","kind":"status","status":"delivered"},
                                    {"id":"3","kind":"notice"}]})")
                .status,
            200);
  std::vector<std::string> queues;
  for (const Envelope& envelope : harness.sink->accepted()) queues.push_back(envelope.queue);
  EXPECT_THAT(queues,
              ElementsAre("default:sms:inbound", "default:sms:status", "default:sms:notice"));
}

TEST(HandleTest, KeepsTheTimesThatAreGiven) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = MakePost(R"({"events":[{"id":"m1","at":"2024-01-02T03:04:05.000Z"}]})");
  request.received_at = harness.clock->Now() - absl::Seconds(3);
  ASSERT_EQ(harness.Send(request).status, 200);
  const Event event = harness.AcceptedEvents().at(0);
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2024-01-02T03:04:05.000Z");
  EXPECT_EQ(event.received_at, request.received_at);
}

TEST(HandleTest, KeepsTheCarriersObjectWhereTheChannelWantsIt) {
  Harness harness;
  harness.AddChannel().keep_raw = true;
  ASSERT_THAT(harness.Open(), IsOk());
  ASSERT_EQ(harness.Post(R"({"events":[{"id": "m1"}]})").status, 200);
  EXPECT_EQ(harness.AcceptedEvents().at(0).raw.text, R"({"id":"m1"})");
}

TEST(DedupeKeyTest, IsTheAdaptersIdentityWhereItGivesOne) {
  EXPECT_EQ(KeyOf(R"({"events":[{"id":"m1","identity":"m1/edit"}]})"),
            "echo:default:message:m1/edit");
  EXPECT_EQ(
      KeyOf(R"({"events":[{"id":"m1","identity":"x","kind":"status","status":"delivered"}]})"),
      "echo:default:status:x");
}

TEST(DedupeKeyTest, TellsRecipientsAndStatusesApart) {
  EXPECT_EQ(KeyOf(R"({"events":[{"id":"m1","kind":"status","status":"delivered","to":"+1555"}]})"),
            "echo:default:status:m1:+1555:delivered");
  EXPECT_EQ(KeyOf(R"({"events":[{"id":"m1","kind":"status","status":"delivered"}]})"),
            "echo:default:status:m1::delivered");
  EXPECT_EQ(KeyOf(R"({"events":[{"id":"m1","kind":"status","status":"WARPED","to":"+1555"}]})"),
            "echo:default:status:m1:+1555:WARPED");
}

TEST(DedupeKeyTest, IsAHashOfWhatTheCarrierSaidWhereThereIsNoId) {
  const std::string key = KeyOf(R"({"events":[{"text":"hi"}]})");
  EXPECT_THAT(key, MatchesRegex("echo:default:message:[0-9a-f]{32}"));
  EXPECT_NE(key, KeyOf(R"({"events":[{"text":"ho"}]})"));
}

TEST(DedupeKeyTest, DoesNotDependOnTheTimeOfReceipt) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  constexpr std::string_view kBody = R"({"events":[{"text":"hi"}]})";
  ASSERT_EQ(harness.Post(kBody).status, 200);
  harness.clock->Advance(absl::Minutes(1));
  ASSERT_EQ(harness.Post(kBody).status, 200);
  EXPECT_THAT(harness.sink->accepted(), SizeIs(1));
}

TEST(HandshakeTest, TouchesNeitherStoreNorSink) {
  Harness harness;
  const auto fail = std::make_shared<FailNth>(1);
  harness.store = std::make_shared<FailingIdempotencyStore>(harness.store, fail);
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = MakePostTo("/echo?challenge", "");
  request.method = HttpMethod::kGet;
  const HttpResponse response = harness.Send(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "challenge");
  EXPECT_FALSE(fail->struck());
  EXPECT_THAT(harness.sink->accepted(), IsEmpty());
}

TEST(HandshakeTest, BelongsToTheGroupsFirstChannel) {
  Harness harness;
  harness.AddChannel().accounts = {"AC1"};
  harness.AddChannel().accounts = {"AC2"};
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = MakePostTo("/echo?x", "");
  request.method = HttpMethod::kGet;
  ASSERT_EQ(harness.Send(request).status, 200);
  EXPECT_EQ(harness.observer->requests().at(0).channel, "echo-0");
}

TEST(RequestIdTest, IsTheRequestsOwnWhereThatIsSane) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = MakePost(kOneMessage);
  request.headers.Add("X-Request-Id", "req-1.A_z");
  EXPECT_EQ(Header(harness.Send(request), "X-Request-Id"), "req-1.A_z");
  EXPECT_EQ(harness.observer->requests().at(0).request_id, "req-1.A_z");
}

TEST(RequestIdTest, IsNewWhereTheRequestsIsMissingOrOdd) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  for (const std::string& odd : {std::string(), std::string("a b"),
                                 std::string("\r\nSet-Cookie: x"), std::string(129, 'a')}) {
    WebhookRequest request = MakePost(kOneMessage);
    request.headers.Add("X-Request-Id", odd);
    const std::string id = Header(harness.Send(request), "X-Request-Id");
    EXPECT_THAT(id, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-7.*"));
  }
}

TEST(PathTest, GivesTheAdapterItsParametersDecoded) {
  Harness harness;
  EchoOptions options;
  std::string seen;
  options.on_verify = [&](const ChannelAdapter::VerifyParams& params) {
    seen = params.path_params.Get("destination").unverified();
  };
  harness.AddChannel(options).path = "/in/{tenant}/{destination}";
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(MakePostTo("/in/default/%2B15%2F5?x=1", kOneMessage)).status, 200);
  EXPECT_EQ(seen, "+15/5");
  EXPECT_EQ(harness.Send(MakePostTo("/in/default/", kOneMessage)).status, 404);
  EXPECT_EQ(harness.Send(MakePostTo("/in/default/a/b", kOneMessage)).status, 404);
  EXPECT_EQ(harness.Send(MakePostTo("/in/acme/a", kOneMessage)).status, 404);
}

TEST(PathTest, PrefersAnExactPathToATemplate) {
  Harness harness;
  harness.AddChannel().path = "/in/{name}";
  harness.AddChannel().path = "/in/fixed";
  ASSERT_THAT(harness.Open(), IsOk());
  ASSERT_EQ(harness.Send(MakePostTo("/in/fixed", kOneMessage)).status, 200);
  ASSERT_EQ(harness.Send(MakePostTo("/in/other", kOneMessage)).status, 200);
  EXPECT_EQ(harness.observer->requests().at(0).channel, "echo-1");
  EXPECT_EQ(harness.observer->requests().at(1).channel, "echo-0");
}

TEST(ExternalUrlTest, IsThatOfEachChannelThatIsTried) {
  Harness harness;
  harness.options.public_url = "https://all.example.com";
  std::vector<std::string> urls;
  EchoOptions options;
  options.on_verify = [&](const ChannelAdapter::VerifyParams& params) {
    urls.emplace_back(params.external_url);
  };
  harness.AddChannel(options).secrets = {{"token", {"first"}}};
  harness.AddChannel(options).secrets = {{"token", {"second"}}};
  ChannelConfig& own = harness.AddChannel(options);
  own.secrets = {{"token", {"third"}}};
  own.public_url = "https://own.example.com";
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = MakePost(kOneMessage);
  request.headers.Set("X-Token", "third");
  ASSERT_EQ(harness.Send(std::move(request)).status, 200);
  EXPECT_THAT(urls, ElementsAre("https://all.example.com/echo", "https://all.example.com/echo",
                                "https://own.example.com/echo"));
}

TEST(ExternalUrlTest, IsTheChannelsBeforeTheGateways) {
  Harness harness;
  harness.options.public_url = "https://all.example.com";
  std::vector<std::string> urls;
  EchoOptions options;
  options.on_verify = [&](const ChannelAdapter::VerifyParams& params) {
    urls.emplace_back(params.external_url);
  };
  harness.AddChannel(options);
  ChannelConfig& own = harness.AddChannel(options);
  own.path = "/own";
  own.public_url = "https://own.example.com/prefix";
  ASSERT_THAT(harness.Open(), IsOk());
  ASSERT_EQ(harness.Post(kOneMessage).status, 200);
  ASSERT_EQ(harness.Send(MakePostTo("/own?a=b", kOneMessage)).status, 200);
  EXPECT_THAT(
      urls, ElementsAre("https://all.example.com/echo", "https://own.example.com/prefix/own?a=b"));
}

TEST(ReportTest, TellsOfTheRequestAndOfEachEventOnce) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  ASSERT_EQ(harness.Post(MessagesBody({"m1", "m2", "m1"})).status, 200);
  ASSERT_THAT(harness.observer->requests(), SizeIs(1));
  const auto report = harness.observer->requests()[0];
  EXPECT_EQ(report.adapter, "echo");
  EXPECT_EQ(report.channel, "echo-0");
  EXPECT_EQ(report.tenant, "default");
  EXPECT_EQ(report.method, "POST");
  EXPECT_EQ(report.path, "/echo");
  EXPECT_EQ(report.client, "192.0.2.1");
  EXPECT_EQ(report.http_status, 200);
  EXPECT_EQ(report.authentication, Authentication::kVerified);
  EXPECT_EQ(report.key_id, "token[0]");
  EXPECT_EQ(report.reason, "ok");
  EXPECT_EQ(report.accepted, 2u);
  EXPECT_EQ(report.duplicates, 1u);
  std::vector<std::string> outcomes;
  for (const auto& event : harness.observer->events()) outcomes.push_back(event.outcome);
  EXPECT_THAT(outcomes, ElementsAre("accepted", "accepted", "duplicate"));
}

/// Wants to hear of requests only. Thread safety: thread-safe.
class RequestObserver final : public RecordingObserver {
 public:
  [[nodiscard]] bool WantsEvents() const override { return false; }
};

TEST(ReportTest, TellsOfNoEventWhoeverWantsNone) {
  Harness harness;
  harness.observer = std::make_shared<RequestObserver>();
  ASSERT_THAT(harness.Open(), IsOk());
  ASSERT_EQ(harness.Post(MessagesBody({"m1", "m1"})).status, 200);
  ASSERT_THAT(harness.observer->requests(), SizeIs(1));
  EXPECT_EQ(harness.observer->requests()[0].accepted, 1u);
  EXPECT_EQ(harness.observer->requests()[0].duplicates, 1u);
  EXPECT_THAT(harness.observer->events(), IsEmpty());
}

/// Keeps the times of the last request. Thread safety: confined.
class StageObserver final : public RecordingObserver {
 public:
  void OnRequest(const RequestReport& report) override { stages = report.stages; }
  StageTimes stages = {};
};

TEST(ReportTest, TellsHowLongEachStageTook) {
  Harness harness;
  const auto observer = std::make_shared<StageObserver>();
  harness.observer = observer;
  harness.AddChannel({.on_verify = [&](const auto&) { harness.clock->Advance(absl::Seconds(1)); },
                      .on_normalize =
                          [&](const auto&) {
                            harness.clock->Advance(absl::Seconds(2));
                            return absl::OkStatus();
                          }});
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->Hold();
  const Answers answers = harness.SendAsync(MakePost(kOneMessage));
  harness.clock->Advance(absl::Seconds(4));
  harness.sink->Release();
  ASSERT_THAT(*answers, SizeIs(1));
  EXPECT_EQ(observer->stages.verify, absl::Seconds(1));
  EXPECT_EQ(observer->stages.normalize, absl::Seconds(2));
  EXPECT_EQ(observer->stages.claim, absl::ZeroDuration());
  EXPECT_EQ(observer->stages.commit, absl::Seconds(4));

  WebhookRequest forged = MakePost(kOneMessage);
  forged.headers.Set("X-Token", "guess");
  EXPECT_EQ(harness.Send(std::move(forged)).status, 401);
  EXPECT_TRUE(observer->stages.verify.has_value());
  EXPECT_FALSE(observer->stages.normalize.has_value());
  EXPECT_FALSE(observer->stages.commit.has_value());
}

TEST(ReportTest, TellsWhatTheAdapterSkipped) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  ASSERT_EQ(harness.Post(R"({"events":[],"ignored":["read_receipt","call +15551234567"]})").status,
            200);
  EXPECT_THAT(harness.observer->ignored(),
              ElementsAre("read_receipt", ::testing::Not(::testing::HasSubstr("15551234567"))));
  EXPECT_EQ(harness.observer->requests().at(0).ignored, 2u);
}

TEST(GatewayTest, WorksWithNothingButASink) {
  const auto queue = std::make_shared<MemoryQueue>();
  Gateway::Builder builder;
  ChannelConfig config;
  config.secrets = {{"token", {std::string(kToken)}}};
  builder.SetSink(queue).AddChannel(config, MakeEcho({}));
  OMNI_ASSERT_OK_AND_ASSIGN(auto gateway, std::move(builder).Build(MakeRegistry()));
  EXPECT_EQ(gateway->HandleBlocking(MakePost(kOneMessage)).status, 200);
  EXPECT_EQ(gateway->HandleBlocking(MakePost(kOneMessage)).status, 200);
  EXPECT_EQ(queue->size(), 2u);  // without a store every key is new
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
