/// \file
/// Whether requests are genuine: credentials and their challenge, addresses, signatures.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bandwidth_test_gateway.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr std::string_view kChallenge = R"(Basic realm="bandwidth", charset="UTF-8")";
constexpr std::string_view kSubscriptionHeader = "X-Bandwidth-Signature-Hmac-Sha256";
constexpr std::string_view kContractHeader = "X-Bandwidth-Signature";

std::string Code(const HttpResponse& response) {
  const auto body = JsonDocument::Parse(response.body);
  return body.ok() ? std::string(body->root()["code"].text()) : "not JSON";
}

WebhookRequest WithHeader(WebhookRequest request, std::string_view name, std::string value) {
  request.headers.Set(name, std::move(value));
  return request;
}

WebhookRequest SignedPost(std::string_view header, std::string body) {
  std::string signature = Signature(body, kSignatureKeyCanary);
  return WithHeader(BarePost(std::move(body)), header, std::move(signature));
}

/// `text` with one bit of one byte changed.
std::string Flipped(std::string text, std::size_t byte, int bit) {
  text[byte] = static_cast<char>(text[byte] ^ (1 << bit));
  return text;
}

class ChallengeFlowTest : public ::testing::Test {
 protected:
  const JsonDocument flow_ = JsonDocument::Parse(ReadTestdata("challenge_flow.json")).value();
  TestGateway gateway_;
};

TEST_F(ChallengeFlowTest, GoesAsTheCarrierExpects) {
  int steps = 0;
  for (const JsonValue step : flow_.root()["steps"].elements()) {
    SCOPED_TRACE(++steps);
    WebhookRequest request;
    request.method = ParseHttpMethod(step["request"]["method"].text());
    request.target = step["request"]["path"].text();
    for (const JsonMember header : step["request"]["headers"].members()) {
      request.headers.Add(std::string(header.key), std::string(header.value.text()));
    }
    if (const auto file = step["request"]["body_file"].text(); !file.empty()) {
      request.body = ReadTestdata(file);
    }
    const HttpResponse response = gateway_.Handle(std::move(request));
    EXPECT_EQ(response.status, step["must_answer"]["status"].AsInt64());
    if (response.status == 200) {
      EXPECT_FALSE(response.headers.Find("WWW-Authenticate"));
    } else {
      EXPECT_EQ(response.headers.Find("WWW-Authenticate"), kChallenge);
    }
  }
  EXPECT_EQ(steps, 3);
  EXPECT_THAT(gateway_.accepted(), SizeIs(1));
}

TEST_F(ChallengeFlowTest, TheChallengeIsExactlyThis) {
  WebhookRequest request = BarePost("");
  request.headers = {};
  const HttpResponse response = gateway_.Handle(std::move(request));
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(response.headers.items(),
              ElementsAre(Pair("Content-Type", "application/json"),
                          Pair("WWW-Authenticate", kChallenge), Pair("X-Request-Id", "test")));
  EXPECT_EQ(response.body,
            R"({"error":"credentials are required","code":"UNAUTHORIZED","requestId":"test"})");
  EXPECT_EQ(gateway_.LastReason(), "credentials_missing");
}

TEST_F(ChallengeFlowTest, NothingIsReadBeforeTheChallenge) {
  for (const std::string& body :
       {std::string("not JSON"), std::string(2'000'000, '['), std::string("\xff\xfe"),
        std::string("[]"), ReadTestdata("seed_inbound_sms.json")}) {
    WebhookRequest request = BarePost(body);
    request.headers.Set("Content-Type", "text/plain");
    EXPECT_EQ(gateway_.Handle(std::move(request)).status, 401);
    EXPECT_EQ(gateway_.LastReason(), "credentials_missing");
  }
  EXPECT_THAT(gateway_.accepted(), IsEmpty());
}

