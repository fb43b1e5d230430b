/// \file
/// Whether requests are genuine: `Authorization`, the carrier's verification token, configuration.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inteliquent_test_gateway.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr std::string_view kId = "6d0f4b1a-52c7-4f0e-9b7e-000000100001";

std::string Hash(std::string_view key, std::string_view id = kId) {
  return HexEncode(AsView(Sha256(std::string(key) + std::string(id))));
}

std::string Hmac(std::string_view key, std::string_view id = kId) {
  return HexEncode(AsView(HmacSha256Key(key).Sign(id)));
}

std::string Upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

Headers Auth(std::string value) { return {{"Authorization", std::move(value)}}; }

Headers Token(std::string token, std::string_view id = kId) {
  return {{std::string(kIdHeader), std::string(id)}, {std::string(kTokenHeader), std::move(token)}};
}

struct AuthCase {
  std::string_view name;
  std::string_view channel;  ///< what it is configured with
  Headers headers;
  int status;
  std::string_view told;  ///< for 200 which key proved it, else the reason
};

class AuthTest : public ::testing::TestWithParam<AuthCase> {};

TEST_P(AuthTest, IsAnsweredAsConfigured) {
  const AuthCase& c = GetParam();
  TestGateway gateway(R"({"adapter":"inteliquent",)" + std::string(c.channel) + "}");
  ASSERT_THAT(gateway.status(), IsOk());
  WebhookRequest request = BarePost(Message(""));
  for (const auto& [name, value] : c.headers) request.headers.Add(name, value);
  const HttpResponse response = gateway.Handle(std::move(request));
  EXPECT_THAT(gateway.accepted(), SizeIs(c.status == 200 ? 1 : 0));
  const auto report = gateway.LastReport();
  EXPECT_EQ(c.status == 200 ? report.key_id : report.reason, c.told);
  EXPECT_EQ(response.status, c.status);
  constexpr std::string_view kAccepted = R"({"success":true,"messageId":"m1","status":"accepted"})";
  constexpr std::string_view kMissing =
      R"({"error":"a credential is required","code":"UNAUTHORIZED","requestId":"test"})";
  constexpr std::string_view kWrong =
      R"({"error":"the credential is wrong","code":"FORBIDDEN","requestId":"test"})";
  EXPECT_EQ(response.body, c.status == 200 ? kAccepted : c.status == 401 ? kMissing : kWrong);
}

constexpr std::string_view kTokenOnly = R"("token":["new","old"])";
constexpr std::string_view kHashOnly = R"("apiKey":["k1","k0"])";
constexpr std::string_view kHmacOnly = R"("apiKey":["k1","k0"],"verificationScheme":"hmacSha256")";
constexpr std::string_view kBothSchemes = R"("apiKey":"k1","verificationScheme":"either")";
constexpr std::string_view kAll = R"("token":"t","apiKey":"k1")";
constexpr std::string_view kMissing = "credential_missing";
constexpr std::string_view kMismatch = "credential_mismatch";

std::vector<AuthCase> AuthorizationCases() {
  return {
      {"Bearer", kTokenOnly, Auth("Bearer new"), 200, "token[0]"},
      {"OldKey", kTokenOnly, Auth("Bearer old"), 200, "token[1]"},
      {"BareKey", kTokenOnly, Auth("new"), 200, "token[0]"},
      {"SchemeInAnyCase", kTokenOnly, Auth("bEARER  new "), 200, "token[0]"},
      {"HeaderInAnyCase", kTokenOnly, {{"authorization", "Bearer new"}}, 200, "token[0]"},
      {"NoAuthorization", kTokenOnly, {}, 401, kMissing},
      {"EmptyAuthorization", kTokenOnly, Auth(""), 401, kMissing},
      {"BearerOfNothing", kTokenOnly, Auth("Bearer  "), 401, kMissing},
      {"WrongKey", kTokenOnly, Auth("Bearer newer"), 403, kMismatch},
      {"PrefixOfTheKey", kTokenOnly, Auth("Bearer ne"), 403, kMismatch},
      {"KeyInAnotherCase", kTokenOnly, Auth("Bearer NEW"), 403, kMismatch},
      {"BothKeys", kTokenOnly, Auth("Bearer new old"), 403, kMismatch},
      {"AnotherScheme", kTokenOnly, Auth("Basic bmV3"), 403, kMismatch},
      {"SchemeWithoutSpace", kTokenOnly, Auth("Bearernew"), 403, kMismatch},
      {"KeyInAnotherHeader", kTokenOnly, {{"X-Api-Key", "new"}}, 401, kMissing},
      {"TokenThatNobodyAskedFor", kTokenOnly, Token(Hash("new")), 401, kMissing},
  };
}

