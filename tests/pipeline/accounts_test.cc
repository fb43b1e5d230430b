/// \file
/// Several channels on one path: which keys are tried, and whose the events are.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

WebhookRequest PostOf(std::string_view account, std::string_view token) {
  const std::string name(account);
  WebhookRequest request =
      MakePost(R"({"account":")" + name + R"(","events":[{"id":"m-)" + name + R"("}]})");
  request.headers.Set("X-Token", std::string(token));
  request.headers.Set("X-Account", name);
  return request;
}

/// As PostOf, but the claim and the events name different accounts.
WebhookRequest PostOfClaiming(std::string_view account, std::string_view claim,
                              std::string_view token) {
  WebhookRequest request = PostOf(account, token);
  request.headers.Set("X-Account", std::string(claim));
  return request;
}

void AddTenant(Harness& harness, const std::string& tenant, const std::string& token,
               std::vector<std::string> accounts, const EchoOptions& options = {}) {
  ChannelConfig& channel = harness.AddChannel(options);
  channel.tenant = tenant;
  channel.secrets = {{"token", {token}}};
  channel.accounts = std::move(accounts);
}

std::vector<std::string> Tenants(const Harness& harness) {
  std::vector<std::string> tenants;
  for (const Event& event : harness.AcceptedEvents()) tenants.push_back(event.tenant);
  return tenants;
}

TEST(AccountsTest, ChooseTheTenantAmongChannelsWithTheSameSecret) {
  Harness harness;
  AddTenant(harness, "one", "shared", {"AC1"});
  AddTenant(harness, "two", "shared", {"AC2", "AC3"});
  AddTenant(harness, "rest", "shared", {});
  ASSERT_THAT(harness.Open(), IsOk());
  for (const char* account : {"AC1", "AC2", "AC3", "AC4"}) {
    EXPECT_EQ(harness.Send(PostOf(account, "shared")).status, 200);
  }
  EXPECT_THAT(Tenants(harness), ElementsAre("one", "two", "two", "rest"));
}

TEST(AccountsTest, EachEventOfABatchGoesToItsOwnTenant) {
  Harness harness;
  AddTenant(harness, "one", "shared", {"AC1"});
  AddTenant(harness, "two", "shared", {"AC2"});
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = MakePost(
      R"({"events":[{"id":"m1","account":"AC2"},{"id":"m1","account":"AC1"},
                    {"id":"m2","account":"AC9"}]})");
  request.headers.Set("X-Token", "shared");
  EXPECT_EQ(harness.Send(request).status, 200);
  EXPECT_THAT(harness.AcceptedKeys(), ElementsAre("echo:two:message:m1", "echo:one:message:m1"));
  EXPECT_THAT(harness.observer->ignored(), ElementsAre("account_not_served"));
  const auto report = harness.observer->requests().at(0);
  EXPECT_EQ(report.accepted, 2u);
  EXPECT_EQ(report.ignored, 1u);
  EXPECT_EQ(report.tenant, "two");  // of the first event
}

TEST(AccountsTest, WhatNamesNoAccountIsTheOnlyChannels) {
  Harness harness;
  AddTenant(harness, "one", "secret-one", {"AC1", "AC2"});
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOf("", "secret-one")).status, 200);
  EXPECT_EQ(harness.Send(PostOf("AC3", "secret-one")).status, 404);
  EXPECT_THAT(Tenants(harness), ElementsAre("one"));
}

TEST(AccountsTest, WhatNamesNoAccountIsNobodysWhereSeveralMightHaveIt) {
  for (const char* second_secret : {"secret-one", "secret-two"}) {
    Harness harness;
    AddTenant(harness, "one", "secret-one", {"AC1"});
    AddTenant(harness, "two", second_secret, {"AC2"});
    ASSERT_THAT(harness.Open(), IsOk());
    EXPECT_EQ(harness.Send(PostOf("", "secret-one")).status, 404);
    EXPECT_THAT(harness.sink->accepted(), IsEmpty());
  }
}