// Otherwise a migration in shadow mode, or an allow-list, would answer an error that makes the
// carrier repeat the same for a day.
TEST(EmptyFirstRequestTest, IsChallengedEvenWhereNothingHadToBeProved) {
  for (std::string_view channel :
       {std::string_view(R"({"adapter":"bandwidth","username":"bw-hook","mode":"shadow",)"
                         R"("password":"s3cret:with:colons"})"),
        std::string_view(R"({"adapter":"bandwidth","allowFrom":["192.0.2.0/24"]})")}) {
    SCOPED_TRACE(channel);
    TestGateway gateway(channel);
    WebhookRequest request = BarePost("");
    request.peer = "192.0.2.7";
    const HttpResponse first = gateway.Handle(request);
    EXPECT_EQ(first.status, 401);
    EXPECT_EQ(first.headers.Find("WWW-Authenticate"), kChallenge);
    request.headers.Set("Authorization", Basic(kUsername, kPasswordCanary));
    EXPECT_EQ(gateway.Handle(request).status, 400);
    request.body = ReadTestdata("seed_inbound_sms.json");
    EXPECT_EQ(gateway.Handle(request).status, 200);
  }
}

struct AuthCase {
  std::string_view name;
  std::string_view channel;  ///< its members besides `adapter`
  std::string_view header;
  std::string value;
  std::string_view peer;
  int status;
  std::string_view code;
  std::string_view reason;  ///< for 200: which key
};

class AuthTest : public ::testing::TestWithParam<AuthCase> {};

TEST_P(AuthTest, IsAnsweredAsConfigured) {
  const AuthCase& c = GetParam();
  TestGateway gateway(R"({"adapter":"bandwidth",)" + std::string(c.channel) + "}");
  ASSERT_THAT(gateway.status(), IsOk());
  WebhookRequest request = BarePost(ReadTestdata("seed_inbound_sms.json"));
  if (!c.header.empty()) request.headers.Set(c.header, c.value);
  request.peer = c.peer;
  const HttpResponse response = gateway.Handle(std::move(request));
  EXPECT_EQ(response.status, c.status) << response.body;
  EXPECT_THAT(gateway.accepted(), SizeIs(c.status == 200 ? 1 : 0));
  const auto report = gateway.observer().requests().back();
  if (c.status == 200) {
    EXPECT_EQ(response.body, kAck);
    EXPECT_EQ(report.key_id, c.reason);
  } else {
    EXPECT_EQ(Code(response), c.code);
    EXPECT_EQ(report.reason, c.reason);
    EXPECT_EQ(response.headers.Find("WWW-Authenticate").has_value(), c.status == 401);
  }
}

constexpr std::string_view kBasicOnly = R"("username":"u","password":["new","old"])";
constexpr std::string_view kTwoPairs =
    R"("username":"u","password":"in","outboundUsername":"v","outboundPassword":"out")";
constexpr std::string_view kOneUser = R"("username":"u","password":"in","outboundPassword":"out")";
constexpr std::string_view kSignatureOnly = R"("signatureKey":["k1","k0"])";
constexpr std::string_view kAddressOnly = R"("allowFrom":["198.51.100.0/24","2001:db8::/32"])";
constexpr std::string_view kAll =
    R"("username":"u","password":"p","signatureKey":"k","allowFrom":["198.51.100.0/24"])";
constexpr std::string_view kElsewhere = "192.0.2.1";
constexpr std::string_view kAllowed = "198.51.100.7";
constexpr std::string_view kNone = "";

