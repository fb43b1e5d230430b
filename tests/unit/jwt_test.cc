#include "omni/support/jwt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>
#include <string_view>
#include <vector>

#include "omni/error.h"
#include "omni/support/encoding.h"

namespace omni {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kSecret = "a-shared-secret-of-the-test";
constexpr std::int64_t kNow = 1'705'314'605;
constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::string_view kClaims =
    R"({"iss":"issuer","nbf":1705314603,"exp":1705314663,"jti":"1"})";
constexpr JwtAlgorithm kAll[] = {JwtAlgorithm::kHs256, JwtAlgorithm::kHs384, JwtAlgorithm::kHs512};

std::string Mac(const EVP_MD* digest, std::string_view secret, std::string_view text) {
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(mac.data()), &size);
  mac.resize(size);
  return mac;
}

std::string MakeToken(std::string_view header, std::string_view claims,
                      const EVP_MD* digest = EVP_sha256(), std::string_view secret = kSecret) {
  const std::string text = Base64UrlEncode(header) + "." + Base64UrlEncode(claims);
  return text + "." + Base64UrlEncode(Mac(digest, secret, text));
}

struct Check {
  JwtRules rules = {};
  std::int64_t now = kNow;
  KeyRing keys = KeyRing::Of("key", {kSecret});
  Explanation* explanation = nullptr;
};

absl::StatusOr<Jwt> Verify(std::string_view token, const Check& check = {}) {
  return VerifyJwt({.token = token,
                    .keys = check.keys,
                    .rules = check.rules,
                    .now = absl::FromUnixSeconds(check.now),
                    .explanation = check.explanation});
}