TEST(AccountsTest, OnlyTheChannelsWhoseKeyProvedTheRequestAreServed) {
  Harness harness;
  AddTenant(harness, "one", "secret-one", {"AC1"});
  AddTenant(harness, "two", "secret-two", {"AC2"});
  ASSERT_THAT(harness.Open(), IsOk());
  // Tenant two signs with its own secret and names the other's account.
  const HttpResponse response = harness.Send(PostOfClaiming("AC1", "AC2", "secret-two"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(ErrorCode(response), "NOT_FOUND");
  EXPECT_EQ(harness.observer->requests().at(0).reason, "account_not_served");
  EXPECT_THAT(harness.observer->ignored(), ElementsAre("account_not_served"));
  EXPECT_THAT(harness.sink->accepted(), IsEmpty());
}

TEST(AccountsTest, WithoutAClaimEveryGroupIsTriedInOrder) {
  Harness harness;
  std::vector<std::size_t> rings;
  EchoOptions options;
  options.claims_account = false;
  options.on_verify = [&](const ChannelAdapter::VerifyParams& params) {
    if (params.explanation == nullptr) rings.push_back(params.keys.Ring("token").size());
  };
  AddTenant(harness, "one", "secret-one", {"AC1"}, options);
  AddTenant(harness, "two", "secret-two", {"AC2"}, options);
  AddTenant(harness, "three", "secret-three", {"AC3"}, options);
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOf("AC2", "secret-two")).status, 200);
  EXPECT_THAT(rings, SizeIs(2));
  EXPECT_THAT(Tenants(harness), ElementsAre("two"));
  EXPECT_EQ(harness.Send(PostOf("AC2", "guess")).status, 401);
  EXPECT_THAT(rings, SizeIs(5));
  // Three channels refused it, so it is nobody's in particular.
  EXPECT_EQ(harness.observer->requests().at(1).channel, "");
}

TEST(AccountsTest, AClaimPicksTheOneGroupThatIsTried) {
  Harness harness;
  AddTenant(harness, "one", "secret-one", {"AC1"});
  AddTenant(harness, "two", "secret-two", {});
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOf("AC1", "secret-one")).status, 200);
  EXPECT_EQ(harness.Send(PostOf("AC1", "secret-two")).status, 401);
  EXPECT_EQ(harness.observer->requests().at(1).tenant, "one");
  EXPECT_EQ(harness.Send(PostOf("AC2", "secret-two")).status, 200);
}

TEST(AccountsTest, AnOddClaimIsNone) {
  Harness harness;
  const auto secrets = std::make_shared<MemorySecrets>();
  secrets->Set("vault:../admin", {"stolen"});
  secrets->Set("vault:" + std::string(129, 'a'), {"stolen"});
  secrets->Set("vault:", {"stolen"});
  harness.secrets = secrets;
  harness.AddChannel().secrets = {{"token", {"vault:{account}"}}};
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOf("../admin", "stolen")).status, 401);
  EXPECT_EQ(harness.Send(PostOf(std::string(129, 'a'), "stolen")).status, 401);
  EXPECT_EQ(harness.Send(PostOf("", "stolen")).status, 401);
}

TEST(AccountSecretsTest, ComeBeforeTheChannelsOwn) {
  Harness harness;
  std::vector<std::string> ids;
  EchoOptions options;
  options.on_verify = [&](const ChannelAdapter::VerifyParams& params) {
    ids.clear();
    for (const auto& key : params.keys.Ring("token").keys()) ids.push_back(key->id());
  };
  ChannelConfig& channel = harness.AddChannel(options);
  channel.account_secrets = {{.id = "AC1", .secrets = {{"token", {"of-ac1"}}}},
                             {.id = "AC2", .secrets = {{"token", {"of-ac2"}}}}};
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOf("AC1", "of-ac1")).status, 200);
  EXPECT_THAT(ids, ElementsAre("accounts.AC1.token[0]", "token[0]"));
  EXPECT_EQ(harness.Send(PostOf("AC1", kToken)).status, 200);
  EXPECT_EQ(harness.Send(PostOf("AC3", kToken)).status, 200);
  EXPECT_THAT(ids, ElementsAre("token[0]"));
  EXPECT_EQ(harness.Send(PostOf("AC1", "of-ac2")).status, 401);
}

TEST(AccountSecretsTest, ProveNoOtherAccountsEvents) {
  Harness harness;
  ChannelConfig& channel = harness.AddChannel();
  channel.secrets = {};
  channel.account_secrets = {{.id = "AC1", .secrets = {{"token", {"of-ac1"}}}},
                             {.id = "AC2", .secrets = {{"token", {"of-ac2"}}}}};
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOfClaiming("AC2", "AC1", "of-ac1")).status, 404);
  EXPECT_THAT(harness.sink->accepted(), IsEmpty());
  EXPECT_EQ(harness.Send(PostOf("AC2", "of-ac2")).status, 200);
}

