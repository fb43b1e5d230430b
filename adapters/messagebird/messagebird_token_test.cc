// `MessageBird-Signature-JWT`, and what its URL hash is compared with.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "messagebird_test_signatures.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::omni::testing::IsOk;

TEST(MessageBirdToken, ATokenCoversUrlAndBodyAndIsToBeUsedOnce) {
  const auto result = Verify(WithToken({.body = kSms}, "one-use"));
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->coverage.url);
  EXPECT_TRUE(result->coverage.body);
  EXPECT_EQ(result->key_id, "signingKey[0]");
  EXPECT_EQ(result->nonce, "one-use");
  EXPECT_EQ(result->nonce_expires, kNow + absl::Seconds(58 + 5));
}

TEST(MessageBirdToken, ClaimsOfATokenMustBeThereAndRight) {
  const auto reason = [](std::string_view claims) {
    Presented presented = {.body = kSms};
    presented.headers.Set(
        "MessageBird-Signature-JWT",
        MakeToken(R"({"iss":"MessageBird","exp":1705314663)" + std::string(claims) + "}"));
    return ReasonOf(Verify(presented));
  };
  const std::string url = R"(,"url_hash":")" + HexHash(kUrl) + "\"";
  const std::string body = R"(,"payload_hash":")" + HexHash(kSms) + "\"";
  const std::string id = R"(,"jti":"1")";
  EXPECT_EQ(reason(id + url + body), "ok");
  EXPECT_EQ(reason(url + body), "jwt_id_missing");
  EXPECT_EQ(reason(R"(,"jti":"")" + url + body), "jwt_id_missing");
  EXPECT_EQ(reason(R"(,"jti":1)" + url + body), "jwt_id_missing");
  EXPECT_EQ(reason(id + body), "url_hash_mismatch");
  EXPECT_EQ(reason(id + R"(,"url_hash":null)" + body), "url_hash_mismatch");
  EXPECT_EQ(reason(id + R"(,"url_hash":"")" + body), "url_hash_mismatch");
  EXPECT_EQ(reason(id + R"(,"url_hash":")" + HexHash(kUrl).substr(2) + "\"" + body),
            "url_hash_mismatch");
  EXPECT_EQ(reason(id + url), "body_hash_missing");
  EXPECT_EQ(reason(id + url + R"(,"payload_hash":null)"), "body_hash_mismatch");
  EXPECT_EQ(reason(id + url + R"(,"payload_hash":[])"), "body_hash_mismatch");
}

TEST(MessageBirdToken, AHashMayBeInEitherCase) {
  Presented presented = {};
  std::string hash = HexHash(kUrl);
  for (char& c : hash) c = c >= 'a' ? static_cast<char>(c - 32) : c;
  presented.headers.Set(
      "MessageBird-Signature-JWT",
      MakeToken(R"({"iss":"MessageBird","exp":1705314663,"jti":"1","url_hash":")" + hash + "\"}"));
  EXPECT_THAT(Verify(presented), IsOk());
}

TEST(MessageBirdToken, AFailedTokenIsNotTriedAgainWithAWeakerScheme) {
  Presented presented = WithTimestamp({.body = kSms}, "");
  ASSERT_THAT(Verify(presented), IsOk());
  presented.headers.Set("MessageBird-Signature-JWT", "a.b.c");
  EXPECT_EQ(ReasonOf(Verify(presented)), "jwt_malformed");
  presented.headers.Set("MessageBird-Signature-JWT", "");
  EXPECT_EQ(ReasonOf(Verify(presented)), "jwt_malformed");
  presented.headers.Set("MessageBird-Signature-JWT", MakeToken(MakeClaims({.body = "other"})));
  EXPECT_EQ(ReasonOf(Verify(presented)), "body_hash_mismatch");
}

TEST(MessageBirdToken, AForeignHeaderMakesAGenuineRequestFailAndNoForgedOnePass) {
  Presented presented = WithTimestamp({.body = kSms}, "");
  presented.headers.Set("webhook-signature", "v1,AAAA");
  EXPECT_EQ(ReasonOf(Verify(presented)), "signature_missing");
  // A token decides over all others.
  presented = WithToken({.body = kSms});
  presented.headers.Set("webhook-signature", "v1,AAAA");
  presented.headers.Set("MessageBird-Signature", "sha256=00");
  EXPECT_THAT(Verify(presented), IsOk());
}

TEST(MessageBirdToken, ARepeatedHeaderIsRefused) {
  for (std::string_view name :
       {"MessageBird-Signature-JWT", "MessageBird-Signature", "MessageBird-Request-Timestamp"}) {
    Presented presented =
        name.ends_with("JWT") ? WithToken({.body = kSms}) : WithTimestamp({.body = kSms}, "");
    ASSERT_THAT(Verify(presented), IsOk());
    presented.headers.Add(std::string(name), std::string(*presented.headers.Find(name)));
    EXPECT_EQ(ReasonOf(Verify(presented)), "signature_repeated") << name;
  }
}

TEST(MessageBirdToken, HashesTheUrlWithoutUserInfoAndFragment) {
  struct Case {
    std::string_view signed_url;
    std::string_view presented_url;
    bool accepted;
  };
  constexpr Case kCases[] = {
      {"https://h.example/p?a=1", "https://h.example/p?a=1", true},
      {"https://h.example/p", "https://user:pw@h.example/p", true},
      {"https://h.example/p", "https://h.example/p#rc=2", true},
      {"https://h.example/p", "https://h.example:443/p", true},
      {"https://h.example:443/p", "https://h.example:443/p", true},
      {"http://h.example/p", "http://h.example:80/p", true},
      {"https://h.example:8443/p", "https://h.example:8443/p", true},
      {"https://h.example/", "https://h.example", true},
      {"https://h.example/p", "https://h.example:80/p", false},
      {"https://h.example:443/p", "https://h.example/p", false},
      {"https://h.example/p", "http://h.example/p", false},
      {"https://h.example/p", "https://h.example/p/", false},
      {"https://h.example/p", "https://h.example/P", false},
      {"https://h.example/p", "https://H.example/p", false},
      {"https://h.example/p", "https://h.example/p?", false},
      {"https://h.example/p?a=1&b=2", "https://h.example/p?b=2&a=1", false},
      {"https://h.example/p?a=%2B", "https://h.example/p?a=%2b", false},
      {"https://h.example/p?a=+", "https://h.example/p?a=%20", false},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.presented_url);
    Presented presented = WithToken({.url = std::string(c.signed_url), .body = kSms});
    presented.url = c.presented_url;
    EXPECT_EQ(ReasonOf(Verify(presented)), c.accepted ? "ok" : "url_hash_mismatch");
    presented = WithTimestamp({.url = "https://other.example/", .body = kSms}, c.signed_url);
    presented.url = c.presented_url;
    EXPECT_EQ(ReasonOf(Verify(presented)), c.accepted ? "ok" : "signature_mismatch");
  }
}

TEST(MessageBirdToken, AnUnknownUrlProvesNoToken) {
  for (std::string_view url : {"", "/messagebird", "ftp://h/p", "https://", "https://a b/"}) {
    Presented presented = WithToken({.url = std::string(url), .body = kSms});
    EXPECT_EQ(ReasonOf(Verify(presented)), "url_unknown") << url;
  }
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
