/// \file
/// Hostile bodies against the real adapters, through the gateway: the contract's error, no crash,
/// and nothing told that must not be told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "e2e/real_gateway.h"
#include "omni/json.h"

namespace omni::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The canaries, and the full numbers of both parties.
constexpr std::string_view kMustNotBeTold[] = {
    kAppSecret,     kVerifyToken,  kAuthToken,    "canary-text-5d1e",
    "447700900123", "15185550142", "14155550199",
};

std::string ErrorCode(const HttpResponse& response) {
  const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(response.body);
  return document.ok() ? std::string(document->root()["code"].text()) : "not JSON";
}

class HostileInputTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(real_, nullptr); }

  /// The contract's error, in status, code, body shape and request id; and nothing enqueued.
  void ExpectRefused(const WebhookRequest& request, int status, std::string_view code) {
    const std::size_t before = real_->sink->accepted().size();
    const HttpResponse response = real_->gateway->HandleBlocking(request);
    EXPECT_EQ(response.status, status) << response.body.substr(0, 200);
    EXPECT_EQ(ErrorCode(response), code) << response.body.substr(0, 200);
    const absl::StatusOr<JsonDocument> body = JsonDocument::Parse(response.body);
    ASSERT_TRUE(body.ok());
    EXPECT_EQ(body->root()["requestId"].text(), response.headers.Find("X-Request-Id"));
    EXPECT_FALSE(body->root()["error"].text().empty());
    EXPECT_EQ(real_->sink->accepted().size(), before);
    ExpectNothingTold(response, request);
  }

  /// Neither the answer nor the observer tells a secret, a signature, a body or a number.
  void ExpectNothingTold(const HttpResponse& response, const WebhookRequest& request) {
    const std::string told = response.body + real_->observer->AllText();
    for (std::string_view canary : kMustNotBeTold) EXPECT_THAT(told, Not(HasSubstr(canary)));
    for (std::string_view header : {"X-Hub-Signature-256", "X-Twilio-Signature"}) {
      const auto signature = request.headers.Find(header);
      if (signature && signature->size() > 20) {
        EXPECT_THAT(told, Not(HasSubstr(signature->substr(7))));
      }
    }
  }

  std::unique_ptr<RealGateway> real_ = RealGateway::Open();
};

TEST_F(HostileInputTest, GenuineRequestsPassSoThatTheRefusalsMeanSomething) {
  EXPECT_EQ(real_->gateway->HandleBlocking(WhatsAppText("wamid.1")).status, 200);
  EXPECT_EQ(real_->gateway->HandleBlocking(TwilioText("SM1")).status, 200);
  EXPECT_EQ(real_->sink->accepted().size(), 2U);
}

TEST_F(HostileInputTest, UnsignedIsRefused) {
  for (WebhookRequest request : {WhatsAppText("wamid.1"), TwilioText("SM1")}) {
    request.headers = {{"Content-Type", std::string(*request.headers.Find("Content-Type"))}};
    ExpectRefused(request, 401, "INVALID_SIGNATURE");
  }
}

TEST_F(HostileInputTest, TamperedIsRefused) {
  for (WebhookRequest request : {WhatsAppText("wamid.1"), TwilioText("SM1")}) {
    request.body.replace(request.body.find("canary"), 6, "forged");
    ExpectRefused(request, 401, "INVALID_SIGNATURE");
  }
}

TEST_F(HostileInputTest, TheExpectedSignatureIsNeverTold) {
  WebhookRequest forged = WhatsAppText("wamid.1");
  const std::string genuine(*forged.headers.Find("X-Hub-Signature-256"));
  forged.headers.Set("X-Hub-Signature-256", "sha256=" + std::string(64, 'a'));
  const HttpResponse response = real_->gateway->HandleBlocking(forged);
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(response.body + real_->observer->AllText(), Not(HasSubstr(genuine.substr(7))));

  WebhookRequest twilio = TwilioText("SM1");
  const std::string mac(*twilio.headers.Find("X-Twilio-Signature"));
  twilio.headers.Set("X-Twilio-Signature", std::string(27, 'A') + "=");
  const HttpResponse answer = real_->gateway->HandleBlocking(twilio);
  EXPECT_EQ(answer.status, 401);
  EXPECT_THAT(answer.body + real_->observer->AllText(), Not(HasSubstr(mac)));
}

TEST_F(HostileInputTest, OversizedIsRefusedBeforeAnythingElse) {
  WebhookRequest request = WhatsAppText("wamid.1");
  request.headers = {};
  request.target = "/no/such/endpoint";
  request.body.assign((std::size_t{4} << 20) + 1, ' ');
  ExpectRefused(request, 413, "PAYLOAD_TOO_LARGE");
}

