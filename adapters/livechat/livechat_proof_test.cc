/// \file
/// Who may call: every place and every bit of a secret, and whose webhook it is.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "livechat_test_gateway.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using ::omni::testing::IsOk;

constexpr std::string_view kMessage =
    R"({"event":"incoming_message","chat_id":"c1","message":{"id":"m1","text":"hi"})";
constexpr std::string_view kStatus = R"({"message_id":"m1","status":"delivered")";

std::string With(std::string_view object, std::string_view members) {
  std::string text(object);
  if (!members.empty()) text.append(",").append(members);
  return text + "}";
}

std::string SecretMember(std::string_view name, std::string_view secret = kSecretCanary) {
  std::string member;
  member.append("\"").append(name).append("\":\"").append(secret).append("\"");
  return member;
}

std::string Target(std::string_view identifier, std::string_view query = "") {
  return "/livechat/" + Base64UrlEncode(identifier) + std::string(query);
}

TEST(SecretTest, NoFlippedBitIsAccepted) {
  TestGateway gateway;
  ASSERT_THAT(gateway.status(), IsOk());
  const std::string body = Webhook("incoming_event", ChatEvent(""));
  const std::size_t begin = body.find(kSecretCanary);
  for (std::size_t i = begin; i < begin + kSecretCanary.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = body;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      const int status = gateway.Handle(BarePost(kWebhookPath, flipped)).status;
      // Some are no JSON any more, and then there is no secret in them.
      ASSERT_EQ(status, JsonDocument::Parse(flipped).ok() ? 401 : 400) << i << " " << bit;
    }
  }
  EXPECT_TRUE(gateway.accepted().empty());
  EXPECT_EQ(gateway.Handle(BarePost(kWebhookPath, body)).status, 200);
}

TEST(SecretTest, NeitherPartNorExtensionIsAccepted) {
  TestGateway gateway;
  const std::string secret(kSecretCanary);
  for (const std::string& other :
       {std::string(), secret.substr(1), secret.substr(0, secret.size() - 1), secret + "x",
        secret + secret, secret + " ", std::string("fx-internal-token")}) {
    const std::string body = Webhook("incoming_event", ChatEvent(""), other);
    EXPECT_EQ(gateway.Handle(BarePost(kWebhookPath, body)).status, 401) << other.size();
  }
  for (std::string_view value : {"null", "7", "true", "[]", "{}", R"(["fx-lc-secret-4hJ8sQ2w"])"}) {
    std::string body = Webhook("incoming_event", ChatEvent(""), "@");
    body.replace(body.find("\"@\""), 3, value);
    EXPECT_EQ(gateway.Handle(BarePost(kWebhookPath, body)).status, 401) << value;
  }
}

TEST(SecretTest, EveryKeyOfTheRingCounts) {
  TestGateway gateway;
  const std::string body = Webhook("incoming_event", ChatEvent(""), "newer");
  EXPECT_EQ(gateway.Handle(BarePost(kWebhookPath, body)).status, 200);
  EXPECT_EQ(gateway.LastReport().key_id, "webhookSecret[0]");
  static_cast<void>(gateway.Handle(FixtureRequest("07_real_incoming_event_text")));
  EXPECT_EQ(gateway.LastReport().key_id, "webhookSecret[1]");
}

TEST(SecretTest, AnEmptySecretProvesNothing) {
  const auto adapter = MakeAdapter({});
  KeySet keys;
  keys.Set("webhookSecret", KeyRing::Of("webhookSecret", {""}));
  keys.Set("apiToken", KeyRing::Of("apiToken", {""}));
  PathParams path_params;
  path_params.Add("identifier", std::string(kSegment));
  for (const WebhookRequest& request :
       {BarePost(kWebhookPath, Webhook("incoming_event", ChatEvent(""), "")),
        WithHeader(BarePost(kChatPath, With(kMessage, SecretMember("secret_key", ""))),
                   "Authorization", "Bearer "),
        WithHeader(BarePost(kChatPath, With(kMessage, "")), "X-Webhook-Secret", "")}) {
    const auto result = adapter.value()->Verify({.request = request,
                                                 .mount = "webhook",
                                                 .path_params = path_params,
                                                 .external_url = "",
                                                 .keys = keys});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(HttpStatusFor(result.status()), 401);
    EXPECT_EQ(GetErrorDetail(result.status()).reason, "secret_missing");
  }
}

