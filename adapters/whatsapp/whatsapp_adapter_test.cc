/// \file
/// Whether requests are genuine: the handshake, the signature, the configuration.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/whatsapp.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/testing/status_matchers.h"
#include "whatsapp_test_requests.h"

namespace omni::inline v0_1 {
namespace whatsapp::testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

KeySet Keys() {
  KeySet keys;
  keys.Set("appSecret", KeyRing::Of("appSecret", {"newer", kAppSecret}));
  keys.Set("verifyToken", KeyRing::Of("verifyToken", {"newer token", kVerifyToken}));
  return keys;
}

/// The adapter as the gateway calls it, without a gateway.
class AdapterTest : public ::testing::Test {
 protected:
  absl::StatusOr<VerifyResult> Verify(const WebhookRequest& request) {
    return adapter_->Verify({.request = request,
                             .mount = "receive",
                             .path_params = path_params_,
                             .external_url = {},
                             .keys = keys_,
                             .explanation = &explanation_});
  }

  absl::StatusOr<InboundResult> Normalize(const WebhookRequest& request, std::size_t max_events) {
    const SignedRequest signed_request(request, "", {.body = true});
    return adapter_->Normalize({.request = signed_request,
                                .mount = "receive",
                                .path_params = path_params_,
                                .max_events = max_events});
  }
  absl::StatusOr<InboundResult> Normalize(const WebhookRequest& request) {
    return Normalize(request, 1000);
  }

  void Use(const Options& options) { adapter_ = *MakeAdapter(options); }

  std::unique_ptr<const ChannelAdapter> adapter_ = *MakeAdapter({});
  PathParams path_params_;
  KeySet keys_ = Keys();
  Explanation explanation_;
};

void ExpectError(const absl::Status& status, int http_status, std::string_view code,
                 std::string_view reason) {
  const ErrorDetail detail = GetErrorDetail(status);
  EXPECT_EQ(detail.http_status, http_status);
  EXPECT_EQ(detail.code, code);
  EXPECT_EQ(detail.reason, reason);
}

using HandshakeTest = AdapterTest;

TEST_F(HandshakeTest, AnswersTheChallengeAsItIs) {
  const WebhookRequest request = Handshake(
      "hub.challenge=1158201444%2Ba%20b+c&hub.verify_token=verify%2Dtoken-canary&hub.mode="
      "subscribe");
  const auto verified = Verify(request);
  ASSERT_THAT(verified, IsOk());
  EXPECT_EQ(verified->key_id, "verifyToken[1]");
  EXPECT_FALSE(verified->coverage.body);
  EXPECT_FALSE(verified->coverage.url);
  const auto result = Normalize(request);
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->events.empty());
  EXPECT_EQ(result->ack.status, 200);
  EXPECT_EQ(result->ack.body, "1158201444+a b c");
  EXPECT_THAT(result->ack.headers.items(),
              ElementsAre(std::pair("Content-Type", "text/plain"),
                          std::pair("X-Content-Type-Options", "nosniff")));
}

TEST_F(HandshakeTest, RefusesAWrongTokenOrMode) {
  const std::pair<std::string_view, std::string_view> refused[] = {
      {"hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1", "verify_token_mismatch"},
      {"hub.mode=subscribe&hub.verify_token=&hub.challenge=1", "verify_token_mismatch"},
      {"hub.mode=subscribe&hub.challenge=1", "verify_token_mismatch"},
      {"hub.mode=unsubscribe&hub.verify_token=verify-token-canary", "handshake_mode"},
      {"hub_mode=subscribe&hub.verify_token=verify-token-canary", "handshake_mode"},
      {"", "handshake_mode"},
  };
  for (const auto& [query, reason] : refused) {
    SCOPED_TRACE(query);
    ExpectError(Verify(Handshake(query)).status(), 403, "VERIFY_TOKEN_MISMATCH", reason);
  }
}

