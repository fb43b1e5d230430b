/// \file
/// Origin, keys and VERIFY: modes, rotation, explanations.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

WebhookRequest Forged() {
  WebhookRequest request = MakePost(kOneMessage);
  request.headers.Set("X-Token", "guess");
  return request;
}

TEST(ModeTest, EnforceRejects) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(Forged()).status, 401);
  EXPECT_THAT(harness.sink->accepted(), IsEmpty());
  const auto report = harness.observer->requests().at(0);
  EXPECT_EQ(report.authentication, Authentication::kRejected);
  EXPECT_EQ(report.reason, "signature_mismatch");
}

TEST(ModeTest, ShadowLetsThroughAndSaysSo) {
  Harness harness;
  harness.AddChannel().mode = VerifyMode::kShadow;
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(Forged()).status, 200);
  EXPECT_THAT(harness.sink->accepted().at(0).headers,
              ElementsAre(Pair("omni-authentication", "shadow")));
  const auto report = harness.observer->requests().at(0);
  EXPECT_EQ(report.authentication, Authentication::kShadow);
  EXPECT_EQ(report.reason, "ok");
  EXPECT_EQ(report.message, "the token does not match");
  EXPECT_THAT(report.explanation.steps, SizeIs(1));
}

TEST(ModeTest, ShadowVerifiesTheGenuine) {
  Harness harness;
  harness.AddChannel().mode = VerifyMode::kShadow;
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Post(kOneMessage).status, 200);
  EXPECT_THAT(harness.sink->accepted().at(0).headers, IsEmpty());
  EXPECT_EQ(harness.observer->requests().at(0).authentication, Authentication::kVerified);
}

TEST(ModeTest, ShadowForgivesNoBug) {
  Harness harness;
  harness.AddChannel().mode = VerifyMode::kShadow;
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = Forged();
  request.headers.Add("X-Fault", "verify");
  EXPECT_EQ(harness.Send(request).status, 500);
  EXPECT_THAT(harness.sink->accepted(), IsEmpty());
}

TEST(ModeTest, EnforceAfterIsShadowUntilItsTime) {
  Harness harness;
  ChannelConfig& channel = harness.AddChannel();
  channel.mode = VerifyMode::kEnforceAfter;
  channel.enforce_after = harness.clock->Now() + absl::Minutes(1);
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(Forged()).status, 200);
  harness.clock->Advance(absl::Seconds(59));
  EXPECT_EQ(harness.Send(Forged()).status, 200);
  harness.clock->Advance(absl::Seconds(1));
  EXPECT_EQ(harness.Send(Forged()).status, 401);
}

TEST(InsecureTest, WithoutKeysDoesNotVerify) {
  Harness harness;
  bool verified = false;
  EchoOptions options;
  options.on_verify = [&](const auto&) { verified = true; };
  ChannelConfig& channel = harness.AddChannel(options);
  channel.insecure = true;
  channel.secrets = {};
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_THAT(harness.observer->warnings(), ElementsAre(HasSubstr("insecure_channel: ")));
  EXPECT_EQ(harness.Send(Forged()).status, 200);
  EXPECT_FALSE(verified);
  EXPECT_EQ(harness.observer->requests().at(0).authentication, Authentication::kInsecure);
  EXPECT_THAT(harness.sink->accepted().at(0).headers,
              ElementsAre(Pair("omni-authentication", "insecure")));
}

TEST(InsecureTest, WithKeysIgnoresAFailure) {
  Harness harness;
  harness.AddChannel().insecure = true;
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(Forged()).status, 200);
  EXPECT_EQ(harness.Post(R"({"events":[{"id":"m2"}]})").status, 200);
  EXPECT_EQ(harness.observer->requests().at(0).authentication, Authentication::kInsecure);
  EXPECT_EQ(harness.observer->requests().at(1).authentication, Authentication::kVerified);
}