std::string ReasonOf(const absl::StatusOr<Jwt>& jwt) {
  if (jwt.ok()) return "ok";
  EXPECT_EQ(jwt.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(GetErrorDetail(jwt.status()).code, "INVALID_SIGNATURE");
  return GetErrorDetail(jwt.status()).reason;
}

std::string ReasonOfClaims(std::string_view claims, const Check& check = {}) {
  return ReasonOf(Verify(MakeToken(kHeader, claims), check));
}

TEST(JwtTest, GivesOutTheClaimsOfAGenuineToken) {
  const auto jwt = Verify(MakeToken(kHeader, kClaims));
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  EXPECT_EQ(jwt->claims.root()["jti"].text(), "1");
  EXPECT_EQ(jwt->key_id, "key[0]");
  EXPECT_EQ(jwt->expires, absl::FromUnixSeconds(1'705'314'663));
}

// The example of RFC 7515, appendix A.1.
TEST(JwtTest, AcceptsTheExampleOfRfc7515) {
  const std::optional<std::string> secret = Base64UrlDecode(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  ASSERT_TRUE(secret.has_value());
  const auto jwt = Verify(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnV"
      "lfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
      {.rules = {.issuer = "joe"}, .now = 1'300'819'379, .keys = KeyRing::Of("key", {*secret})});
  EXPECT_TRUE(jwt.ok()) << jwt.status();
}

TEST(JwtTest, TriesEveryKeyOfTheRing) {
  const auto jwt = Verify(MakeToken(kHeader, kClaims),
                          {.keys = KeyRing::Of("key", {"newer", kSecret, "older"})});
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  EXPECT_EQ(jwt->key_id, "key[1]");
  EXPECT_EQ(ReasonOf(Verify(MakeToken(kHeader, kClaims), {.keys = KeyRing::Of("key", {"a", "b"})})),
            "signature_mismatch");
  EXPECT_EQ(ReasonOf(Verify(MakeToken(kHeader, kClaims), {.keys = KeyRing()})),
            "signature_mismatch");
}

TEST(JwtTest, TheTokenDoesNotChooseItsAlgorithm) {
  for (std::string_view header :
       {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"RS256"})", R"({"alg":"ES256"})",
        R"({"alg":"PS256"})", R"({"alg":"HS384"})", R"({"alg":"HS512"})", R"({"alg":"hs256"})",
        R"({"alg":"HS256 "})", R"({"alg":""})", R"({"alg":null})", R"({"alg":["HS256"]})", "{}"}) {
    EXPECT_EQ(ReasonOf(Verify(MakeToken(header, kClaims))), "jwt_algorithm_not_allowed") << header;
  }
  const std::string unsigned_token =
      Base64UrlEncode(R"({"alg":"none"})") + "." + Base64UrlEncode(kClaims) + ".";
  EXPECT_EQ(ReasonOf(Verify(unsigned_token)), "jwt_algorithm_not_allowed");
}

TEST(JwtTest, ChecksEachAllowedAlgorithmByItsOwnDigest) {
  struct Case {
    std::string_view header;
    const EVP_MD* digest;
  };
  const Case cases[] = {{R"({"alg":"HS256"})", EVP_sha256()},
                        {R"({"alg":"HS384"})", EVP_sha384()},
                        {R"({"alg":"HS512"})", EVP_sha512()}};
  for (const Case& named : cases) {
    for (const Case& used : cases) {
      const auto jwt =
          Verify(MakeToken(named.header, kClaims, used.digest), {.rules = {.algorithms = kAll}});
      EXPECT_EQ(ReasonOf(jwt), named.digest == used.digest ? "ok" : "signature_mismatch")
          << named.header;
    }
  }
}

TEST(JwtTest, RefusesAnExtensionThatItMustUnderstand) {
  EXPECT_EQ(ReasonOf(Verify(MakeToken(R"({"alg":"HS256","crit":["b64"],"b64":false})", kClaims))),
            "jwt_malformed");
}

TEST(JwtTest, RefusesWhatIsNoToken) {
  const std::string token = MakeToken(kHeader, kClaims);
  const std::string header = Base64UrlEncode(kHeader);
  const std::string claims = Base64UrlEncode(kClaims);
  const std::vector<std::string> malformed = {"",
                                              ".",
                                              "..",
                                              "a.b",
                                              header + "." + claims,
                                              "." + token,
                                              token + ".",
                                              token + ".x",
                                              "Bearer " + token,
                                              " " + token};
  for (const std::string& text : malformed) {
    EXPECT_EQ(ReasonOf(Verify(text)), "jwt_malformed") << text;
  }
  for (std::string_view part : {"[]", "1", "\"x\"", "null", "{", "", "{}x", "\xff"}) {
    EXPECT_EQ(ReasonOf(Verify(MakeToken(part, kClaims))), "jwt_malformed") << part;
    EXPECT_EQ(ReasonOf(Verify(MakeToken(kHeader, part))), "jwt_malformed") << part;
  }
}

TEST(JwtTest, ReadsTheStrictFormOfBase64UrlOnly) {
  const std::string claims = Base64UrlEncode(kClaims);
  for (const std::string& header :
       {Base64UrlEncode(kHeader) + "=", Base64Encode(R"({"alg":"HS256"} )"),
        Base64UrlEncode(kHeader) + "\n", Base64UrlEncode(kHeader) + "!"}) {
    const std::string text = header + "." + claims;
    const std::string token = text + "." + Base64UrlEncode(Mac(EVP_sha256(), kSecret, text));
    EXPECT_EQ(ReasonOf(Verify(token)), "jwt_malformed") << header;
  }
  // The signature has one spelling.
  const std::string token = MakeToken(kHeader, kClaims);
  EXPECT_EQ(ReasonOf(Verify(token + "=")), "signature_mismatch");
  std::string other_bits = token;
  ++other_bits.back();
  EXPECT_EQ(ReasonOf(Verify(other_bits)), "signature_mismatch");
}

TEST(JwtTest, RefusesATokenBeyondItsLimits) {
  const std::string long_claims = R"({"exp":1705314663,"x":")" + std::string(7'000, 'x') + "\"}";
  const std::string token = MakeToken(kHeader, long_claims);
  EXPECT_EQ(ReasonOf(Verify(token)), "jwt_malformed");
  EXPECT_EQ(ReasonOf(Verify(token, {.rules = {.max_bytes = token.size()}})), "ok");
  const std::string deep =
      R"({"exp":1705314663,"x":)" + std::string(20, '[') + std::string(20, ']') + "}";
  EXPECT_EQ(ReasonOfClaims(deep), "jwt_malformed");
}

TEST(JwtTest, ReadsTheClaimsOnlyAfterTheSignatureHolds) {
  EXPECT_EQ(ReasonOf(Verify(MakeToken(kHeader, "{", EVP_sha256(), "other"))), "signature_mismatch");
  EXPECT_EQ(ReasonOf(Verify(MakeToken(kHeader, R"({"exp":1})", EVP_sha256(), "other"))),
            "signature_mismatch");
}

TEST(JwtTest, AllowsForTheSkewOfClocks) {
  const auto at = [](std::int64_t now) {
    return ReasonOfClaims(kClaims, {.rules = {.clock_skew = absl::Seconds(5)}, .now = now});
  };
  EXPECT_EQ(at(1'705'314'597), "jwt_not_yet_valid");
  EXPECT_EQ(at(1'705'314'598), "ok");
  EXPECT_EQ(at(1'705'314'667), "ok");
  EXPECT_EQ(at(1'705'314'668), "jwt_expired");
}

TEST(JwtTest, WantsAnEnd) {
  for (std::string_view claims :
       {R"({"nbf":1705314603})", R"({"exp":null})", R"({"exp":"1705314663"})",
        R"({"exp":1705314663.5})", R"({"exp":true})", R"({"exp":[1705314663]})",
        R"({"exp":-1705314663})", R"({"exp":0})", R"({"exp":1705314663,"exp":1})"}) {
    EXPECT_EQ(ReasonOfClaims(claims), "jwt_expired") << claims;
  }
  EXPECT_EQ(ReasonOfClaims(R"({"exp":9223372036854775807})"), "ok");
}

TEST(JwtTest, HeedsABeginningThatItCannotRead) {
  EXPECT_EQ(ReasonOfClaims(R"({"exp":1705314663})"), "ok");
  for (std::string_view start : {"null", "\"1705314603\"", "1705314603.5", "9223372036854775807"}) {
    EXPECT_EQ(ReasonOfClaims(R"({"exp":1705314663,"nbf":)" + std::string(start) + "}"),
              "jwt_not_yet_valid")
        << start;
  }
}

TEST(JwtTest, ComparesTheIssuerWhereOneIsExpected) {
  const Check expecting = {.rules = {.issuer = "issuer"}};
  EXPECT_EQ(ReasonOfClaims(kClaims, expecting), "ok");
  for (std::string_view issuer : {"\"Issuer\"", "\"issuer \"", "\"\"", "null", "[\"issuer\"]"}) {
    EXPECT_EQ(ReasonOfClaims(R"({"exp":1705314663,"iss":)" + std::string(issuer) + "}", expecting),
              "jwt_issuer")
        << issuer;
  }
  EXPECT_EQ(ReasonOfClaims(R"({"exp":1705314663})", expecting), "jwt_issuer");
  EXPECT_EQ(ReasonOfClaims(R"({"exp":1705314663})"), "ok");
}

TEST(JwtTest, NoFlippedBitIsAccepted) {
  std::string token = MakeToken(kHeader, kClaims);
  ASSERT_EQ(ReasonOf(Verify(token)), "ok");
  for (char& c : token) {
    const char original = c;
    for (int bit = 0; bit < 8; ++bit) {
      c = static_cast<char>(original ^ (1 << bit));
      EXPECT_FALSE(Verify(token).ok()) << token;
    }
    c = original;
  }
}

TEST(JwtTest, ExplainsItselfWithoutTellingTheToken) {
  Explanation explanation;
  const std::string token = MakeToken(kHeader, kClaims);
  static_cast<void>(Verify(token, {.now = kNow + 1'000,
                                   .keys = KeyRing::Of("key", {"newer", kSecret}),
                                   .explanation = &explanation}));
  std::vector<std::string> steps;
  for (const ExplanationStep& step : explanation.steps) {
    steps.push_back((step.passed ? "+ " : "- ") + step.step + " " + step.detail);
    EXPECT_THAT(step.detail, Not(HasSubstr(token.substr(token.size() - 10))));
  }
  EXPECT_THAT(steps, ElementsAre("+ token " + std::to_string(token.size()) + " bytes",
                                 "+ algorithm of the token's header", "- key key[0]",
                                 "+ key key[1]", "- claims issuer and times"));
}

}  // namespace
}  // namespace omni
