/// \file
/// Requests out of quarantine: the same bytes, the same keys, and nothing twice.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "omni/error.h"
#include "omni/support/capsule_codec.h"
#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"
#include "pipeline/parts.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// What Normalize was shown, in words that can be compared.
std::vector<std::string> Seen(const ChannelAdapter::NormalizeParams& params) {
  const SignedRequest& request = params.request;
  const auto text = [](const auto& part) { return part ? std::string(**part) : "not covered"; };
  return {std::string(HttpMethodName(request.method())),
          std::string(request.claimed_target().unverified()),
          std::string(request.claimed_body().unverified()),
          std::string(request.claimed_header("X-Plain").unverified()),
          text(request.body()),
          text(request.url()),
          text(request.query()),
          std::string(params.mount),
          absl::FormatTime(params.received_at),
          params.keep_raw ? "raw" : "",
          std::to_string(params.max_events)};
}

class ReplayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    harness_.quarantine = MakeMemoryQuarantineStore({});
    options_.on_normalize = [this](const ChannelAdapter::NormalizeParams& params) {
      seen_.push_back(Seen(params));
      return broken_ ? MissingFieldError("a") : absl::OkStatus();
    };
  }
  void Open() {
    if (harness_.channels.empty()) harness_.AddChannel(options_);
    ASSERT_THAT(harness_.Open(), IsOk());
  }
  /// The only capsule there is, having been written and read.
  Capsule Kept() {
    const auto capsules = harness_.quarantine->List({});
    EXPECT_THAT(capsules, IsOk());
    EXPECT_THAT(*capsules, SizeIs(1));
    auto capsule = CapsuleFromJson(ToJson(capsules->front()));
    EXPECT_THAT(capsule, IsOk());
    return *std::move(capsule);
  }
  std::string LastReason() const { return harness_.observer->requests().back().reason; }

  Harness harness_;
  EchoOptions options_;
  bool broken_ = true;
  std::vector<std::vector<std::string>> seen_;
};

TEST_F(ReplayTest, BringsTheEventsOnceTheAdapterUnderstandsThem) {
  Open();
  EXPECT_EQ(harness_.Post(MessagesBody({"m1", "m2"})).status, 400);
  EXPECT_THAT(harness_.sink->accepted(), IsEmpty());
  EXPECT_EQ(harness_.Replay(Kept()).status, 400) << "not mended yet";
  Kept();  // and not kept once more

  broken_ = false;
  harness_.clock->Advance(absl::Hours(24));
  EXPECT_EQ(harness_.Replay(Kept()).status, 200);
  EXPECT_THAT(harness_.AcceptedKeys(),
              ElementsAre("echo:default:message:m1", "echo:default:message:m2"));
  EXPECT_THAT(harness_.sink->accepted().front().headers, IsEmpty());
}

TEST_F(ReplayTest, ShowsTheAdapterTheSameRequestToTheBit) {
  Open();
  std::string body = R"({"x":")";
  for (int c = 1; c < 256; ++c) body += static_cast<char>(c);
  WebhookRequest request = MakePostTo("/echo?q=%41&b", body + std::string("\0", 1));
  request.headers.Add("X-Plain", "a\xE9 b");
  harness_.Send(request);
  harness_.clock->Advance(absl::Hours(24));
  harness_.Replay(Kept());
  ASSERT_THAT(seen_, SizeIs(2));
  EXPECT_EQ(seen_[0], seen_[1]);
}

TEST_F(ReplayTest, QueuesNothingThatIsQueuedAlready) {
  Open();
  harness_.Post(MessagesBody({"m1"}));
  const Capsule capsule = Kept();
  broken_ = false;
  EXPECT_EQ(harness_.Post(MessagesBody({"m1"})).status, 200) << "the carrier came again";
  EXPECT_EQ(harness_.Replay(capsule).status, 200);
  EXPECT_EQ(harness_.Replay(capsule).status, 200);
  EXPECT_THAT(harness_.AcceptedKeys(), ElementsAre("echo:default:message:m1"));
}

TEST_F(ReplayTest, GivesEventsWithoutAnIdTheSameKey) {
  Open();
  constexpr std::string_view kNoId = R"({"account":"AC1","events":[{"text":"hi"}]})";
  harness_.Post(kNoId);
  broken_ = false;
  EXPECT_EQ(harness_.Replay(Kept()).status, 200);
  EXPECT_EQ(harness_.Post(kNoId).status, 200);
  EXPECT_THAT(harness_.sink->accepted(), SizeIs(1));
}

