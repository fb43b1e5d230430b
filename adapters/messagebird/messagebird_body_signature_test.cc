// Signatures that cover the body and no URL: `sha256=`, and Standard Webhooks.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "messagebird_test_signatures.h"
#include "omni/error.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::omni::testing::IsOk;

TEST(MessageBirdBodySignature, ABodySignatureCoversTheBodyAndNothingElse) {
  const auto result = Verify(WithBodySignature({.body = kSms}));
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->coverage.body);
  EXPECT_FALSE(result->coverage.url);
  EXPECT_FALSE(result->coverage.query);
}

TEST(MessageBirdBodySignature, ABodySignatureIsForJsonObjectsOnly) {
  EXPECT_EQ(ReasonOf(Verify(WithBodySignature({.body = " \r\n{}"}))), "ok");
  for (std::string_view body : {"", " ", "[]", "a=1", "1705314602\n\nxxxx", "eyJ.eyJ"}) {
    Presented presented = WithBodySignature({.body = std::string(body)});
    const auto result = Verify(presented);
    EXPECT_EQ(ReasonOf(result), "body_not_covered") << body;
    // It is the account's own, so it is no use to look for a wrong key.
    EXPECT_EQ(GetErrorDetail(result.status()).http_status, 400) << body;
    EXPECT_EQ(GetErrorDetail(result.status()).code, "INVALID_PAYLOAD") << body;
    presented.body += ' ';
    EXPECT_EQ(ReasonOf(Verify(presented)), "signature_mismatch") << body;
  }
}

// The MAC of a text of the older scheme, presented as that of a body.
TEST(MessageBirdBodySignature, NoSignatureOfOneSchemePassesInAnother) {
  const std::string query = "id=1&recipient=15551234567&status=delivered";
  const Presented genuine =
      WithTimestamp({.method = HttpMethod::kGet, .url = std::string(kUrl) + "?" + query}, query);
  ASSERT_THAT(Verify(genuine), IsOk());
  const std::string text = "1705314602\n" + query + "\n" + std::string(AsView(Sha256("")));
  const Presented replayed =
      WithBodySignature({.headers = {{"Content-Type", std::string(kFormType)}}, .body = text});
  ASSERT_EQ(HexDecode(replayed.headers.Find("MessageBird-Signature")->substr(7)),
            Base64Decode(*genuine.headers.Find("MessageBird-Signature")));
  EXPECT_EQ(ReasonOf(Verify(replayed)), "body_not_covered");
}

TEST(MessageBirdBodySignature, ABodySignatureIsHexadecimalOfEitherCase) {
  const Presented genuine = WithBodySignature({.body = kSms});
  const std::string signature(*genuine.headers.Find("MessageBird-Signature"));
  const auto reason = [&genuine](const std::string& other) {
    Presented presented = genuine;
    presented.headers.Set("MessageBird-Signature", other);
    return ReasonOf(Verify(presented));
  };
  std::string upper = signature;
  for (std::size_t i = 7; i < upper.size(); ++i) {
    if (upper[i] >= 'a') upper[i] = static_cast<char>(upper[i] - 32);
  }
  EXPECT_EQ(reason(upper), "ok");
  EXPECT_EQ(reason("sha256="), "signature_mismatch");
  EXPECT_EQ(reason(signature.substr(0, 69)), "signature_mismatch");
  EXPECT_EQ(reason("sha256=abc123def456"), "signature_mismatch");
  EXPECT_EQ(reason(signature + "0"), "signature_malformed");
  EXPECT_EQ(reason("sha256=xyz"), "signature_malformed");
}

TEST(MessageBirdBodySignature, ABodySignatureCanBeForbidden) {
  EXPECT_EQ(ReasonOf(Verify(WithBodySignature({.body = kSms}), {.accept_body_signature = false})),
            "signature_malformed");
}

TEST(MessageBirdStandardWebhook, AStandardWebhookCoversItsBody) {
  const auto result = Verify(WithStandardSignature());
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->coverage.body);
  EXPECT_FALSE(result->coverage.url);
  EXPECT_EQ(result->nonce, "");
}

TEST(MessageBirdStandardWebhook, AnySignatureOfAStandardWebhookMayHold) {
  EXPECT_EQ(ReasonOf(Verify(WithStandardSignature("v1a,xx v2,yy v1,AAAA "))), "ok");
  EXPECT_EQ(ReasonOf(Verify(WithStandardSignature("  "))), "ok");
  std::string many;
  for (int i = 0; i < 16; ++i) many += "v1,AAAA ";
  EXPECT_EQ(ReasonOf(Verify(WithStandardSignature(many))), "signature_mismatch");
}

TEST(MessageBirdStandardWebhook, AStandardWebhookIsSignedWithTheKeyInsideTheSecret) {
  Presented presented = WithStandardSignature();
  const std::string inside = *Base64Decode(kStandardSecret.substr(6));
  for (const std::string& secret :
       {inside, std::string(kStandardSecret.substr(6)), std::string("whsec_"),
        std::string("whsec_not base64"), "WHSEC_" + std::string(kStandardSecret.substr(6))}) {
    presented.keys = {secret};
    EXPECT_EQ(ReasonOf(Verify(presented)), "signature_mismatch") << secret;
  }
  presented.keys = {"another", std::string(kStandardSecret)};
  const auto result = Verify(presented);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->key_id, "signingKey[1]");
}

TEST(MessageBirdStandardWebhook, AStandardWebhookHasAWindowOnBothSides) {
  const auto reason = [](std::int64_t age) {
    return ReasonOf(Verify(WithStandardSignature("", age)));
  };
  EXPECT_EQ(reason(300), "ok");
  EXPECT_EQ(reason(301), "timestamp_out_of_window");
  EXPECT_EQ(reason(-300), "ok");
  EXPECT_EQ(reason(-301), "timestamp_out_of_window");
}

TEST(MessageBirdStandardWebhook, AStandardWebhookNeedsAllOfItsHeaders) {
  struct Case {
    std::string_view dropped;
    std::string_view reason;
  };
  constexpr Case kCases[] = {{"webhook-id", "signature_missing"},
                             {"webhook-timestamp", "timestamp_missing"},
                             {"webhook-signature", "signature_missing"}};
  for (const Case& c : kCases) {
    Presented presented = WithStandardSignature();
    HttpHeaders headers;
    for (const auto& [name, value] : presented.headers) {
      if (name != c.dropped) headers.Add(name, value);
    }
    presented.headers = headers;
    EXPECT_EQ(ReasonOf(Verify(presented)), c.reason) << c.dropped;
  }
  Presented presented = WithStandardSignature();
  presented.headers.Set("webhook-id", "");
  EXPECT_EQ(ReasonOf(Verify(presented)), "signature_malformed");
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