TEST_F(HandshakeTest, RefusesEveryTokenWhenNoneIsConfigured) {
  keys_.Set("verifyToken", {});
  ExpectError(Verify(Handshake("hub.mode=subscribe&hub.verify_token=&hub.challenge=1")).status(),
              403, "VERIFY_TOKEN_MISMATCH", "verify_token_not_configured");
}

TEST_F(HandshakeTest, AnEmptyTokenInTheRingMatchesNothing) {
  keys_.Set("verifyToken", KeyRing::Of("verifyToken", {""}));
  EXPECT_THAT(Verify(Handshake("hub.mode=subscribe&hub.challenge=1")), Not(IsOk()));
}

TEST_F(HandshakeTest, ReflectsOnlyShortPrintableText) {
  const std::string longest(512, 'x');
  EXPECT_EQ(Normalize(Handshake("hub.challenge=" + longest))->ack.body, longest);
  for (const std::string& challenge :
       {longest + "x", std::string("a%0Ab"), std::string("caf%C3%A9"), std::string("a%00b"),
        std::string("%7F")}) {
    SCOPED_TRACE(challenge);
    ExpectError(Normalize(Handshake("hub.challenge=" + challenge)).status(), 400, "INVALID_PAYLOAD",
                "invalid_payload");
  }
}

TEST_F(HandshakeTest, NamesTheChallengeThatIsMissing) {
  for (const char* query : {"hub.challenge=", "hub.mode=subscribe"}) {
    ExpectError(Normalize(Handshake(query)).status(), 400, "MISSING_FIELD", "missing_field");
  }
}

using SignatureTest = AdapterTest;

TEST_F(SignatureTest, AcceptsAnyKeyOfTheRingAndCoversTheBodyOnly) {
  const auto verified = Verify(SignedPost("{}"));
  ASSERT_THAT(verified, IsOk());
  EXPECT_EQ(verified->key_id, "appSecret[1]");
  EXPECT_TRUE(verified->coverage.body);
  EXPECT_FALSE(verified->coverage.url);
}

TEST_F(SignatureTest, AcceptsTheVectorAndRefusesItsReserializedTwin) {
  const auto vector = *JsonDocument::Parse(ReadTestdata("signature_vector_escaped_unicode.json"));
  const JsonValue root = vector.root();
  keys_.Set("appSecret", KeyRing::Of("appSecret", {root["app_secret"].text()}));
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.headers.Add("x-hub-signature-256", std::string(root["x_hub_signature_256"].text()));
  request.body = *Base64Decode(root["body_base64"].text());
  EXPECT_EQ(request.body, ReadTestdata("wire_exact_escaped_unicode_body.json"));
  EXPECT_THAT(Verify(request), IsOk());

  request.body = *Base64Decode(root["reserialized_body_base64"].text());
  ExpectError(Verify(request).status(), 401, "INVALID_SIGNATURE", "signature_mismatch");
  // It was made from text in which ASCII was escaped as well, which nothing can restore.
  Use({.escaped_unicode_fallback = true});
  ExpectError(Verify(request).status(), 401, "INVALID_SIGNATURE", "signature_mismatch");

  request.headers.Set("X-Hub-Signature-256",
                      std::string(root["reserialized_x_hub_signature_256"].text()));
  EXPECT_THAT(Verify(request), IsOk());
}

TEST_F(SignatureTest, NeverAcceptsSha1Alone) {
  const auto vector = *JsonDocument::Parse(ReadTestdata("signature_vector_escaped_unicode.json"));
  const JsonValue root = vector.root();
  keys_.Set("appSecret", KeyRing::Of("appSecret", {root["app_secret"].text()}));
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.headers.Add("X-Hub-Signature", std::string(root["x_hub_signature_legacy_sha1"].text()));
  request.body = *Base64Decode(root["body_base64"].text());
  ExpectError(Verify(request).status(), 401, "INVALID_SIGNATURE", "signature_missing");
}