std::vector<AuthCase> AuthCases() {
  const std::string body = ReadTestdata("seed_inbound_sms.json");
  const auto sign = [&](std::string_view key) { return Signature(body, key); };
  constexpr std::string_view kAuth = "Authorization";
  constexpr std::string_view kUnauthorized = "UNAUTHORIZED";
  constexpr std::string_view kInvalid = "INVALID_SIGNATURE";
  return {
      {"NewPassword", kBasicOnly, kAuth, Basic("u", "new"), kElsewhere, 200, kNone, "password[0]"},
      {"OldPassword", kBasicOnly, kAuth, Basic("u", "old"), kElsewhere, 200, kNone, "password[1]"},
      {"SchemeInAnyCase", kBasicOnly, kAuth, "bAsIc dTpuZXc=", kElsewhere, 200, kNone,
       "password[0]"},
      {"NoCredentials", kBasicOnly, kNone, "", kElsewhere, 401, kUnauthorized,
       "credentials_missing"},
      {"WrongPassword", kBasicOnly, kAuth, Basic("u", "newer"), kElsewhere, 401, kUnauthorized,
       "credentials_mismatch"},
      {"PrefixOfThePassword", kBasicOnly, kAuth, Basic("u", "ne"), kElsewhere, 401, kUnauthorized,
       "credentials_mismatch"},
      {"NoPassword", kBasicOnly, kAuth, Basic("u", ""), kElsewhere, 401, kUnauthorized,
       "credentials_mismatch"},
      {"WrongUser", kBasicOnly, kAuth, Basic("v", "new"), kElsewhere, 401, kUnauthorized,
       "credentials_mismatch"},
      {"NoUser", kBasicOnly, kAuth, Basic("", "new"), kElsewhere, 401, kUnauthorized,
       "credentials_mismatch"},
      {"UserInAnotherCase", kBasicOnly, kAuth, Basic("U", "new"), kElsewhere, 401, kUnauthorized,
       "credentials_mismatch"},
      {"NotBase64", kBasicOnly, kAuth, "Basic dTpuZXc", kElsewhere, 401, kUnauthorized,
       "credentials_mismatch"},
      {"Bearer", kBasicOnly, kAuth, "Bearer new", kElsewhere, 401, kUnauthorized,
       "credentials_mismatch"},
      {"EmptyAuthorization", kBasicOnly, kAuth, "", kElsewhere, 401, kUnauthorized,
       "credentials_mismatch"},
      {"SignatureThatNobodyAskedFor", kBasicOnly, kContractHeader, sign("new"), kElsewhere, 401,
       kUnauthorized, "credentials_missing"},
      {"InboundPair", kTwoPairs, kAuth, Basic("u", "in"), kElsewhere, 200, kNone, "password[0]"},
      {"OutboundPair", kTwoPairs, kAuth, Basic("v", "out"), kElsewhere, 200, kNone,
       "outboundPassword[0]"},
      {"CrossedPair", kTwoPairs, kAuth, Basic("u", "out"), kElsewhere, 401, kUnauthorized,
       "credentials_mismatch"},
      {"OneUserTwoPasswords", kOneUser, kAuth, Basic("u", "out"), kElsewhere, 200, kNone,
       "outboundPassword[0]"},
      {"SignatureOfTheSubscription", kSignatureOnly, kSubscriptionHeader, sign("k1"), kElsewhere,
       200, kNone, "signatureKey[0]"},
      {"SignatureOfTheContract", kSignatureOnly, kContractHeader, "sha256=" + sign("k0"),
       kElsewhere, 200, kNone, "signatureKey[1]"},
      {"WrongSignature", kSignatureOnly, kContractHeader, sign("k2"), kElsewhere, 401, kInvalid,
       "signature_mismatch"},
      {"CutSignature", kSignatureOnly, kContractHeader, sign("k1").substr(1), kElsewhere, 401,
       kInvalid, "signature_mismatch"},
      {"NoSignature", kSignatureOnly, kNone, "", kElsewhere, 401, kInvalid, "signature_missing"},
      {"CredentialsThatNobodyAskedFor", kSignatureOnly, kAuth, Basic("u", "k1"), kElsewhere, 401,
       kInvalid, "signature_missing"},
      {"AllowedAddress", kAddressOnly, kNone, "", kAllowed, 200, kNone, "allowFrom"},
      {"AllowedAddressOfSix", kAddressOnly, kNone, "", "2001:db8::7", 200, kNone, "allowFrom"},
      {"MappedAddress", kAddressOnly, kNone, "", "::ffff:198.51.100.7", 200, kNone, "allowFrom"},
      {"OtherAddress", kAddressOnly, kNone, "", kElsewhere, 403, "FORBIDDEN", "origin_not_allowed"},
      {"AddressThatIsOnlyClaimed", kAddressOnly, "X-Forwarded-For", std::string(kAllowed),
       kElsewhere, 403, "FORBIDDEN", "origin_not_allowed"},
      {"NoAddress", kAddressOnly, kNone, "", "", 403, "FORBIDDEN", "origin_not_allowed"},
      {"AnyOfAllByPassword", kAll, kAuth, Basic("u", "p"), kElsewhere, 200, kNone, "password[0]"},
      {"AnyOfAllBySignature", kAll, kContractHeader, sign("k"), kElsewhere, 200, kNone,
       "signatureKey[0]"},
      {"AnyOfAllByAddress", kAll, kNone, "", kAllowed, 200, kNone, "allowFrom"},
      {"AnyOfAllByAddressDespiteAWrongPassword", kAll, kAuth, Basic("u", "x"), kAllowed, 200, kNone,
       "allowFrom"},
      {"NoneOfAll", kAll, kNone, "", kElsewhere, 401, kUnauthorized, "credentials_missing"},
      {"NoneOfAllAndAWrongSignature", kAll, kContractHeader, sign("x"), kElsewhere, 401, kInvalid,
       "signature_mismatch"},
  };
}

