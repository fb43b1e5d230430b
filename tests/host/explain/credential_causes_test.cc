/// \file
/// Credentials: Bandwidth, LiveChat, Inteliquent; and requests at the wrong place.

#include <gtest/gtest.h>

#include <string>

#include "host/explain/broken.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace host {
namespace testing {
namespace {

using omni::WebhookRequest;

auto Authorization(std::string value) {
  return
      [value](WebhookRequest& request, Receiver&) { request.headers.Set("Authorization", value); };
}
auto Basic(const std::string& user, const std::string& password) {
  return Authorization("Basic " + omni::Base64Encode(user + ":" + password));
}
auto Body(std::string what, std::string with) {
  return [=](WebhookRequest& request, Receiver&) {
    request.body = Replaced(request.body, what, with);
  };
}
auto Target(std::string target) {
  return [target](WebhookRequest& request, Receiver&) { request.target = target; };
}
/// Only one of Inteliquent's two proofs.
auto WithoutToken(std::function<void(WebhookRequest&, Receiver&)> then) {
  return [then](WebhookRequest& request, Receiver& receiver) {
    Drop(request, "Authorization");
    then(request, receiver);
  };
}
auto WithoutProof(std::string authorization) {
  return [authorization](WebhookRequest& request, Receiver&) {
    Drop(request, "verificationToken");
    request.headers.Set("Authorization", authorization);
  };
}

class CredentialCausesTest : public ::testing::TestWithParam<Broken> {};
TEST_P(CredentialCausesTest, AreNamed) { ExpectCauses(GetParam()); }

const Broken kCases[] = {
    {"FirstRequestOfAChallenge",
     "bandwidth",
     "sms",
     [](WebhookRequest& request, Receiver&) { Drop(request, "Authorization"); },
     {"challenge"}},
    {"WrongUser", "bandwidth", "sms", Basic("Hooks", "canary-bw:1"), {"wrong_user"}},
    {"WrongPassword", "bandwidth", "sms", Basic("hooks", "something else"), {"credential_wrong"}},
    {"BothWrong", "bandwidth", "sms", Basic("u", "p"), {"credential_wrong", "wrong_user"}},
    {"PasswordWithALineBreak",
     "bandwidth",
     "sms",
     Basic("hooks", "canary-bw:1\n"),
     {"credential_whitespace"}},
    {"PasswordCut", "bandwidth", "sms", Basic("hooks", "canary-bw"), {"credential_truncated"}},
    {"PasswordOfAnotherChannel",
     "bandwidth",
     "sms",
     Basic("hooks", "canary-tw-second"),
     {"other_channels_key"}},
    {"Swapped",
     "bandwidth",
     "sms",
     [](WebhookRequest& request, Receiver& receiver) {
       receiver.channels[2] = Replaced(receiver.channels[2], "canary-bw:1", "canary-bw");
       request.headers.Set("Authorization", "Basic " + omni::Base64Encode("canary-bw:hooks"));
     },
     {"credentials_swapped"}},
    {"PercentEncoded", "bandwidth", "sms", Basic("hooks", "canary-bw%3A1"), {"credential_escaped"}},
    {"NotBase64", "bandwidth", "sms", Authorization("Basic %%%"), {"credentials_malformed"}},
    {"Digest", "bandwidth", "sms", Authorization("Digest username=\"hooks\""), {"wrong_scheme"}},

    {"SecretMissing",
     "livechat",
     "text",
     Body("\"secret_key\":\"canary-lc-secret\",", ""),
     {"secret_missing"}},
    {"SecretWrong", "livechat", "text", Body("canary-lc-secret", "another"), {"credential_wrong"}},
    {"SecretOfAnotherChannel",
     "livechat",
     "text",
     Body("canary-lc-secret", "canary-wa-second"),
     {"other_channels_key"}},
    {"SecretForSomethingElse",
     "livechat",
     "text",
     Body("canary-lc-secret", "canary-lc-desk"),
     {"other_secret"}},
    {"SecretInAHeader",
     "livechat",
     "text",
     [](WebhookRequest& request, Receiver&) {
       request.body = Replaced(request.body, "\"secret_key\":\"canary-lc-secret\",", "");
       request.headers.Add("X-Secret-Key", "canary-lc-secret");
     },
     {"secret_in_header"}},
    {"OrganizationMissing",
     "livechat",
     "text",
     [](WebhookRequest& request, Receiver& receiver) {
       receiver.channels[3] =
           Replaced(receiver.channels[3], "\"tenant\"",
                    R"("organizationId":"7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d","tenant")");
       request.body = Replaced(request.body, "organization_id", "organization");
     },
     {"organization_missing"}},
    {"WebhookUnknown",
     "livechat",
     "text",
     [](WebhookRequest&, Receiver& receiver) {
       receiver.channels[3] =
           Replaced(receiver.channels[3], "\"tenant\"", R"("webhookIds":["other"],"tenant")");
     },
     {"webhook_unknown"}},
    {"OrganizationOfAnotherIdentifier",
     "livechat",
     "text",
     [](WebhookRequest& request, Receiver&) {
       request.target = "/webhooks/livechat/" +
                        omni::Base64UrlEncode("00000000-1111-4222-8333-444444444444:user:lc");
     },
     {"organization_mismatch"}},
    {"IdentifierNotEncoded",
     "livechat",
     "text",
     Target("/webhooks/livechat/org:user:lc"),
     {"identifier_not_encoded"}},
    {"IdentifierOfTwoParts",
     "livechat",
     "text",
     Target("/webhooks/livechat/" + omni::Base64UrlEncode("org:user")),
     {"identifier_parts"}},
    {"IdentifierMalformed",
     "livechat",
     "text",
     Target("/webhooks/livechat/!!"),
     {"identifier_malformed"}},
    {"DeskWithTheWebhooksSecret",
     "livechat",
     "history",
     Authorization("Bearer canary-lc-secret"),
     {"other_secret"}},
    {"DeskWithoutToken",
     "livechat",
     "history",
     [](WebhookRequest& request, Receiver&) { Drop(request, "Authorization"); },
     {"credential_missing"}},
    {"DeskWithoutTheSecretThatStandsForAToken",
     "livechat",
     "history",
     [](WebhookRequest&, Receiver& receiver) {
       for (std::string& channel : receiver.channels) {
         const std::size_t at = channel.find("canary-lc-desk");
         if (at == channel.npos) continue;
         const std::size_t comma = channel.rfind(',', at);
         channel.erase(comma, channel.find('"', at) + 1 - comma);
       }
     },
     {"credential_wrong"}},

    {"TokenMissing",
     "inteliquent",
     "sms",
     WithoutToken([](WebhookRequest& request, Receiver&) { Drop(request, "verificationToken"); }),
     {"credential_missing"}},
    {"TokenWrong", "inteliquent", "sms", WithoutProof("Bearer something"), {"credential_wrong"}},
    {"SchemeTwice",
     "inteliquent",
     "sms",
     WithoutProof("Bearer Bearer canary-iq-token"),
     {"scheme_repeated"}},
    {"SchemeInTheSecret",
     "inteliquent",
     "sms",
     [](WebhookRequest& request, Receiver& receiver) {
       Drop(request, "verificationToken");
       receiver.channels[5] =
           Replaced(receiver.channels[5], "canary-iq-token", "Bearer canary-iq-token");
     },
     {"scheme_in_secret"}},
    {"BasicInPlaceOfBearer",
     "inteliquent",
     "sms",
     WithoutProof("Basic " + omni::Base64Encode("u:canary-iq-token")),
     {"wrong_scheme"}},
    {"NonceMissing",
     "inteliquent",
     "sms",
     WithoutToken([](WebhookRequest& request, Receiver&) { Drop(request, "messageID"); }),
     {"nonce_missing"}},
    {"OtherConstruction",
     "inteliquent",
     "sms",
     WithoutToken([](WebhookRequest& request, Receiver&) {
       const auto mac =
           omni::HmacSha256Key("canary-iq-key").Sign(*request.headers.Find("messageID"));
       request.headers.Set("verificationToken", omni::HexEncode(omni::AsView(mac)));
     }),
     {"verification_scheme"}},
    {"ApiKeyWrong",
     "inteliquent",
     "sms",
     WithoutToken([](WebhookRequest&, Receiver& receiver) {
       receiver.channels[5] = Replaced(receiver.channels[5], "canary-iq-key", "canary-x");
     }),
     {"key_wrong"}},

    {"TwilioAtWhatsApp",
     "twilio",
     "sms",
     Target("/webhooks/whatsapp/receive"),
     {"other_carrier", "signature_missing"}},
    {"WhatsAppAtTwilio",
     "whatsapp",
     "text",
     Target("/twilio"),
     {"other_carrier", "signature_missing"}},
    {"BandwidthAtInteliquent",
     "bandwidth",
     "sms",
     Target("/webhooks/inteliquent"),
     {"other_carrier", "wrong_scheme"}},
    {"SlashAtTheEnd", "twilio", "sms", Target("/twilio/"), {"trailing_slash"}},
    {"PathInUpperCase", "twilio", "sms", Target("/Twilio"), {"path_case"}},
    {"PrefixLeft", "twilio", "sms", Target("/api/twilio"), {"prefix_not_stripped"}},
    {"NoSuchPath", "twilio", "sms", Target("/nowhere"), {"wrong_path"}},
    {"PathOfTheHost", "twilio", "sms", Target("/health?a=b"), {"own_path"}},
    {"BelowAPathOfTheHost", "twilio", "sms", Target("/admin/twilio"), {"own_path"}},
    {"GetInPlaceOfPost",
     "twilio",
     "sms",
     [](WebhookRequest& request, Receiver&) { request.method = omni::HttpMethod::kGet; },
     {"wrong_method"}},
};

INSTANTIATE_TEST_SUITE_P(All, CredentialCausesTest, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace testing
}  // namespace host