TEST_F(SignatureTest, TakesHexInEitherCaseAndNothingElse) {
  WebhookRequest request = SignedPost("{}");
  const std::string good = Signature("{}", kAppSecret);
  std::string upper = good;
  for (char& c : upper) {
    if (c >= 'a' && c <= 'f' && &c - upper.data() >= 7) c = static_cast<char>(c - 'a' + 'A');
  }
  request.headers.Set("X-Hub-Signature-256", upper);
  EXPECT_THAT(Verify(request), IsOk());

  const std::string hex = good.substr(7);
  for (const std::string& malformed :
       {std::string(), hex, "sha1=" + hex, "SHA256=" + hex, "sha256=" + hex + "0",
        good.substr(0, 70), "sha256= " + hex.substr(1), good + " ", " " + good,
        good.substr(0, 70) + "g"}) {
    SCOPED_TRACE(malformed.size());
    request.headers.Set("X-Hub-Signature-256", malformed);
    ExpectError(Verify(request).status(), 401, "INVALID_SIGNATURE", "signature_malformed");
  }
}

TEST_F(SignatureTest, RefusesAnotherSecretAndAnEmptyRing) {
  WebhookRequest request = SignedPost("{}");
  request.headers.Set("X-Hub-Signature-256", Signature("{}", "someone else's"));
  ExpectError(Verify(request).status(), 401, "INVALID_SIGNATURE", "signature_mismatch");
  keys_ = {};
  ExpectError(Verify(SignedPost("{}")).status(), 401, "INVALID_SIGNATURE", "signature_mismatch");
}

TEST_F(SignatureTest, TheFallbackEscapesWhatAProxyHasDecoded) {
  // What was signed, and what a proxy made of it.
  constexpr std::string_view kSigned = R"({"name":"Zo\u00eb \ud83d\ude80 \u20ac"})";
  WebhookRequest request = SignedPost("{\"name\":\"Zo\u00eb \U0001F680 \u20ac\"}");
  request.headers.Set("X-Hub-Signature-256", Signature(kSigned, kAppSecret));
  EXPECT_THAT(Verify(request), Not(IsOk()));
  Use({.escaped_unicode_fallback = true});
  EXPECT_THAT(Verify(request), IsOk());
  request.body[9] = 'A';
  EXPECT_THAT(Verify(request), Not(IsOk()));
  request.body = "{\"name\":\"\xff\"}";
  EXPECT_THAT(Verify(request), Not(IsOk()));
}

TEST_F(SignatureTest, ExplainsWithoutSecretOrSignature) {
  WebhookRequest request = SignedPost(R"({"text":"body canary"})");
  request.headers.Set("X-Hub-Signature-256", Signature("another", kAppSecret));
  EXPECT_THAT(Verify(request), Not(IsOk()));
  EXPECT_THAT(Verify(Handshake("hub.mode=subscribe&hub.verify_token=wrong-canary")), Not(IsOk()));
  std::string told;
  for (const ExplanationStep& step : explanation_.steps)
    told += step.step + ": " + step.detail + '\n';
  EXPECT_THAT(told, HasSubstr("key over the body as received: appSecret[0]"));
  EXPECT_THAT(told, HasSubstr("key over the body as received: appSecret[1]"));
  EXPECT_THAT(told, Not(HasSubstr("canary")));
  EXPECT_THAT(told, Not(HasSubstr(Signature(request.body, kAppSecret).substr(7))));
  EXPECT_THAT(told, Not(HasSubstr(request.headers.Find("X-Hub-Signature-256")->substr(7))));
}

using PayloadTest = AdapterTest;

TEST_F(PayloadTest, AcknowledgesWithTheContractsBody) {
  const auto result = Normalize(SignedPost(R"({"object":"whatsapp_business_account","entry":[]})"));
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->ack.status, 200);
  EXPECT_EQ(result->ack.body, R"({"status":"ok"})");
  EXPECT_TRUE(result->events.empty());
  EXPECT_THAT(result->ignored, ElementsAre("empty"));
}