// In LiveChat's own webhooks nothing else counts: whoever knows the clients' token is not LiveChat.
TEST(SecretTest, AWebhookIsProvedByItsBodyAlone) {
  TestGateway gateway;
  const std::string body = Webhook("incoming_event", ChatEvent(""), "wrong");
  for (std::string_view header : {"Authorization", "X-Webhook-Secret"}) {
    const std::string value(header == "Authorization" ? "Bearer " : "");
    const auto request = BarePost(kWebhookPath, body);
    const std::string secret(kSecretCanary);
    const std::string token(kTokenCanary);
    EXPECT_EQ(gateway.Handle(WithHeader(request, header, value + secret)).status, 401);
    EXPECT_EQ(gateway.Handle(WithHeader(request, header, value + token)).status, 401);
  }
}

TEST(ContractCallTest, TakesTheSecretWhereverItStands) {
  for (std::string_view query : {"", "?action=delivery_status"}) {
    const std::string target = std::string(kChatPath) + std::string(query);
    const std::string_view object = query.empty() ? kMessage : kStatus;
    TestGateway gateway;
    for (std::string_view name : {"secret_key", "secretKey", "webhookSecret", "webhook_secret"}) {
      const std::string body = With(object, SecretMember(name));
      EXPECT_EQ(gateway.Handle(BarePost(target, body)).status, 200) << name;
      const std::string other = With(object, SecretMember(name, "fx-lc-secret-4hJ8sQ2x"));
      EXPECT_EQ(gateway.Handle(BarePost(target, other)).status, 401) << name;
    }
    const WebhookRequest bare = BarePost(target, With(object, ""));
    const std::string bearer = "Bearer ";
    EXPECT_EQ(gateway.Handle(bare).status, 401);
    EXPECT_EQ(gateway.LastReport().reason, "secret_missing");
    for (std::string_view secret : {kSecretCanary, kTokenCanary}) {
      const std::string value(secret);
      EXPECT_EQ(gateway.Handle(WithHeader(bare, "authorization", bearer + value)).status, 200);
      EXPECT_EQ(gateway.Handle(WithHeader(bare, "Authorization", bearer + value + "x")).status,
                401);
      EXPECT_EQ(gateway.Handle(WithHeader(bare, "Authorization", value)).status, 401);
    }
    EXPECT_EQ(gateway.Handle(WithHeader(bare, "x-webhook-secret", kSecretCanary)).status, 200);
    EXPECT_EQ(gateway.Handle(WithHeader(bare, "X-Webhook-Secret", kTokenCanary)).status, 401);
    EXPECT_EQ(gateway.LastReport().reason, "secret_mismatch");
  }
}

TEST(ContractCallTest, HistoryAndUploadsTakeTheTokenOnly) {
  TestGateway gateway;
  for (std::string_view action : {"fetch_messages", "upload_media"}) {
    const std::string target = std::string(kChatPath) + "?chat_id=c&action=" + std::string(action);
    const std::string body = "{" + SecretMember("secret_key") + "}";
    EXPECT_EQ(gateway.Handle(BarePost(target, body)).status, 401);
    const auto with_secret = WithHeader(BarePost(target, body), "X-Webhook-Secret", kSecretCanary);
    EXPECT_EQ(gateway.Handle(with_secret).status, 401);
    const std::string secret(kSecretCanary);
    EXPECT_EQ(gateway.Handle(WithHeader(with_secret, "Authorization", "Bearer " + secret)).status,
              401);
    EXPECT_NE(gateway.Handle(TokenPost(target, body)).status, 401);
  }
}