TEST(OriginTest, IsARestrictionBesideTheSignature) {
  Harness harness;
  harness.AddChannel().allow_from = {"192.0.2.0/28"};
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(Forged()).status, 401);
  EXPECT_EQ(harness.Post(kOneMessage).status, 200);
  WebhookRequest request = MakePost(kOneMessage);
  request.peer = "192.0.2.77";
  EXPECT_EQ(harness.Send(request).status, 403);
  request.peer = "not an address";
  EXPECT_EQ(harness.Send(request).status, 403);
}

TEST(OriginTest, ProvesWhereTheAdapterSaysSo) {
  Harness harness;
  harness.AddChannel({.origin_authenticates = true}).allow_from = {"192.0.2.0/28"};
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(Forged()).status, 200);
  WebhookRequest request = MakePost(R"({"events":[{"id":"m2"}]})");
  request.peer = "203.0.113.1";
  EXPECT_EQ(harness.Send(request).status, 200);  // by its token
  request.headers.Set("X-Token", "guess");
  EXPECT_EQ(harness.Send(request).status, 401);
}

TEST(OriginTest, CountsForwardedAddressesOfTrustedProxiesOnly) {
  Harness harness;
  harness.options.trusted_proxies = {"10.0.0.0/8"};
  harness.AddChannel().allow_from = {"192.0.2.0/28"};
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = MakePost(kOneMessage);
  request.headers.Add("X-Forwarded-For", "192.0.2.3");
  request.peer = "203.0.113.1";
  EXPECT_EQ(harness.Send(request).status, 403);
  request.peer = "10.1.2.3";
  EXPECT_EQ(harness.Send(request).status, 200);
  EXPECT_EQ(harness.observer->requests().at(1).client, "192.0.2.3");
}

TEST(KeyTest, EverySecretOfAListProves) {
  Harness harness;
  harness.AddChannel().secrets = {{"token", {"newest", "middle", "oldest"}}};
  ASSERT_THAT(harness.Open(), IsOk());
  for (const char* token : {"newest", "middle", "oldest"}) {
    WebhookRequest request = MakePost(kOneMessage);
    request.headers.Set("X-Token", token);
    EXPECT_EQ(harness.Send(request).status, 200) << token;
  }
  EXPECT_EQ(harness.observer->requests().at(0).key_id, "token[0]");
  EXPECT_EQ(harness.observer->requests().at(1).key_id, "token[1]");
  EXPECT_EQ(harness.observer->requests().at(2).key_id, "token[2]");
}

/// A POST with a token of its own.
int StatusWith(Harness& harness, std::string_view token) {
  WebhookRequest request = MakePost(kOneMessage);
  request.headers.Set("X-Token", std::string(token));
  return harness.Send(request).status;
}

TEST(RefreshSecretsTest, RotatesWithoutAGap) {
  Harness harness;
  const auto secrets = std::make_shared<MemorySecrets>();
  secrets->Set("vault:token", {"old"});
  harness.secrets = secrets;
  harness.AddChannel().secrets = {{"token", {"vault:token"}}};
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(StatusWith(harness, "new"), 401);
  secrets->Set("vault:token", {"new", "old"});
  ASSERT_THAT(harness.gateway->RefreshSecrets(), IsOk());
  EXPECT_EQ(StatusWith(harness, "new"), 200);
  EXPECT_EQ(StatusWith(harness, "old"), 200);
  secrets->Set("vault:token", {"new"});
  ASSERT_THAT(harness.gateway->RefreshSecrets(), IsOk());
  EXPECT_EQ(StatusWith(harness, "new"), 200);
  EXPECT_EQ(StatusWith(harness, "old"), 401);
}