TEST_F(PayloadTest, WantsJson) {
  WebhookRequest request = SignedPost(R"({"object":"whatsapp_business_account","entry":[]})");
  for (const char* type : {"application/json", "Application/JSON; charset=utf-8", ""}) {
    request.headers.Set("Content-Type", type);
    EXPECT_THAT(Normalize(request), IsOk()) << type;
  }
  for (const char* type :
       {"text/plain", "application/x-www-form-urlencoded", "application/jsonx"}) {
    request.headers.Set("Content-Type", type);
    ExpectError(Normalize(request).status(), 415, "UNSUPPORTED_MEDIA_TYPE",
                "unsupported_media_type");
  }
}

TEST_F(PayloadTest, RefusesWhatIsNoJson) {
  for (const char* body : {"", "{", "nonsense", "{}}"}) {
    SCOPED_TRACE(body);
    const absl::Status status = Normalize(SignedPost(body)).status();
    EXPECT_EQ(GetErrorDetail(status).http_status, 400);
    EXPECT_EQ(GetErrorDetail(status).code, "INVALID_PAYLOAD");
  }
}

TEST_F(PayloadTest, DoesNotReadABodyThatNothingCovers) {
  const WebhookRequest request = SignedPost("{}");
  const SignedRequest uncovered(request, "", {});
  EXPECT_THAT(
      adapter_->Normalize({.request = uncovered, .mount = "receive", .path_params = path_params_}),
      Not(IsOk()));
}

TEST_F(PayloadTest, RefusesMoreEventsThanAllowed) {
  const WebhookRequest request = SignedPost(MessagesChange(
      R"("statuses":[{"id":"1","status":"sent"},{"id":"2","status":"sent"},{"id":"3"}])"));
  EXPECT_EQ(Normalize(request, 3)->events.size(), 3U);
  const absl::Status status = Normalize(request, 2).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status));
  ExpectError(status, 413, "PAYLOAD_TOO_LARGE", "too_many_events");
}

TEST(FactoryTest, KnowsItsOptionsAndRefusesOthers) {
  AdapterRegistry::Builder builder;
  Register(builder);
  const auto registry = std::move(builder).Build();
  ASSERT_THAT(registry, IsOk());
  const AdapterFactory& factory = **registry->Find("whatsapp");
  const std::string reserved[] = {"appSecret"};
  const auto good = *JsonDocument::Parse(R"({"appSecret":"x","escapedUnicodeFallback":true})");
  EXPECT_THAT(factory.Create({.options = good.root(), .path = "channels[0]", .reserved = reserved}),
              IsOk());
  const auto bad = *JsonDocument::Parse(R"({"escapedUnicodeFalback":true})");
  EXPECT_THAT(factory.Create({.options = bad.root(), .path = "channels[0]", .reserved = reserved}),
              ::omni::testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                        HasSubstr("channels[0].escapedUnicodeFalback")));
}

TEST(FactoryTest, MountsTheReceiverAndTheMapping) {
  const auto adapter = *MakeAdapter({});
  const AdapterInfo& info = adapter->info();
  ASSERT_EQ(info.mounts.size(), 2U);
  EXPECT_EQ(info.mounts[1].path, "/webhooks/whatsapp/mapping");
  EXPECT_EQ(info.mounts[1].needs_secret, "adminToken");
  EXPECT_EQ(info.mounts[0].path, kPath);
  EXPECT_THAT(info.mounts[0].methods, ElementsAre(HttpMethod::kGet, HttpMethod::kPost));
  EXPECT_EQ(info.mounts[0].cors_headers, "Content-Type, X-Hub-Signature-256");
  EXPECT_EQ(info.account_option, "wabaId");
  EXPECT_FALSE(info.origin_authenticates);
  EXPECT_EQ(info.ack_deadline, absl::Seconds(5));
}

}  // namespace
}  // namespace whatsapp::testing
}  // namespace omni::inline v0_1