TEST(ContractCallTest, HistoryAndUploadsTakeTheSecretWhereThereIsNoToken) {
  TestGateway gateway(
      {R"({"adapter":"livechat","webhookSecret":["newer","fx-lc-secret-4hJ8sQ2w"]})"});
  ASSERT_THAT(gateway.status(), IsOk());
  const std::string secret(kSecretCanary);
  const std::string body = "{" + SecretMember("secret_key") + "}";
  for (std::string_view action : {"fetch_messages", "upload_media"}) {
    const auto bare =
        BarePost(std::string(kChatPath) + "?chat_id=c&action=" + std::string(action), body);
    const auto with = [&bare](std::string_view name, const std::string& value) {
      return WithHeader(bare, name, value);
    };
    EXPECT_EQ(gateway.Handle(bare).status, 401) << "a file is no place for a secret";
    for (const std::string& wrong : {std::string(), secret + "x", secret.substr(1)}) {
      EXPECT_EQ(gateway.Handle(with("Authorization", "Bearer " + wrong)).status, 401);
      EXPECT_EQ(gateway.Handle(with("X-Webhook-Secret", wrong)).status, 401);
    }
    EXPECT_EQ(gateway.Handle(with("Authorization", secret)).status, 401);
    EXPECT_NE(gateway.Handle(with("Authorization", "Bearer " + secret)).status, 401);
    EXPECT_EQ(gateway.LastReport().key_id, "webhookSecret[1]");
    EXPECT_NE(gateway.Handle(with("X-Webhook-Secret", secret)).status, 401);
  }
}

// An empty token is one that is wrong, and not one that is missing.
TEST(ContractCallTest, AnEmptyTokenDoesNotMakeTheSecretDo) {
  const auto adapter = MakeAdapter({});
  KeySet keys;
  keys.Set("webhookSecret", KeyRing::Of("webhookSecret", {kSecretCanary}));
  keys.Set("apiToken", KeyRing::Of("apiToken", {""}));
  PathParams path_params;
  path_params.Add("identifier", std::string(kSegment));
  const WebhookRequest request =
      WithHeader(BarePost(std::string(kChatPath) + "?action=fetch_messages", ""), "Authorization",
                 "Bearer " + std::string(kSecretCanary));
  const auto result = adapter.value()->Verify({.request = request,
                                               .mount = "chat",
                                               .path_params = path_params,
                                               .external_url = "",
                                               .keys = keys});
  EXPECT_EQ(HttpStatusFor(result.status()), 401);
}

TEST(ContractCallTest, NoModeOpensTheStores) {
  for (std::string_view mode : {R"("insecure":true)", R"("webhookSecret":"s","insecure":true)",
                                R"("webhookSecret":"s","mode":"shadow")"}) {
    const std::string channel = R"({"adapter":"livechat",)" + std::string(mode) + "}";
    TestGateway gateway({channel});
    ASSERT_THAT(gateway.status(), IsOk());
    for (std::string_view action : {"fetch_messages", "upload_media"}) {
      WebhookRequest request =
          action == "upload_media"
              ? Upload({{.name = "file", .content = "x"}})
              : TokenPost(std::string(kChatPath) + "?action=fetch_messages&chat_id=CFX1", "");
      const HttpResponse response = gateway.Handle(request);
      EXPECT_EQ(response.status, 401) << channel;
      EXPECT_EQ(response.body,
                R"({"error":"the credential is missing or wrong","code":"UNAUTHORIZED",)"
                R"("requestId":"test"})");
    }
  }
}

struct OwnerRow {
  std::string_view channel;
  std::string_view identifier;
  std::string_view organization;
  int status;
  std::string_view reason;
};

class OwnerTest : public ::testing::TestWithParam<OwnerRow> {};