TEST(RefreshSecretsTest, KeepsTheOldOnesOnError) {
  Harness harness;
  const auto secrets = std::make_shared<MemorySecrets>();
  secrets->Set("a", {"old"});
  secrets->Set("b", {"other"});
  harness.secrets = secrets;
  harness.AddChannel().secrets = {{"token", {"a"}}, {"extra", {"b"}}};
  ASSERT_THAT(harness.Open(), IsOk());
  secrets->Set("a", {"new"});
  secrets->Set("b", {""});
  EXPECT_THAT(
      harness.gateway->RefreshSecrets(),
      StatusIs(absl::StatusCode::kInvalidArgument, "channels[0].extra: the secret is empty"));
  EXPECT_EQ(StatusWith(harness, "old"), 200);
  EXPECT_EQ(StatusWith(harness, "new"), 401);
}

TEST(RefreshSecretsTest, KeepsWhatWasPreparedFromAKeyThatStays) {
  Harness harness;
  const auto secrets = std::make_shared<MemorySecrets>();
  secrets->Set("a", {"stays"});
  harness.secrets = secrets;
  std::vector<std::shared_ptr<const Key>> keys;
  EchoOptions options;
  options.on_verify = [&](const ChannelAdapter::VerifyParams& params) {
    keys.push_back(params.keys.Ring("token").keys().at(0));
  };
  harness.AddChannel(options).secrets = {{"token", {"a"}}};
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(StatusWith(harness, "stays"), 200);
  ASSERT_THAT(harness.gateway->RefreshSecrets(), IsOk());
  EXPECT_EQ(StatusWith(harness, "stays"), 200);
  ASSERT_THAT(keys, SizeIs(2));
  EXPECT_EQ(keys[0], keys[1]);
}

TEST(ExplanationTest, IsMadeForARejectionOnly) {
  Harness harness;
  int with = 0;
  int without = 0;
  EchoOptions options;
  options.on_verify = [&](const ChannelAdapter::VerifyParams& params) {
    ++(params.explanation != nullptr ? with : without);
  };
  harness.AddChannel(options);
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Post(kOneMessage).status, 200);
  EXPECT_EQ(with, 0);
  EXPECT_EQ(harness.Send(Forged()).status, 401);
  EXPECT_EQ(with, 1);
  EXPECT_EQ(without, 2);
  EXPECT_THAT(harness.observer->requests().at(0).explanation.steps, IsEmpty());
  EXPECT_THAT(harness.observer->requests().at(1).explanation.steps, SizeIs(1));
}

/// Does not want explanations. Thread safety: thread-safe.
class IncuriousObserver : public RecordingObserver {
 public:
  [[nodiscard]] bool WantsExplanations() const override { return false; }
};

TEST(ExplanationTest, IsNotMadeWhenNobodyWantsIt) {
  Harness harness;
  harness.observer = std::make_shared<IncuriousObserver>();
  int verifications = 0;
  EchoOptions options;
  options.on_verify = [&](const auto&) { ++verifications; };
  harness.AddChannel(options);
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(Forged()).status, 401);
  EXPECT_EQ(verifications, 1);
}

/// Fails as told. Thread safety: thread-compatible.
class BrokenSecrets : public SecretsProvider {
 public:
  [[nodiscard]] absl::StatusOr<KeyRing> Lookup(const LookupParams& params) override {
    if (!params.reference.starts_with("vault:")) return KeyRing::Of(params.name, {kToken});
    return status;
  }
  absl::Status status = absl::UnavailableError("vault at 10.0.0.9 is down, token s3cr3t");
};

TEST(LookupTest, AnUnreachableSecretAsksTheCarrierToComeAgain) {
  Harness harness;
  const auto secrets = std::make_shared<BrokenSecrets>();
  harness.secrets = secrets;
  harness.AddChannel().secrets = {{"token", {"vault:{account}"}}};
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = MakePost(kOneMessage);
  request.headers.Add("X-Account", "AC1");
  const HttpResponse response = harness.Send(request);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(Header(response, "Retry-After"), "5");
  EXPECT_THAT(response.body, Not(HasSubstr("vault")));
  EXPECT_EQ(harness.observer->requests().at(0).reason, "secret_unavailable");

  // One that does not exist is no reason to retry.
  secrets->status = absl::NotFoundError("no such secret");
  EXPECT_EQ(harness.Send(request).status, 401);
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