std::vector<AuthCase> TokenCases() {
  const std::string extended = std::string(kId) + "\x80" + "x";
  return {
      {"Hash", kHashOnly, Token(Hash("k1")), 200, "apiKey[0]:sha256Concat"},
      {"HashOfTheOldKey", kHashOnly, Token(Hash("k0")), 200, "apiKey[1]:sha256Concat"},
      {"HashInUpperCase", kHashOnly, Token(Upper(Hash("k1"))), 200, "apiKey[0]:sha256Concat"},
      {"HeadersInAnyCase",
       kHashOnly,
       {{"MessageId", std::string(kId)}, {"Verificationtoken", Hash("k1")}},
       200,
       "apiKey[0]:sha256Concat"},
      {"HmacWhereAHashIsDue", kHashOnly, Token(Hmac("k1")), 403, kMismatch},
      {"Hmac", kHmacOnly, Token(Hmac("k0")), 200, "apiKey[1]:hmacSha256"},
      {"HashWhereAnHmacIsDue", kHmacOnly, Token(Hash("k1")), 403, kMismatch},
      {"EitherHash", kBothSchemes, Token(Hash("k1")), 200, "apiKey[0]:sha256Concat"},
      {"EitherHmac", kBothSchemes, Token(Hmac("k1")), 200, "apiKey[0]:hmacSha256"},
      {"WrongApiKey", kHashOnly, Token(Hash("k2")), 403, kMismatch},
      {"NoToken", kHashOnly, {{std::string(kIdHeader), std::string(kId)}}, 401, kMissing},
      {"NoId", kHashOnly, {{std::string(kTokenHeader), Hash("k1", "")}}, 403, kMismatch},
      {"EmptyId", kHashOnly, Token(Hash("k1", ""), ""), 403, kMismatch},
      {"AnotherId", kHashOnly, Token(Hash("k1", "another-id"), kId), 403, kMismatch},
      {"ShortestId", kHashOnly, Token(Hash("k1", "12345678"), "12345678"), 200,
       "apiKey[0]:sha256Concat"},
      {"TooShortId", kHashOnly, Token(Hash("k1", "1234567"), "1234567"), 403, kMismatch},
      {"LongestId", kHashOnly, Token(Hash("k1", std::string(64, 'a')), std::string(64, 'a')), 200,
       "apiKey[0]:sha256Concat"},
      {"TooLongId", kHashOnly, Token(Hash("k1", std::string(65, 'a')), std::string(65, 'a')), 403,
       kMismatch},
      {"ExtendedId", kHashOnly, Token(Hash("k1", extended), extended), 403, kMismatch},
      {"CutToken", kHashOnly, Token(Hash("k1").substr(1)), 403, kMismatch},
      {"EmptyToken", kHashOnly, Token(""), 403, kMismatch},
      {"TokenThatIsNotHex", kHashOnly, Token(std::string(64, 'g')), 403, kMismatch},
      {"AuthorizationThatNobodyAskedFor", kHashOnly, Auth("Bearer k1"), 401, kMissing},
      {"NoHeaders", kHashOnly, {}, 401, kMissing},
      {"AllByAuthorization", kAll, Auth("Bearer t"), 200, "token[0]"},
      {"AllByToken", kAll, Token(Hash("k1")), 200, "apiKey[0]:sha256Concat"},
      {"NoneOfAll", kAll, {}, 401, kMissing},
      {"WrongOfAll", kAll, Auth("Bearer k1"), 403, kMismatch},
  };
}