TEST(AccountSecretsTest, MayBeLookedUpByTheClaim) {
  Harness harness;
  const auto secrets = std::make_shared<MemorySecrets>();
  secrets->Set("vault:AC1/token", {"of-ac1"});
  secrets->Set("fallback", {"general"});
  harness.secrets = secrets;
  harness.AddChannel().secrets = {{"token", {"vault:{account}/token", "fallback"}}};
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOf("AC1", "of-ac1")).status, 200);
  EXPECT_EQ(harness.Send(PostOfClaiming("AC2", "AC1", "of-ac1")).status, 404);
  EXPECT_EQ(harness.Send(PostOf("AC2", "of-ac1")).status, 401);
  EXPECT_EQ(harness.Send(PostOf("AC2", "general")).status, 200);
  secrets->Set("vault:AC2/token", {"of-ac2"});
  EXPECT_EQ(harness.Send(PostOf("AC2", "of-ac2")).status, 200);
}

/// Ten thousand accounts, each with a secret of its own: the claim finds the one key.
TEST(AccountSecretsTest, TenThousandCostAsMuchAsOne) {
  constexpr int kAccounts = 10'000;
  Harness harness;
  int verifications = 0;
  std::size_t most_keys = 0;
  EchoOptions options;
  options.on_verify = [&](const ChannelAdapter::VerifyParams& params) {
    ++verifications;
    most_keys = std::max(most_keys, params.keys.Ring("token").size());
  };
  ChannelConfig& channel = harness.AddChannel(options);
  channel.secrets = {};
  for (int i = 0; i < kAccounts; ++i) {
    const std::string number = std::to_string(i);
    channel.account_secrets.push_back(
        {.id = "AC" + number, .secrets = {{"token", {"secret-" + number}}}});
  }
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOf("AC0", "secret-0")).status, 200);
  EXPECT_EQ(harness.Send(PostOf("AC5000", "secret-5000")).status, 200);
  EXPECT_EQ(harness.Send(PostOf("AC9999", "secret-9999")).status, 200);
  EXPECT_EQ(verifications, 3);
  EXPECT_EQ(harness.Send(PostOf("AC9999", "secret-9998")).status, 401);
  EXPECT_EQ(most_keys, 1u);
}

/// The same with a channel for each account.
TEST(AccountsTest, AmongTenThousandChannelsTheClaimPicksOne) {
  constexpr int kAccounts = 10'000;
  Harness harness;
  int verifications = 0;
  EchoOptions options;
  options.on_verify = [&](const auto&) { ++verifications; };
  for (int i = 0; i < kAccounts; ++i) {
    const std::string number = std::to_string(i);
    AddTenant(harness, "tenant" + number, "secret-" + number, {"AC" + number}, options);
  }
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOf("AC7777", "secret-7777")).status, 200);
  EXPECT_EQ(verifications, 1);
  EXPECT_THAT(Tenants(harness), ElementsAre("tenant7777"));
}

/// A request with an event of each account, which claims none.
WebhookRequest BatchOf(std::vector<std::string> accounts, std::string_view token) {
  std::string events;
  for (const std::string& account : accounts) {
    if (!events.empty()) events += ',';
    events += R"({"id":"m-)" + account + R"(","account":")" + account + R"("})";
  }
  WebhookRequest request = MakePost(R"({"events":[)" + events + "]}");
  request.headers.Set("X-Token", std::string(token));
  return request;
}

/// Two channels that have one key in common, and do not write it alike.
class RotatedAccountsTest : public ::testing::Test {
 protected:
  void Open(std::vector<std::string> first_accounts, std::vector<std::string> second_accounts) {
    AddTenant(harness_, "one", "", std::move(first_accounts));
    AddTenant(harness_, "two", "", std::move(second_accounts));
    harness_.channels[0].first.secrets = {{"token", {"new", "shared"}}};
    harness_.channels[1].first.secrets = {{"token", {"shared"}}};
    harness_.channels[1].first.keep_raw = true;
    ASSERT_THAT(harness_.Open(), IsOk());
  }

  Harness harness_;
};

TEST_F(RotatedAccountsTest, EachChannelWhoseKeysProveTheRequestIsServed) {
  Open({"AC1"}, {"AC2"});
  EXPECT_EQ(harness_.Send(BatchOf({"AC1", "AC2", "AC3"}, "shared")).status, 200);
  EXPECT_THAT(Tenants(harness_), ElementsAre("one", "two"));
  EXPECT_THAT(harness_.observer->ignored(), ElementsAre("account_not_served"));
  EXPECT_TRUE(harness_.AcceptedEvents().at(0).raw.empty());
  EXPECT_FALSE(harness_.AcceptedEvents().at(1).raw.empty());
}

TEST_F(RotatedAccountsTest, AnAccountAloneIsServedByTheChannelThatListsIt) {
  Open({"AC1"}, {"AC2"});
  EXPECT_EQ(harness_.Send(BatchOf({"AC2"}, "shared")).status, 200);
  EXPECT_THAT(Tenants(harness_), ElementsAre("two"));
}