TEST_F(ReplayTest, AFailureLeavesItToTheNext) {
  Open();
  harness_.Post(kOneMessage);
  broken_ = false;
  harness_.sink->SetDecision(Refuse);
  EXPECT_EQ(harness_.Replay(Kept()).status, 503);
  harness_.sink->SetDecision({});
  EXPECT_EQ(harness_.Replay(Kept()).status, 200);
  EXPECT_THAT(harness_.sink->accepted(), SizeIs(1));
}

TEST_F(ReplayTest, IsAnErrorAsLongAsAnAccountIsNotServed) {
  broken_ = false;
  harness_.AddChannel(options_).accounts = {"AC1"};
  Open();
  EXPECT_EQ(harness_.Post(R"({"events":[{"id":"m1","account":"AC1"},{"id":"m2","account":"AC2"}]})")
                .status,
            200);
  EXPECT_EQ(harness_.Replay(Kept()).status, 404);
  EXPECT_EQ(LastReason(), "account_not_served");
  EXPECT_THAT(harness_.sink->accepted(), SizeIs(1));

  Harness after;
  after.store = harness_.store;
  after.sink = harness_.sink;
  after.AddChannel().accounts = {"AC1", "AC2"};
  ASSERT_THAT(after.Open(), IsOk());
  EXPECT_EQ(after.Replay(Kept()).status, 200);
  EXPECT_THAT(harness_.AcceptedKeys(),
              ElementsAre("echo:default:message:m1", "echo:default:message:m2"));
}

TEST_F(ReplayTest, QueuesWhatIsServedEvenSo) {
  harness_.AddChannel(options_).accounts = {"AC1"};
  Open();
  harness_.Post(R"({"events":[{"id":"m1","account":"AC1"},{"id":"m2","account":"AC2"}]})");
  broken_ = false;
  EXPECT_EQ(harness_.Replay(Kept()).status, 404);
  EXPECT_THAT(harness_.AcceptedKeys(), ElementsAre("echo:default:message:m1"));
}

TEST_F(ReplayTest, SaysOfWhatWasNotProvedThatItWasNot) {
  harness_.AddChannel(options_).mode = VerifyMode::kShadow;
  Open();
  WebhookRequest request = MakePost(kOneMessage);
  request.headers.Set("X-Token", "guess");
  harness_.Send(request);
  broken_ = false;
  EXPECT_EQ(harness_.Replay(Kept()).status, 200);
  EXPECT_THAT(harness_.sink->accepted().front().headers,
              ElementsAre(std::pair("omni-authentication", "shadow")));
}

TEST_F(ReplayTest, BelievesNoVerdictThatItDoesNotKnow) {
  Open();
  harness_.Post(kOneMessage);
  broken_ = false;
  for (const char* word : {"", "rejected", "Verified"}) {
    Capsule capsule = Kept();
    capsule.authentication = word;
    EXPECT_EQ(harness_.Replay(std::move(capsule)).status, 400);
  }
  EXPECT_THAT(harness_.sink->accepted(), IsEmpty());
}

TEST_F(ReplayTest, BelievesOnlyTheAccountWhoseKeyProvedIt) {
  ChannelConfig& channel = harness_.AddChannel(options_);
  channel.accounts = {"AC1", "AC2"};
  channel.account_secrets = {{.id = "AC1", .secrets = {{"token", {"own-key-of-1"}}}}};
  Open();
  WebhookRequest request =
      MakePost(R"({"events":[{"id":"m1","account":"AC1"},{"id":"m2","account":"AC2"}]})");
  request.headers.Set("X-Token", "own-key-of-1");
  request.headers.Set("X-Account", "AC1");
  EXPECT_EQ(harness_.Send(request).status, 400);
  EXPECT_EQ(Kept().bound_account, "AC1");
  broken_ = false;
  EXPECT_EQ(harness_.Replay(Kept()).status, 404);
  EXPECT_THAT(harness_.AcceptedKeys(), ElementsAre("echo:default:message:m1"));
}