INSTANTIATE_TEST_SUITE_P(Authorization, AuthTest, ::testing::ValuesIn(AuthorizationCases()),
                         [](const auto& test) { return std::string(test.param.name); });
INSTANTIATE_TEST_SUITE_P(Token, AuthTest, ::testing::ValuesIn(TokenCases()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(EitherProofTest, IsEnoughBesideAWrongOther) {
  TestGateway gateway(R"({"adapter":"inteliquent","token":"t","apiKey":"k1"})");
  WebhookRequest request = BarePost(Message(""));
  request.headers.Add("Authorization", "Bearer wrong");
  for (const auto& [name, value] : Token(Hash("k1"))) request.headers.Add(name, value);
  EXPECT_EQ(gateway.Handle(std::move(request)).status, 200);
}

absl::StatusOr<VerifyResult> Verify(const WebhookRequest& request) {
  KeySet keys;
  keys.Set("token", KeyRing::Of("token", {"t"}));
  keys.Set("apiKey", KeyRing::Of("apiKey", {"k1"}));
  return MakeAdapter({}).value()->Verify({.request = request,
                                          .mount = "receive",
                                          .path_params = {},
                                          .external_url = {},
                                          .keys = keys,
                                          .now = absl::UnixEpoch()});
}

TEST(CoverageTest, IsTheWholeRequestForACredentialAndNothingForAToken) {
  const auto credential = Verify(WithHeader(BarePost("{}"), "Authorization", "t"));
  ASSERT_THAT(credential, IsOk());
  EXPECT_TRUE(credential->coverage.body);
  EXPECT_TRUE(credential->coverage.url);
  EXPECT_EQ(credential->nonce, "");

  const auto token = Verify(WithHeader(WithHeader(BarePost("{}"), kIdHeader, std::string(kId)),
                                       kTokenHeader, Hash("k1")));
  ASSERT_THAT(token, IsOk());
  EXPECT_FALSE(token->coverage.body);
  EXPECT_FALSE(token->coverage.url);
  EXPECT_EQ(token->nonce, kId);
  EXPECT_EQ(token->nonce_expires, absl::UnixEpoch() + absl::Hours(24));
}

TEST(OrderTest, NothingIsReadBeforeTheProof) {
  TestGateway gateway;
  for (const std::string& body : {std::string("not JSON"), std::string(2'000'000, '['),
                                  std::string("\xff\xfe"), Message("")}) {
    WebhookRequest request = BarePost(body);
    request.headers.Set("Content-Type", "text/plain");
    EXPECT_EQ(gateway.Handle(request).status, 401);
    request.headers.Set("Authorization", "Bearer wrong");
    EXPECT_EQ(gateway.Handle(request).status, 403);
  }
  EXPECT_THAT(gateway.accepted(), IsEmpty());
}

TEST(CredentialTest, NoFlippedBitOfItIsAccepted) {
  TestGateway gateway;
  const std::string genuine = "Bearer " + std::string(kKeyCanary);
  for (std::size_t i = 0; i < genuine.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = genuine;
      other[i] = static_cast<char>(other[i] ^ (1 << bit));
      // The scheme's name is taken in either case.
      const bool same = i < 6 && bit == 5;
      ASSERT_EQ(gateway.Handle(WithHeader(BarePost(Message("")), "Authorization", other)).status,
                same ? 200 : 403)
          << i << " " << bit;
    }
  }
}

TEST(TokenTest, NoFlippedBitOfItsIdIsAccepted) {
  TestGateway gateway;
  const WebhookRequest genuine = FixtureRequest("seed_inbound_sms", "sha256_concat");
  const std::string id(*genuine.headers.Find(kIdHeader));
  for (std::size_t i = 0; i < id.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = id;
      other[i] = static_cast<char>(other[i] ^ (1 << bit));
      ASSERT_EQ(gateway.Handle(WithHeader(genuine, kIdHeader, other)).status, 403) << i;
    }
  }
  EXPECT_EQ(gateway.Handle(genuine).status, 200);
}