INSTANTIATE_TEST_SUITE_P(All, AuthTest, ::testing::ValuesIn(AuthCases()),
                         [](const auto& test) { return std::string(test.param.name); });

// Bandwidth sends credentials only where it was challenged, whichever channel comes first.
TEST(SeveralChannelsTest, TheChallengeOutweighsARefusal) {
  AdapterRegistry::Builder adapters;
  Register(adapters);
  Gateway::Builder builder;
  builder.SetSink(std::make_shared<omni::testing::RecordingSink>())
      .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
      .AddChannelJson(R"({"adapter":"bandwidth","allowFrom":["192.0.2.0/24"]})")
      .AddChannelJson(kChannel);
  const auto gateway = std::move(builder).Build(*std::move(adapters).Build());
  ASSERT_THAT(gateway.status(), IsOk());
  WebhookRequest request = BarePost("");
  request.peer = "198.51.100.7";
  const HttpResponse response = (*gateway)->HandleBlocking(std::move(request));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.headers.Find("WWW-Authenticate"), kChallenge);
}

TEST(ConfigurationTest, RefusesAChannelThatAcceptsEverything) {
  EXPECT_THAT(std::string(TestGateway(R"({"adapter":"bandwidth"})").status().message()),
              HasSubstr("no way to authenticate"));
  EXPECT_THAT(
      std::string(TestGateway(R"({"adapter":"bandwidth","allowFrom":[]})").status().message()),
      HasSubstr("no way to authenticate"));
}

TEST(ConfigurationTest, WantsAUserBesideAPassword) {
  EXPECT_THAT(
      std::string(TestGateway(R"({"adapter":"bandwidth","password":"p"})").status().message()),
      HasSubstr("channels[0].username: required beside password"));
  EXPECT_THAT(
      std::string(
          TestGateway(R"({"adapter":"bandwidth","outboundPassword":"p"})").status().message()),
      HasSubstr("channels[0].outboundUsername: required beside outboundPassword"));
  EXPECT_THAT(std::string(TestGateway(R"({"adapter":"bandwidth","usrname":"u","password":"p"})")
                              .status()
                              .message()),
              HasSubstr("did you mean username?"));
}

TEST(SignatureTest, ProvesTheBodyAndNothingOfThePath) {
  TestGateway gateway;
  WebhookRequest request = SignedPost(kContractHeader, ReadTestdata("seed_inbound_sms.json"));
  request.target = "/bandwidth/18885550100";
  EXPECT_EQ(gateway.Handle(request).status, 200);
  const std::vector<Envelope> accepted = gateway.accepted();
  ASSERT_THAT(accepted, SizeIs(1));
  EXPECT_EQ(accepted[0].group, "bandwidth:+14045550123:+12125550187");
  EXPECT_THAT(accepted[0].body, Not(HasSubstr("18885550100")));
  EXPECT_THAT(gateway.observer().ignored(), ElementsAre("destination_mismatch"));
}