TEST_P(OwnerTest, IsWhoChannelIdentifierAndWebhookAgreeUpon) {
  const OwnerRow& row = GetParam();
  const std::string channel = R"({"adapter":"livechat","webhookSecret":"fx-lc-secret-4hJ8sQ2w")" +
                              std::string(row.channel) + "}";
  TestGateway gateway({channel});
  ASSERT_THAT(gateway.status(), IsOk());
  std::string body = Webhook("incoming_event", ChatEvent(""));
  const std::string member = R"("organization_id":"7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d")";
  body.replace(body.find(member), member.size(), row.organization);
  const HttpResponse response = gateway.Handle(BarePost(Target(row.identifier), body));
  EXPECT_EQ(response.status, row.status);
  EXPECT_EQ(gateway.LastReport().reason, row.reason);
  if (row.status != 401) return;
  EXPECT_EQ(response.body, R"({"error":"the credential is missing or wrong",)"
                           R"("code":"UNAUTHORIZED","requestId":"test"})");
  EXPECT_TRUE(gateway.accepted().empty());
}

constexpr std::string_view kUuidIdentifier = "7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d:u:l";
constexpr std::string_view kOurs = R"("organization_id":"7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d")";
constexpr std::string_view kTheirs = R"("organization_id":"00000000-1111-4222-8333-444444444444")";
constexpr std::string_view kLicense = R"("license_id":90001234)";
constexpr std::string_view kListed =
    R"(,"organizationId":["7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d","90001234"])";
constexpr std::string_view kTwo = R"(,"organizationId":["7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d",)"
                                  R"("00000000-1111-4222-8333-444444444444"])";

INSTANTIATE_TEST_SUITE_P(
    All, OwnerTest,
    ::testing::Values(
        // A channel that lists no organization serves whichever its secret proves.
        OwnerRow{"", "org123:u:l", kOurs, 200, "ok"},
        OwnerRow{"", "org123:u:l", kTheirs, 200, "ok"},
        OwnerRow{"", "org123:u:l", R"("x":1)", 200, "ok"},
        OwnerRow{"", kUuidIdentifier, kOurs, 200, "ok"},
        OwnerRow{"", kUuidIdentifier, kTheirs, 401, "organization_mismatch"},
        OwnerRow{"", kUuidIdentifier, kLicense, 200, "ok"},
        // One that lists some takes no other.
        OwnerRow{kListed, "org123:u:l", kOurs, 200, "ok"},
        OwnerRow{kListed, "org123:u:l", kTheirs, 401, "account_not_served"},
        OwnerRow{kListed, "org123:u:l", kLicense, 200, "ok"},
        OwnerRow{kListed, "org123:u:l", R"("license_id":"90001234")", 200, "ok"},
        OwnerRow{kListed, "org123:u:l", R"("license_id":90001235)", 401, "account_not_served"},
        OwnerRow{kListed, "org123:u:l", R"("x":1)", 401, "organization_missing"},
        OwnerRow{kListed, kUuidIdentifier, kLicense, 200, "ok"},
        // Nor one organization's webhook at another's identifier.
        OwnerRow{kTwo, kUuidIdentifier, kOurs, 200, "ok"},
        OwnerRow{kTwo, kUuidIdentifier, kTheirs, 401, "organization_mismatch"},
        OwnerRow{R"(,"identifiers":["org123:u:l"])", "org123:u:l", kOurs, 200, "ok"},
        OwnerRow{R"(,"identifiers":["b3JnMTIzOnU6bA"])", "org123:u:l", kOurs, 200, "ok"},
        OwnerRow{R"(,"identifiers":["org123:u:l"])", "org123:u:m", kOurs, 401,
                 "identifier_unknown"},
        OwnerRow{R"(,"webhookIds":["fxwh0001"])", "org123:u:l", kOurs, 200, "ok"},
        OwnerRow{R"(,"webhookIds":["fxwh0002"])", "org123:u:l", kOurs, 401, "webhook_unknown"}));