// It covers no body, so that whoever has overheard one could put anything under it.
TEST(TokenTest, IsGoodForOneRequestAndForItsRepetition) {
  TestGateway gateway;
  WebhookRequest request = FixtureRequest("native_inbound_group", "sha256_concat");
  EXPECT_EQ(gateway.Handle(request).status, 200);
  EXPECT_EQ(gateway.Handle(request).status, 200);
  EXPECT_EQ(gateway.LastReport().duplicates, 2U);
  request.body = Message(R"("messageId":"another")");
  EXPECT_EQ(gateway.Handle(request).status, 401);
  EXPECT_EQ(gateway.LastReport().reason, "proof_replayed");
  EXPECT_THAT(gateway.accepted(), SizeIs(2));
}

std::string Problem(std::string_view members) {
  return std::string(
      TestGateway(R"({"adapter":"inteliquent")" + std::string(members) + "}").status().message());
}

TEST(ConfigurationTest, RefusesAChannelThatAcceptsEverything) {
  EXPECT_THAT(Problem(""), HasSubstr("no way to authenticate"));
  // An address is no proof: the carrier publishes none.
  EXPECT_THAT(Problem(R"(,"allowFrom":["192.0.2.0/24"])"), HasSubstr("no way to authenticate"));
}

TEST(ConfigurationTest, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(Problem(R"(,"token":"t","ourNumber":[])"), HasSubstr("did you mean ourNumbers?"));
  EXPECT_THAT(Problem(R"(,"token":"t","verificationScheme":"md5")"),
              HasSubstr("verificationScheme"));
  EXPECT_THAT(Problem(R"(,"token":"t","ourNumbers":["14045550123","x"])"),
              HasSubstr("channels[0].ourNumbers[1]: expected a phone number or short code"));
  EXPECT_EQ(Problem(R"(,"token":"t","ourNumbers":["4045550123","+14045550124","72345"])"), "");
}

TEST(PreflightTest, IsAnsweredAsTheContractSays) {
  TestGateway gateway;
  for (std::string_view path : {kPath, kReceiptsPath}) {
    WebhookRequest request;
    request.method = HttpMethod::kOptions;
    request.target = path;
    const HttpResponse response = gateway.Handle(std::move(request));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "");
    EXPECT_THAT(
        response.headers.items(),
        ElementsAre(Pair("Access-Control-Allow-Methods", "POST, OPTIONS"),
                    Pair("Access-Control-Allow-Headers", "Content-Type, Authorization"),
                    Pair("Access-Control-Max-Age", "86400"),
                    Pair("Access-Control-Allow-Origin", "*"), Pair("X-Request-Id", "test")));
  }
}

TEST(ObserverTest, HearsNoSecretNoTokenAndNoBody) {
  TestGateway gateway;
  std::string told;
  for (const WebhookRequest& request :
       {BarePost(Message(R"("text":"text-canary")")),
        ProvedPost(Message(R"("text":"text-canary")")),
        WithHeader(BarePost("{}"), "Authorization", "Bearer wrong-canary"),
        WithHeader(WithHeader(BarePost("{}"), kIdHeader, std::string(kId)), kTokenHeader,
                   Hash("wrong")),
        FixtureRequest("native_receipt_undeliv", "sha256_concat"), ProvedPost("text-canary"),
        ProvedPost(R"({"messageId":"id-canary","type":"sms","from":"12125550187"})")}) {
    told += gateway.Handle(request).body;
  }
  told += gateway.observer().AllText();
  for (const auto& request : gateway.observer().requests()) {
    for (const auto& step : request.explanation.steps) told += step.step + step.detail + '\n';
  }
  EXPECT_THAT(told, HasSubstr("token[1]"));
  EXPECT_THAT(told, HasSubstr("apiKey[0]:hmacSha256"));
  const std::string expected = Hash(kKeyCanary);
  const std::string presented = Hash("wrong");
  for (std::string_view secret :
       {kKeyCanary, std::string_view(expected), std::string_view(presented), kId,
        std::string_view("wrong-canary"), std::string_view("text-canary"),
        std::string_view("id-canary"), std::string_view("12125550187"),
        std::string_view("14045550123")}) {
    EXPECT_EQ(told.find(secret), told.npos) << secret;
  }
}

}  // namespace
}  // namespace testing
}  // namespace inteliquent
}  // namespace omni::inline v0_1