TEST_F(ReplayTest, NeedsTheChannelAndItsPath) {
  Open();
  harness_.Post(kOneMessage);
  broken_ = false;
  Capsule channel = Kept();
  channel.channel = "another";
  EXPECT_EQ(harness_.Replay(std::move(channel)).status, 404);
  Capsule path = Kept();
  path.request.target = "/nowhere";
  EXPECT_EQ(harness_.Replay(std::move(path)).status, 404);
  Capsule method = Kept();
  method.request.method = HttpMethod::kOptions;
  EXPECT_EQ(harness_.Replay(std::move(method)).status, 405);
}

TEST_F(ReplayTest, IsNoReplayOfANonce) {
  Open();
  WebhookRequest request = MakePost(kOneMessage);
  request.headers.Add("X-Nonce", "n1");
  harness_.Send(request);
  broken_ = false;
  request.body = MessagesBody({"m2"});
  EXPECT_EQ(harness_.Send(request).status, 200) << "the nonce of a refused request is not used";
  EXPECT_EQ(harness_.Replay(Kept()).status, 200);
  EXPECT_THAT(harness_.sink->accepted(), SizeIs(2));
}

TEST_F(ReplayTest, KeepsMappedAccountsHere) {
  options_.forwards_accounts = true;
  harness_.mappings = MakeMemoryMappingStore({});
  Open();
  harness_.Post(kOneMessage);
  broken_ = false;
  EXPECT_THAT(harness_.mappings->Change({.tenant = "default", .carrier = "echo"},
                                        {.account = "AC1", .target_url = "https://a.example/"},
                                        harness_.clock->Now()),
              IsOk());
  EXPECT_EQ(harness_.Replay(Kept()).status, 200);
  EXPECT_THAT(harness_.http->sent(), IsEmpty());
  EXPECT_THAT(harness_.sink->accepted(), SizeIs(1));
}

TEST_F(ReplayTest, PartsFindTheirMessage) {
  harness_.fragments = MakeMemoryFragmentStore({});
  Open();
  harness_.Post(PartBody({.number = 1, .total = 2}));
  broken_ = false;
  harness_.Post(PartBody({.number = 2, .total = 2}));
  EXPECT_THAT(harness_.sink->accepted(), IsEmpty());
  EXPECT_EQ(harness_.Replay(Kept()).status, 200);
  EXPECT_THAT(Texts(harness_), ElementsAre("12"));
}

TEST_F(ReplayTest, AsksNothingThatWasNotProved) {
  harness_.mappings = MakeMemoryMappingStore({});
  harness_.AddChannel(options_).mode = VerifyMode::kShadow;
  Open();
  WebhookRequest request = MakePost(R"({"inquiry":{"mappings":{}}})");
  request.headers.Set("X-Token", "guess");
  harness_.Send(request);
  broken_ = false;
  EXPECT_EQ(harness_.Replay(Kept()).status, 401);
}

TEST_F(ReplayTest, IsReportedLikeARequest) {
  Open();
  harness_.Post(kOneMessage);
  broken_ = false;
  const HttpResponse response = harness_.Replay(Kept());
  const auto report = harness_.observer->requests().back();
  EXPECT_EQ(report.request_id, Header(response, "X-Request-Id"));
  EXPECT_NE(report.request_id, harness_.observer->requests().front().request_id);
  EXPECT_EQ(report.channel, "echo-0");
  EXPECT_EQ(report.key_id, "token[0]");
  EXPECT_EQ(report.authentication, Authentication::kVerified);
  EXPECT_EQ(report.accepted, 1u);
}

TEST_F(ReplayTest, IsAnsweredOnceWhateverTheSinkDoes) {
  Open();
  harness_.Post(kOneMessage);
  broken_ = false;
  harness_.sink->Hold();
  std::vector<int> answers;
  const auto answer = [&](const HttpResponse& response) { answers.push_back(response.status); };
  harness_.gateway->Replay(Kept(), answer);
  EXPECT_THAT(answers, IsEmpty());
  harness_.sink->DropHeld();
  EXPECT_THAT(answers, ElementsAre(503));
  harness_.gateway->Replay(Kept(), answer);
  EXPECT_FALSE(harness_.gateway->Shutdown(harness_.clock->Now()).ok()) << "it is waited for";
  harness_.gateway->Replay(Kept(), answer);
  EXPECT_THAT(answers, ElementsAre(503, 503)) << "shutting down";
  harness_.gateway = nullptr;
  harness_.sink->Release();
  EXPECT_THAT(answers, ElementsAre(503, 503, 200));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
