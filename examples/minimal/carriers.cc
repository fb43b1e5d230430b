#include "carriers.h"

#include <map>
#include <string>

#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/support/url.h"

namespace {

constexpr std::string_view kWhatsAppBatch =
    R"({"object":"whatsapp_business_account","entry":[{"id":"220471839561204","changes":[)"
    R"({"field":"messages","value":{"messaging_product":"whatsapp","metadata":{)"
    R"("display_phone_number":"15550100200","phone_number_id":"118230945517736"},"contacts":[)"
    R"({"profile":{"name":"Marta Weiss"},"wa_id":"4915112340011"}],"messages":[)"
    R"({"from":"4915112340011","id":"wamid.HBgNNDkxNTExMjM0MDAxMRUCABIYFDA1","type":"text",)"
    R"("timestamp":"1705314600","text":{"body":"The parcel came open \ud83d\udce6"}},)"
    R"({"from":"4915112340011","id":"wamid.HBgNNDkxNTExMjM0MDAxMRUCABIYFDA2","type":"image",)"
    R"("timestamp":"1705314604","image":{"id":"728104455290113","mime_type":"image/jpeg",)"
    R"("sha256":"mU0q5bY0kq3rVx3ZrjvJ1V3o3p6Ck8Yh0sT9w2aFzqE=","caption":"See the corner"}}]}},)"
    R"({"field":"messages","value":{"messaging_product":"whatsapp","metadata":{)"
    R"("display_phone_number":"15550100200","phone_number_id":"118230945517736"},"statuses":[)"
    R"({"id":"wamid.HBgNNDkxNTExMjM0MDAxMRUCABEYEjk3","status":"read","timestamp":"1705314610",)"
    R"("recipient_id":"4915112340011"}]}}]}]})";

/// A form, signed as Twilio does: the URL, then every name and value in the order of the names.
omni::WebhookRequest TwilioRequest(const std::map<std::string, std::string>& form) {
  omni::WebhookRequest request;
  request.method = omni::HttpMethod::kPost;
  request.target = "/twilio";
  std::string to_sign = std::string(kPublicUrl) + request.target;
  for (const auto& [name, value] : form) {
    if (!request.body.empty()) request.body += '&';
    request.body += omni::PercentEncode(name) + '=' + omni::PercentEncode(value);
    to_sign += name + value;
  }
  const omni::Sha1Digest code = omni::HmacSha1Key(kTwilioToken).Sign(to_sign);
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.Add("X-Twilio-Signature", omni::Base64Encode(omni::AsView(code)));
  return request;
}

/// A body, signed as Meta does: the raw bytes and nothing else.
omni::WebhookRequest WhatsAppRequest(std::string_view body) {
  omni::WebhookRequest request;
  request.method = omni::HttpMethod::kPost;
  request.target = "/webhooks/whatsapp/receive";
  request.body = body;
  const omni::Sha256Digest code = omni::HmacSha256Key(kMetaAppSecret).Sign(body);
  request.headers.Add("Content-Type", "application/json");
  request.headers.Add("X-Hub-Signature-256", "sha256=" + omni::HexEncode(omni::AsView(code)));
  return request;
}

}  // namespace

omni::WebhookRequest TwilioSms() {
  return TwilioRequest({
      {"AccountSid", "AC3f0c9a7be1d24586a9b7c0d1e2f3a4b5"},
      {"ApiVersion", "2010-04-01"},
      {"Body", "Is my order on its way? Ünal & Söhne, #4471"},
      {"From", "+14155550143"},
      {"FromCountry", "US"},
      {"MessageSid", "SM6b1f8e07c2d94a35b86e0f9d7c5a4b32"},
      {"NumMedia", "0"},
      {"NumSegments", "1"},
      {"SmsStatus", "received"},
      {"To", "+15550100300"},
  });
}

omni::WebhookRequest WhatsAppBatch() { return WhatsAppRequest(kWhatsAppBatch); }
