#include "carriers.h"

#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace {

constexpr std::string_view kLiveChatId = "/livechat/b3JnMTIzOnVzZXI0NTY6bGMtNzg5";

omni::WebhookRequest Post(std::string target, std::string body) {
  omni::WebhookRequest request;
  request.method = omni::HttpMethod::kPost;
  request.target = std::move(target);
  request.headers.Add("Content-Type", "application/json");
  request.body = std::move(body);
  return request;
}

omni::WebhookRequest WithAuthorization(omni::WebhookRequest request, std::string_view value) {
  request.headers.Add("Authorization", value);
  return request;
}

std::string Bearer(std::string_view token) { return "Bearer " + std::string(token); }

std::string HexHash(std::string_view text) {
  return omni::HexEncode(omni::AsView(omni::Sha256(text)));
}

}  // namespace

// JSON writes the emoji as two halves, and the network cut between them.
omni::WebhookRequest BandwidthPart(int number) {
  const std::string text = number == 1 ? R"(The parcel came open \ud83d)" : R"(\udce6 just now)";
  const std::string part = std::to_string(number);
  return WithAuthorization(
      Post("/bandwidth/15550100200",
           R"([{"type":"message-received","to":"+15550100200","message":{"id":"part-)" + part +
               R"(","applicationId":"93de2206","time":"2024-01-15T10:30:00Z","direction":"in",)"
               R"("to":["+15550100200"],"from":"+14155550143","text":")" +
               text + R"(","fragRef":201,"fragmentTotal":2,"fragmentNumber":)" + part + "}}]"),
      "Basic " + omni::Base64Encode("carrier:" + std::string(kBandwidthPassword)));
}

omni::WebhookRequest MessageBirdSms() {
  omni::WebhookRequest request =
      Post("/messagebird", R"({"id":"9f4c","recipient":"15550100200","originator":"4915112340011",)"
                           R"("body":"Ist mein Paket schon unterwegs?"})");
  const std::int64_t now = absl::ToUnixSeconds(absl::Now());
  const std::string claims = R"({"iss":"MessageBird","jti":"3e1f","nbf":)" +
                             std::to_string(now - 1) + R"(,"exp":)" + std::to_string(now + 59) +
                             R"(,"url_hash":")" +
                             HexHash(std::string(kPublicUrl) + request.target) +
                             R"(","payload_hash":")" + HexHash(request.body) + R"("})";
  const std::string text =
      omni::Base64UrlEncode(R"({"alg":"HS256","typ":"JWT"})") + "." + omni::Base64UrlEncode(claims);
  const omni::Sha256Digest code = omni::HmacSha256Key(kMessageBirdKey).Sign(text);
  request.headers.Add("MessageBird-Signature-JWT",
                      text + "." + omni::Base64UrlEncode(omni::AsView(code)));
  return request;
}

omni::WebhookRequest LiveChatMessage() {
  return Post(
      "/webhooks" + std::string(kLiveChatId),
      R"({"webhook_id":"w1","secret_key":")" + std::string(kLiveChatSecret) +
          R"(","action":"incoming_event","organization_id":"7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d",)"
          R"("payload":{"chat_id":"PJ0MRSHTDG","thread_id":"K600PKZON8","event":{"type":"message",)"
          R"("id":"K600PKZON8_1","created_at":"2024-01-15T10:30:00.120400Z","visibility":"all",)"
          R"("author_id":"2b7e1516-28ae-4d2a-a6ab-f7158809cf4f","text":"Do you ship to Norway?"}}})");
}

omni::WebhookRequest LiveChatHistory() {
  return WithAuthorization(
      Post(std::string(kLiveChatId) + "?action=fetch_messages&chat_id=PJ0MRSHTDG", "{}"),
      Bearer(kDeskToken));
}

omni::WebhookRequest InteliquentReceipt(bool broken) {
  std::string body =
      R"({"deliveryReceipt":true,"referenceId":"7c21","from":"14155550143","to":["15550100200"],)"
      R"("text":"id:7c21 sub:001 dlvrd:001 stat:DELIVRD err:000 text:"})";
  if (broken) body.resize(body.size() / 2);
  return WithAuthorization(Post("/webhooks/inteliquent/receipts", std::move(body)),
                           Bearer(kInteliquentToken));
}

omni::WebhookRequest MapWaba(std::string_view waba, std::string_view target) {
  return WithAuthorization(
      Post("/webhooks/whatsapp/mapping", R"({"wabaId":")" + std::string(waba) +
                                             R"(","targetUrl":")" + std::string(target) + R"("})"),
      Bearer(kAdminToken));
}

omni::WebhookRequest WhatsAppMessage(std::string_view waba) {
  omni::WebhookRequest request = Post(
      "/webhooks/whatsapp/receive",
      R"({"object":"whatsapp_business_account","entry":[{"id":")" + std::string(waba) +
          R"(","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{)"
          R"("display_phone_number":"15550100200","phone_number_id":"118230945517736"},"messages":[)"
          R"({"from":"4915112340011","id":"wamid.HBgN","type":"text","timestamp":"1705314600",)"
          R"("text":{"body":"For staging only"}}]}}]}]})");
  const omni::Sha256Digest code = omni::HmacSha256Key(kMetaAppSecret).Sign(request.body);
  request.headers.Add("X-Hub-Signature-256", "sha256=" + omni::HexEncode(omni::AsView(code)));
  return request;
}
