/// \file
/// What Build refuses, and in which words.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Why a gateway with these channels cannot be built; empty when it can.
std::string ProblemsOf(std::vector<std::string> json_channels) {
  Harness harness;
  harness.json_channels = std::move(json_channels);
  const absl::Status status = harness.Open();
  EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status));
  return std::string(status.message());
}

std::string ProblemsOf(Harness& harness) { return std::string(harness.Open().message()); }

struct Mistake {
  const char* name;
  std::string_view channel;
  std::string_view problem;
};

class MistakeTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(MistakeTest, IsNamedWithItsPath) {
  EXPECT_EQ(ProblemsOf({std::string(GetParam().channel)}), GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Json, MistakeTest,
    ::testing::Values(
        Mistake{"NotJson", "{", "channels[0]: not valid JSON"},
        Mistake{"NotAnObject", "[]", "channels[0]: expected an object"},
        Mistake{"NoAdapter", R"({"token":"t"})", "channels[0].adapter: required"},
        Mistake{"EmptyAdapter", R"({"adapter":"","token":"t"})", "channels[0].adapter: required"},
        Mistake{"UnknownAdapter", R"({"adapter":"ecko","token":"t"})",
                "channels[0].adapter: there is no adapter \"ecko\"; did you mean echo?"},
        Mistake{"UnknownKey", R"({"adapter":"echo","token":"t","tenent":"x"})",
                "channels[0].tenent: unknown key; did you mean tenant?"},
        Mistake{"UnknownAccountKey", R"({"adapter":"echo","token":"t","acountId":"x"})",
                "channels[0].acountId: unknown key; did you mean accountId?"},
        Mistake{"UnknownSecret", R"({"adapter":"echo","token":"t","extre":"x"})",
                "channels[0].extre: unknown key; did you mean extra?"},
        Mistake{"UnknownOption", R"({"adapter":"echo","token":"t","greetin":"x"})",
                "channels[0].greetin: unknown key; did you mean greeting?"},
        Mistake{"FarOffKey", R"({"adapter":"echo","token":"t","colour":"x"})",
                "channels[0].colour: unknown key"},
        Mistake{"WrongType", R"({"adapter":"echo","token":"t","insecure":"yes"})",
                "channels[0].insecure: expected true or false"},
        Mistake{"WrongMode", R"({"adapter":"echo","token":"t","mode":"shadov"})",
                "channels[0].mode: expected one of enforce, shadow, enforceAfter; did you mean "
                "shadow?"},
        Mistake{"EnforceAfterWithoutTime",
                R"({"adapter":"echo","token":"t","mode":"enforceAfter"})",
                "channels[0].enforceAfter: required by the mode enforceAfter"},
        Mistake{"TimeWithoutEnforceAfter",
                R"({"adapter":"echo","token":"t","enforceAfter":"2026-01-31T12:00:00Z"})",
                "channels[0].enforceAfter: only the mode enforceAfter takes a time"},
        Mistake{"SecretType", R"({"adapter":"echo","token":17})",
                "channels[0].token: expected a string or a list of strings"},
        Mistake{"SecretListType", R"({"adapter":"echo","token":["a",1]})",
                "channels[0].token: expected a string or a list of strings"},
        Mistake{"AccountsType", R"({"adapter":"echo","token":"t","accounts":"AC1"})",
                "channels[0].accounts: expected a list of strings, or an object of accounts and "
                "secrets"},
        Mistake{"AccountSecretsType", R"({"adapter":"echo","token":"t","accounts":{"AC1":"x"}})",
                "channels[0].accounts.AC1: expected an object of secrets"},
        Mistake{"AccountSecretName",
                R"({"adapter":"echo","token":"t","accounts":{"AC1":{"tokn":"x"}}})",
                "channels[0].accounts.AC1.tokn: unknown key; did you mean token?"},
        Mistake{"AccountName", R"({"adapter":"echo","token":"t","accounts":{"A/1":{"token":"x"}}})",
                "channels[0].accounts.A/1: may hold 1 to 128 of the characters A-Z a-z 0-9 . _ -"},
        Mistake{"RequiredSecret", R"({"adapter":"echo","extra":"x"})",
                "channels[0].token: required"},
        Mistake{"RequiredAccountSecret",
                R"({"adapter":"echo","accounts":{"AC1":{"token":"x"},"AC2":{"extra":"x"}}})",
                "channels[0].accounts.AC2.token: required"},
        Mistake{"EmptySecretList", R"({"adapter":"echo","insecure":true,"token":[]})",
                "channels[0].token: the list is empty"},
        Mistake{"Path", R"({"adapter":"echo","token":"t","path":"hook"})",
                "channels[0].path: must start with /"},
        Mistake{"PathParameter", R"({"adapter":"echo","token":"t","path":"/a{b}"})",
                "channels[0].path: a parameter must be a whole segment"},
        Mistake{"PathQuery", R"({"adapter":"echo","token":"t","path":"/a?b"})",
                "channels[0].path: must be a path without query or fragment"},
        Mistake{"PublicUrl", R"({"adapter":"echo","token":"t","publicUrl":"hooks.example.com"})",
                "channels[0].publicUrl: expected an absolute http or https URL without query"},
        Mistake{"Tenant", R"({"adapter":"echo","token":"t","tenant":"a:b"})",
                "channels[0].tenant: may hold 1 to 128 of the characters A-Z a-z 0-9 . _ -"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(BuildTest, TellsAllMistakesAtOnce) {
  Harness harness;
  harness.options.public_url = "nonsense";
  harness.options.trusted_proxies = {"10.0.0.0/99", "10.0.0.0/8", "10.0.0.1/8"};
  harness.options.idempotency_lease = absl::Seconds(1);
  harness.options.fragment_patience = absl::ZeroDuration();
  harness.json_channels = {R"({"adapter":"echo","tokn":"t","mode":1,"path":"y"})",
                           R"({"adapter":"echo","path":"x","token":""})",
                           R"({"adapter":"nobody"})"};
  const std::string problems = ProblemsOf(harness);
  for (const char* expected :
       {"publicUrl: ", "trustedProxies[0]: ", "trustedProxies[2]: ", "idempotencyLease: ",
        "fragmentPatience: ", "channels[0].tokn: unknown key",
        "channels[0].mode: ", "channels[0].path: ", "channels[0].token: required",
        "channels[1].path: ", "channels[1].token: the reference is empty",
        "channels[2].adapter: "}) {
    EXPECT_THAT(problems, HasSubstr(expected));
  }
}

TEST(BuildTest, TellsEachAddressThatIsNone) {
  EXPECT_EQ(ProblemsOf({R"({"adapter":"echo","token":"t",
                            "allowFrom":["nowhere","192.0.2.0/24","10.0.0.1/8"]})"}),
            "channels[0].allowFrom[0]: not a CIDR block: \"nowhere\": expected an IP address, or "
            "one with /bits\n"
            "channels[0].allowFrom[2]: not a CIDR block: \"10.0.0.1/8\": the address has bits "
            "beyond the prefix");
}

TEST(BuildTest, TellsEachOriginThatNoBrowserSends) {
  Harness right;
  right.AddChannel({}).allowed_origins = {"*",
                                          "https://app.example.com",
                                          "http://localhost:3000",
                                          "https://[2001:db8::1]",
                                          "http://[2001:db8::1]:8080",
                                          "capacitor://localhost",
                                          "chrome-extension://abcdef"};
  EXPECT_THAT(right.Open(), IsOk());
  const std::vector<std::string> wrong = {"",
                                          "app.example.com",
                                          "https://app.example.com/",
                                          "https://app.example.com/app",
                                          "https://App.example.com",
                                          "HTTPS://app.example.com",
                                          "https://*.example.com",
                                          "https://user@app.example.com",
                                          "https://app.example.com:443",
                                          "http://app.example.com:80",
                                          "https://app.example.com:",
                                          "https://app.example.com:99999",
                                          "https://app.example.com:080",
                                          "https://[nowhere]",
                                          "https://[2001:db8::1",
                                          "https://",
                                          "://app",
                                          "null"};
  Harness harness;
  harness.AddChannel({}).allowed_origins = wrong;
  const std::string problems = ProblemsOf(harness);
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    EXPECT_THAT(problems, HasSubstr("channels[0].allowedOrigins[" + std::to_string(i) +
                                    "]: expected \"*\", or scheme://host[:port]"))
        << wrong[i];
  }
}

TEST(BuildTest, NeedsASink) {
  EXPECT_THAT(Gateway::Builder().Build(MakeRegistry()),
              StatusIs(absl::StatusCode::kInvalidArgument, "sink: required"));
}

TEST(BuildTest, NeedsAnAdapterForEachChannel) {
  Gateway::Builder builder;
  builder.SetSink(std::make_shared<MemoryQueue>()).AddChannel({}, nullptr);
  EXPECT_THAT(std::move(builder).Build(MakeRegistry()),
              StatusIs(absl::StatusCode::kInvalidArgument, "channels[0]: has no adapter"));
}

TEST(BuildTest, RefusesAChannelThatCannotAuthenticate) {
  Harness harness;
  harness.AddChannel({.token_required = false}).secrets = {};
  EXPECT_EQ(ProblemsOf(harness),
            "channels[0]: has no way to authenticate requests; give it a secret, or say "
            "\"insecure\": true");
}

TEST(BuildTest, AnOriginIsAWayToAuthenticateOnlyWhereTheAdapterSaysSo) {
  for (const bool authenticates : {true, false}) {
    Harness harness;
    ChannelConfig& channel =
        harness.AddChannel({.origin_authenticates = authenticates, .token_required = false});
    channel.secrets = {};
    channel.allow_from = {"192.0.2.0/24"};
    EXPECT_EQ(harness.Open().ok(), authenticates);
  }
}

TEST(BuildTest, NamesTheSecretThatCannotBeResolvedAndNotItsReference) {
  Harness harness;
  const auto secrets = std::make_shared<MemorySecrets>();
  secrets->Set("good", {"s"});
  harness.secrets = secrets;
  harness.json_channels = {
      R"({"adapter":"echo","token":["good","canary-1"],"extra":"canary-2",
          "accounts":{"AC1":{"token":"canary-3"}}})"};
  EXPECT_EQ(ProblemsOf(harness),
            "channels[0].token[1]: there is no such secret\n"
            "channels[0].extra: there is no such secret\n"
            "channels[0].accounts.AC1.token: there is no such secret");
}

TEST(BuildTest, TwoChannelsMustNotHaveOneId) {
  EXPECT_EQ(ProblemsOf({R"({"adapter":"echo","id":"x","token":"a"})",
                        R"({"adapter":"echo","id":"x","token":"b"})"}),
            "channels[1].id: another channel has the same id");
}

struct Conflict {
  const char* name;
  std::string_view first;
  std::string_view second;
  std::string_view problem;
};

class SharedPathTest : public ::testing::TestWithParam<Conflict> {};

TEST_P(SharedPathTest, IsRefusedWhereRequestsCouldNotBeTold) {
  const std::string problems =
      ProblemsOf({std::string(GetParam().first), std::string(GetParam().second)});
  EXPECT_EQ(problems, GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    All, SharedPathTest,
    ::testing::Values(
        Conflict{"TwoAdapters", R"({"adapter":"echo","path":"/x","token":"a"})",
                 R"({"adapter":"other","path":"/x","token":"a"})",
                 "channels[1]: shares /x with channels[0]: only channels of one adapter can share "
                 "a path"},
        Conflict{"TwoNamesOfAParameter", R"({"adapter":"echo","path":"/x/{a}","token":"a"})",
                 R"({"adapter":"echo","path":"/x/{b}","token":"b"})",
                 "channels[1]: shares /x/{b} with channels[0]: the path's parameters have other "
                 "names"},
        Conflict{"OneSecretTwice", R"({"adapter":"echo","token":"a"})",
                 R"({"adapter":"echo","token":"a"})",
                 "channels[1]: shares /echo with channels[0]: both serve every account with the "
                 "same secrets; list the accounts of one"},
        Conflict{"OneAccountTwice", R"({"adapter":"echo","token":"a","accounts":["AC1","AC2"]})",
                 R"({"adapter":"echo","token":"b","accountId":"AC2"})",
                 "channels[1]: shares /echo with channels[0]: both serve the account AC2"},
        Conflict{"OneSecretInTwoModes", R"({"adapter":"echo","token":"a","accountId":"AC1"})",
                 R"({"adapter":"echo","token":"a","mode":"shadow"})",
                 "channels[1]: shares /echo with channels[0]: channels with the same secrets need "
                 "the same mode, enforceAfter, insecure, allowFrom and publicUrl"},
        Conflict{"OneSecretOnTwoPaths", R"({"adapter":"echo","token":"a"})",
                 R"({"adapter":"echo","token":"a","path":"/other"})", ""},
        Conflict{"TwoSecrets", R"({"adapter":"echo","token":"a"})",
                 R"({"adapter":"echo","token":"b"})", ""},
        Conflict{"OneSecretAndASelector", R"({"adapter":"echo","token":"a"})",
                 R"({"adapter":"echo","token":"a","accounts":["AC1"]})", ""}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(JsonChannelTest, ReadsEveryKey) {
  Harness harness;
  harness.json_channels = {R"({
    "adapter": "parrot", "id": "acme-echo", "tenant": "acme", "path": "/hooks/{tenant}",
    "publicUrl": "https://hooks.example.com", "mode": "enforceAfter",
    "enforceAfter": "2024-01-15T10:31:00Z", "insecure": false, "keepRaw": true,
    "accounts": ["AC1"], "accountId": ["AC2", "AC3"], "allowFrom": ["192.0.2.0/24"],
    "allowedOrigins": ["https://app.example.com"], "token": ["new", "old"], "extra": "x",
    "greeting": "hello"})"};
  ASSERT_THAT(harness.Open(), IsOk());
  const auto post = [&](std::string_view account, std::string_view token) {
    WebhookRequest request = MakePostTo(
        "/hooks/acme", R"({"events":[{"id":"m","account":")" + std::string(account) + R"("}]})");
    request.headers.Set("X-Token", std::string(token));
    request.headers.Set("Origin", "https://app.example.com");
    return harness.Send(request);
  };
  EXPECT_EQ(post("AC1", "new").status, 200);
  EXPECT_EQ(post("AC3", "old").status, 200);
  EXPECT_EQ(post("AC4", "new").status, 404);
  EXPECT_EQ(post("AC1", "guess").status, 200);  // shadow, until the minute is over
  EXPECT_EQ(Header(post("AC1", "new"), "Access-Control-Allow-Origin"), "https://app.example.com");
  harness.clock->Advance(absl::Minutes(1));
  EXPECT_EQ(post("AC1", "guess").status, 401);
  EXPECT_EQ(harness.AcceptedEvents().at(0).tenant, "acme");
  EXPECT_FALSE(harness.AcceptedEvents().at(0).raw.empty());
  EXPECT_EQ(harness.observer->requests().at(0).channel, "acme-echo");
}

TEST(JsonChannelTest, AccountsMayHaveTheirOwnSecrets) {
  Harness harness;
  harness.json_channels = {
      R"({"adapter":"echo","accounts":{"AC1":{"token":["new-1","old-1"]},"AC2":{"token":"t-2"}}})"};
  ASSERT_THAT(harness.Open(), IsOk());
  const auto post = [&](std::string_view account, std::string_view token) {
    WebhookRequest request =
        MakePost(R"({"events":[{"id":"m","account":")" + std::string(account) + R"("}]})");
    request.headers.Set("X-Token", std::string(token));
    request.headers.Set("X-Account", std::string(account));
    return harness.Send(request).status;
  };
  EXPECT_EQ(post("AC1", "new-1"), 200);
  EXPECT_EQ(post("AC1", "old-1"), 200);
  EXPECT_EQ(post("AC2", "t-2"), 200);
  EXPECT_EQ(post("AC1", "t-2"), 401);
  EXPECT_EQ(post("AC3", "t-2"), 401);
}

TEST(JsonChannelTest, AnInsecureChannelNeedsNoSecretAndIsWarnedOf) {
  Harness harness;
  harness.json_channels = {R"({"adapter":"echo","insecure":true})"};
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_THAT(harness.observer->warnings(),
              ElementsAre("insecure_channel: the channel echo-0 accepts requests without "
                          "authentication"));
}

TEST(CanaryTest, NothingSecretOrPersonalIsEverTold) {
  Harness harness;
  harness.json_channels = {R"({"adapter":"echo","token":"canary-secret"})",
                           R"({"adapter":"echo","path":"/s","mode":"shadow","token":"canary-2"})"};
  ASSERT_THAT(harness.Open(), IsOk());
  std::string told;
  const auto send = [&](std::string_view target, std::string_view token, std::string_view body) {
    WebhookRequest request = MakePostTo(target, body);
    request.headers.Set("X-Token", std::string(token));
    const HttpResponse response = harness.Send(request);
    told += response.body;
    for (const auto& [name, value] : response.headers) told.append(name).append(value);
  };
  constexpr std::string_view kBody =
      R"({"events":[{"id":"+15551234567/1","from":"+15551234567","text":"canary-text",
          "conversation":"echo:+1555:+15551234567"}],"ignored":["canary of +15551234567"]})";
  for (const char* target : {"/echo", "/s", "/nowhere/+15551234567?canary-query=1"}) {
    send(target, "canary-secret", kBody);
    send(target, "canary-secret", kBody);
    send(target, "canary-signature", kBody);
    send(target, "canary-secret", "canary-garbage{");
    send(target, "canary-secret", R"({"refuse":"500","x":"canary-text"})");
  }
  harness.sink->SetDecision([](const Envelope& envelope) {
    return absl::InternalError("canary-sink cannot store " + envelope.body);
  });
  send("/echo", "canary-secret", R"({"events":[{"id":"m9","text":"canary-text"}]})");
  ASSERT_THAT(harness.observer->requests(), Not(IsEmpty()));
  told += harness.observer->AllText();
  for (const char* canary : {"canary-", "15551234567"}) EXPECT_THAT(told, Not(HasSubstr(canary)));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