TEST_F(RotatedAccountsTest, AChannelWhoseKeysDoNotProveItIsNot) {
  Open({"AC1"}, {"AC2"});
  EXPECT_EQ(harness_.Send(BatchOf({"AC1", "AC2"}, "new")).status, 200);
  EXPECT_THAT(Tenants(harness_), ElementsAre("one"));
  EXPECT_EQ(harness_.Send(BatchOf({"AC2"}, "new")).status, 404);
}

TEST_F(RotatedAccountsTest, WhoListsAnAccountComesBeforeWhoServesAll) {
  Open({}, {"AC2"});
  EXPECT_EQ(harness_.Send(BatchOf({"AC1", "AC2"}, "shared")).status, 200);
  EXPECT_THAT(Tenants(harness_), ElementsAre("one", "two"));
  EXPECT_EQ(harness_.Send(BatchOf({"AC1", "AC2", "AC9"}, "new")).status, 200);
  EXPECT_THAT(harness_.AcceptedKeys(), Contains("echo:one:message:m-AC2"));
}

TEST_F(RotatedAccountsTest, WhoServesAllComesLast) {
  Open({"AC1"}, {});
  EXPECT_EQ(harness_.Send(BatchOf({"AC9", "AC1", "AC8"}, "shared")).status, 200);
  EXPECT_THAT(Tenants(harness_), ElementsAre("two", "one", "two"));
}

TEST(AccountsTest, RawIsKeptForTheChannelThatWantsIt) {
  Harness harness;
  AddTenant(harness, "one", "shared", {"AC1"});
  AddTenant(harness, "two", "shared", {"AC2"});
  harness.channels[1].first.keep_raw = true;
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOf("AC1", "shared")).status, 200);
  EXPECT_EQ(harness.Send(PostOf("AC2", "shared")).status, 200);
  EXPECT_TRUE(harness.AcceptedEvents().at(0).raw.empty());
  EXPECT_FALSE(harness.AcceptedEvents().at(1).raw.empty());
}

/// Knows literal secrets; the vault is out of reach. Thread safety: thread-safe.
class HalfSecrets : public SecretsProvider {
 public:
  [[nodiscard]] absl::StatusOr<KeyRing> Lookup(const LookupParams& params) override {
    if (params.reference.starts_with("vault:")) return absl::UnavailableError("down");
    return KeyRing::Of(params.name, {params.reference});
  }
};

TEST(AccountsTest, AFaultOfOneGroupIsNotHiddenByAnothersVerdict) {
  for (const VerifyMode mode : {VerifyMode::kEnforce, VerifyMode::kShadow}) {
    for (const bool fault_first : {true, false}) {
      Harness harness;
      harness.secrets = std::make_shared<HalfSecrets>();
      if (fault_first) AddTenant(harness, "two", "vault:{account}", {});
      AddTenant(harness, "one", "secret-one", {});
      harness.channels.back().first.mode = mode;
      if (!fault_first) AddTenant(harness, "two", "vault:{account}", {});
      ASSERT_THAT(harness.Open(), IsOk());
      // It may be genuine, and then it is the other tenant's: nobody can tell now.
      EXPECT_EQ(harness.Send(PostOf("AC1", "guess")).status, 503);
      EXPECT_THAT(harness.sink->accepted(), IsEmpty());
      EXPECT_EQ(harness.Send(PostOf("AC1", "secret-one")).status, 200);
    }
  }
}

TEST(AccountsTest, ARefusedProofIsTheAnswerBeforeARefusedOrigin) {
  Harness harness;
  AddTenant(harness, "far", "secret-one", {});
  harness.channels[0].first.allow_from = {"198.51.100.0/24"};
  AddTenant(harness, "near", "secret-two", {});
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOf("AC1", "guess")).status, 401);
  EXPECT_EQ(harness.Send(PostOf("AC1", "secret-two")).status, 200);
}

TEST(AccountsTest, GroupsOnOnePathMayHaveTheirOwnModesAndOrigins) {
  Harness harness;
  AddTenant(harness, "strict", "secret-one", {});
  harness.channels[0].first.allow_from = {"198.51.100.0/24"};
  AddTenant(harness, "lenient", "secret-two", {});
  harness.channels[1].first.mode = VerifyMode::kShadow;
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Send(PostOf("AC1", "secret-one")).status, 200);
  EXPECT_EQ(harness.observer->requests().at(0).authentication, Authentication::kShadow);
  EXPECT_THAT(Tenants(harness), ElementsAre("lenient"));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