TEST(SignatureTest, NoFlippedBitOfTheBodyIsAccepted) {
  TestGateway gateway;
  const WebhookRequest genuine = SignedPost(kSubscriptionHeader, ReadTestdata("tfv_denied.json"));
  for (std::size_t i = 0; i < genuine.body.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      WebhookRequest flipped = genuine;
      flipped.body = Flipped(genuine.body, i, bit);
      ASSERT_EQ(gateway.Handle(std::move(flipped)).status, 401) << i;
    }
  }
  for (const std::string& body :
       {std::string(), genuine.body.substr(1), genuine.body + "\n", " " + genuine.body}) {
    WebhookRequest cut = genuine;
    cut.body = body;
    EXPECT_EQ(gateway.Handle(std::move(cut)).status, 401);
  }
  EXPECT_THAT(gateway.accepted(), IsEmpty());
  EXPECT_EQ(gateway.Handle(genuine).status, 204);
}

TEST(SignatureTest, NoFlippedBitOfTheSignatureIsAccepted) {
  TestGateway gateway;
  const WebhookRequest genuine = SignedPost(kContractHeader, ReadTestdata("seed_inbound_sms.json"));
  const std::string signature(*genuine.headers.Find(kContractHeader));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      const std::string other = Flipped(signature, i, bit);
      // Hex is taken in either case.
      const bool same = bit == 5 && signature[i] >= 'a';
      ASSERT_EQ(gateway.Handle(WithHeader(genuine, kContractHeader, other)).status,
                same ? 200 : 401)
          << i << " " << bit;
    }
  }
}

TEST(CredentialsTest, NoFlippedBitOfThemIsAccepted) {
  TestGateway gateway;
  const WebhookRequest genuine = ProvedPost(ReadTestdata("seed_inbound_sms.json"));
  const std::string credentials(*genuine.headers.Find("Authorization"));
  for (std::size_t i = 0; i < credentials.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      const std::string other = Flipped(credentials, i, bit);
      // The scheme's name is taken in either case.
      const bool same = i < 5 && bit == 5;
      ASSERT_EQ(gateway.Handle(WithHeader(genuine, "Authorization", other)).status,
                same ? 200 : 401)
          << i << " " << bit;
    }
  }
}

TEST(ObserverTest, HearsNoSecretNoSignatureAndNoBody) {
  TestGateway gateway;
  const std::string body = ReadTestdata("seed_inbound_sms.json");
  std::string told;
  for (const WebhookRequest& request :
       {BarePost(body), ProvedPost(body), SignedPost(kContractHeader, body),
        WithHeader(BarePost(body), "Authorization", Basic("user-canary", "wrong-canary")),
        WithHeader(BarePost(body), kContractHeader, Signature(body, "wrong")),
        ProvedPost(ReadTestdata("real_failed_4775_opt_out.json")), ProvedPost("text-canary"),
        ProvedPost(R"([{"type":"message-sent","message":{"from":"+12125550187"}}])")}) {
    told += gateway.Handle(request).body;
  }
  told += gateway.observer().AllText();
  for (const auto& request : gateway.observer().requests()) {
    for (const auto& step : request.explanation.steps) told += step.step + step.detail + '\n';
  }
  EXPECT_THAT(told, HasSubstr("password[1]"));
  const std::string expected = Signature(body, kSignatureKeyCanary);
  for (std::string_view secret :
       {kPasswordCanary, kSignatureKeyCanary, std::string_view(expected),
        std::string_view("user-canary"), std::string_view("wrong-canary"),
        std::string_view("text-canary"), std::string_view("12125550187"),
        std::string_view("14045550123"), std::string_view("back in stock"),
        std::string_view("YnctaG9vaz")}) {
    EXPECT_EQ(told.find(secret), told.npos) << secret;
  }
}

TEST(PreflightTest, IsAnsweredAsTheContractSays) {
  TestGateway gateway;
  WebhookRequest request;
  request.method = HttpMethod::kOptions;
  request.target = kPath;
  const HttpResponse response = gateway.Handle(std::move(request));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
  EXPECT_THAT(
      response.headers.items(),
      ElementsAre(Pair("Access-Control-Allow-Methods", "POST, OPTIONS"),
                  Pair("Access-Control-Allow-Headers", "Content-Type, X-Bandwidth-Signature"),
                  Pair("Access-Control-Allow-Origin", "*"), Pair("X-Request-Id", "test")));
}

}  // namespace
}  // namespace testing
}  // namespace bandwidth
}  // namespace omni::inline v0_1