std::string ChannelOf(std::string_view tenant, std::string_view organization,
                      std::string_view secret) {
  std::string json = R"({"adapter":"livechat","tenant":")";
  json.append(tenant).append(R"(","organizationId":")").append(organization);
  return json.append(R"(","webhookSecret":")").append(secret).append("\"}");
}

TEST(TenantTest, NoSecretReachesIntoAnotherTenant) {
  const std::string theirs = "00000000-1111-4222-8333-444444444444";
  const std::string ours(kOrganization);
  const std::string a = ChannelOf("a", ours, kSecretCanary);
  const std::string b = ChannelOf("b", theirs, "secret-b");
  TestGateway gateway({a, b});
  ASSERT_THAT(gateway.status(), IsOk());
  std::string body = Webhook("incoming_event", ChatEvent(""), "secret-b");
  EXPECT_EQ(gateway.Handle(BarePost(Target("org:u:l"), body)).status, 401);
  EXPECT_TRUE(gateway.accepted().empty());
  body.replace(body.find(ours), ours.size(), theirs);
  // Whatever the identifier says, the tenant is the secret's.
  EXPECT_EQ(gateway.Handle(BarePost(Target(ours + ":u:l"), body)).status, 200);
  ASSERT_EQ(gateway.accepted().size(), 1U);
  EXPECT_EQ(gateway.accepted()[0].queue, "b:livechat:inbound");
}

TEST(TenantTest, EachAccountMayHaveItsOwnSecret) {
  TestGateway gateway({R"({"adapter":"livechat","accounts":{)"
                       R"("7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d":{"webhookSecret":"one"},)"
                       R"("acme":{"webhookSecret":"two"}}})"});
  ASSERT_THAT(gateway.status(), IsOk());
  const std::string one = Webhook("incoming_event", ChatEvent(""), "one");
  const std::string two = Webhook("incoming_event", ChatEvent(""), "two");
  EXPECT_EQ(gateway.Handle(BarePost(Target("org:u:l"), one)).status, 200);
  EXPECT_EQ(gateway.Handle(BarePost(Target("org:u:l"), two)).status, 401);
  // A message in the contract's shape is of the identifier's organization.
  const std::string message = With(kMessage, SecretMember("secret_key", "two"));
  EXPECT_EQ(gateway.Handle(BarePost(Target("acme:u:l"), message)).status, 200);
  EXPECT_EQ(gateway.Handle(BarePost(Target("other:u:l"), message)).status, 401);
}

TEST(ExplanationTest, TellsTheStepsAndNoSecret) {
  TestGateway gateway;
  static_cast<void>(gateway.Handle(FixtureRequest("18_real_wrong_secret")));
  const auto steps = gateway.LastReport().explanation.steps;
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(steps.back().step, "secret_key");
  EXPECT_FALSE(steps.back().passed);
  for (const ExplanationStep& step : steps) {
    EXPECT_EQ(step.detail.find("fx-lc-secret"), std::string::npos);
  }
}

TEST(FactoryTest, NamesAnIdentifierThatIsNone) {
  TestGateway gateway({R"({"adapter":"livechat","webhookSecret":"s",)"
                       R"("identifiers":["org123:user456:lc-789","org:user"]})"});
  EXPECT_NE(gateway.status().message().find("channels[0].identifiers[1]: expected orgId"),
            std::string::npos)
      << gateway.status();
  EXPECT_FALSE(MakeAdapter({.identifiers = {"org"}}).ok());
}

TEST(FactoryTest, RefusesAChannelWithoutAnySecret) {
  TestGateway gateway({R"({"adapter":"livechat"})"});
  EXPECT_FALSE(gateway.status().ok());
  TestGateway misspelt({R"({"adapter":"livechat","webhookSecert":"s"})"});
  EXPECT_NE(misspelt.status().message().find("did you mean webhookSecret?"), std::string::npos);
}

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1