TEST_F(HostileInputTest, SignedButTruncatedJsonIsRefusedAtEveryByte) {
  const std::string whole = WhatsAppText("wamid.1").body;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ExpectRefused(SignedWhatsApp(whole.substr(0, size)), 400, "INVALID_PAYLOAD");
    if (HasFailure()) break;
  }
}

TEST_F(HostileInputTest, SignedJsonThatIsTooDeepIsRefused) {
  ExpectRefused(SignedWhatsApp(std::string(std::size_t{2} << 20, '[')), 400, "INVALID_PAYLOAD");
  const std::size_t depth = std::size_t{1} << 20;
  ExpectRefused(SignedWhatsApp(std::string(depth, '[') + std::string(depth, ']')), 400,
                "INVALID_PAYLOAD");
}

TEST_F(HostileInputTest, SignedJsonThatIsNotUtf8IsRefused) {
  std::string body = WhatsAppText("wamid.1").body;
  body.replace(body.find("Priya"), 2, "\xff\xfe");
  ExpectRefused(SignedWhatsApp(body), 400, "INVALID_PAYLOAD");
}

TEST_F(HostileInputTest, SignedJsonThatIsNoObjectBecomesANotice) {
  std::size_t told = 0;
  for (std::string_view body : {"[]", "1", "\"x\"", "null", "true"}) {
    EXPECT_EQ(real_->gateway->HandleBlocking(SignedWhatsApp(std::string(body))).status, 200)
        << body;
    ASSERT_EQ(real_->sink->accepted().size(), ++told) << body;
    EXPECT_THAT(real_->sink->accepted().back().body, HasSubstr(R"("type":"unknown")"));
  }
}

TEST_F(HostileInputTest, OfDuplicateKeysTheLastWins) {
  std::string body = WhatsAppText("wamid.1").body;
  body.insert(body.find(R"("timestamp")"), R"("id":"wamid.last",)");
  EXPECT_EQ(real_->gateway->HandleBlocking(SignedWhatsApp(body)).status, 200);
  ASSERT_EQ(real_->sink->accepted().size(), 1U);
  EXPECT_EQ(real_->sink->accepted()[0].dedupe_key, "whatsapp:default:message:wamid.last");
}

TEST_F(HostileInputTest, ASignedFormWithoutItsFieldsIsRefused) {
  ExpectRefused(SignedTwilio("AccountSid=AC1&Body=x", "AccountSidAC1Bodyx"), 400, "MISSING_FIELD");
  ExpectRefused(SignedTwilio("", ""), 400, "MISSING_FIELD");
}

TEST_F(HostileInputTest, ASignedFormOfInvalidUtf8BecomesValidText) {
  const HttpResponse response = real_->gateway->HandleBlocking(
      SignedTwilio("AccountSid=AC1&Body=a%FFb&From=%2B15185550142&MessageSid=SM1&To=%2B14155550199",
                   "AccountSidAC1Bodya\xff"
                   "bFrom+15185550142MessageSidSM1To+14155550199"));
  EXPECT_EQ(response.status, 200);
  ASSERT_EQ(real_->sink->accepted().size(), 1U);
  EXPECT_TRUE(IsValidUtf8(real_->sink->accepted()[0].body));
  EXPECT_THAT(real_->sink->accepted()[0].body, HasSubstr("a\xef\xbf\xbd"
                                                         "b"));
}

TEST_F(HostileInputTest, TooManyFormFieldsAreRefused) {
  std::string body;
  for (int i = 0; i < 5000; ++i) body += "k" + std::to_string(i) + "=v&";
  WebhookRequest request = SignedTwilio(body, "");
  const HttpResponse response = real_->gateway->HandleBlocking(request);
  EXPECT_TRUE(response.status == 400 || response.status == 401) << response.status;
  EXPECT_TRUE(real_->sink->accepted().empty());
}

TEST_F(HostileInputTest, AMalformedContentTypeIsRefusedOnlyAfterTheSignature) {
  WebhookRequest signed_request = WhatsAppText("wamid.1");
  signed_request.headers.Set("Content-Type", "text/plain");
  ExpectRefused(signed_request, 415, "UNSUPPORTED_MEDIA_TYPE");
  signed_request.body += " ";
  ExpectRefused(signed_request, 401, "INVALID_SIGNATURE");
}

}  // namespace
}  // namespace omni::testing
