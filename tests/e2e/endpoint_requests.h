/// \file
/// A genuine request for each of the sixteen endpoints of the HTTP surface, and the channels that
/// know it for one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "omni/http.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace testing {

inline constexpr std::string_view kPublicUrl = "https://hooks.example.com";
inline constexpr std::string_view kIdentifier = "b3JnMTIzOnVzZXI0NTY6bGMtNzg5";
inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kForm = "application/x-www-form-urlencoded";
inline constexpr std::int64_t kNow = 1705314600;  // of the fake clock

inline constexpr std::string_view kChannels[] = {
    R"({"adapter":"whatsapp","appSecret":"wa-secret","verifyToken":"wa-verify",
        "adminToken":"wa-admin"})",
    R"({"adapter":"bandwidth","username":"bw","password":"bw-pass"})",
    R"({"adapter":"twilio","authToken":"tw-token"})",
    R"({"adapter":"livechat","webhookSecret":"lc-secret","apiToken":"lc-token",
        "allowedOrigins":["https://app.example.com"]})",
    R"({"adapter":"messagebird","signingKey":"mb-key"})",
    R"({"adapter":"inteliquent","token":"iq-token"})",
};

inline WebhookRequest Request(HttpMethod method, std::string target) {
  WebhookRequest request{.method = method, .target = std::move(target)};
  request.peer = "192.0.2.1";
  return request;
}

inline WebhookRequest Post(std::string target, std::string_view type, std::string body) {
  WebhookRequest request = Request(HttpMethod::kPost, std::move(target));
  request.headers.Add("Content-Type", std::string(type));
  request.body = std::move(body);
  return request;
}

inline WebhookRequest WithHeader(WebhookRequest request, std::string name, std::string value) {
  request.headers.Add(std::move(name), std::move(value));
  return request;
}

inline WebhookRequest WhatsApp() {
  std::string body =
      R"({"object":"whatsapp_business_account","entry":[{"id":"88","changes":[{"field":"messages",)"
      R"("value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550142277",)"
      R"("phone_number_id":"73"},"messages":[{"from":"447700900123","id":"wamid.1","type":"text",)"
      R"("timestamp":"1705314600","text":{"body":"hi"}}]}}]}]})";
  std::string signature = "sha256=" + HexEncode(AsView(HmacSha256Key("wa-secret").Sign(body)));
  return WithHeader(Post("/webhooks/whatsapp/receive", kJson, std::move(body)),
                    "X-Hub-Signature-256", std::move(signature));
}

inline WebhookRequest WhatsAppHandshake() {
  return Request(HttpMethod::kGet,
                 "/webhooks/whatsapp/receive?hub.mode=subscribe&hub.challenge=1158201444"
                 "&hub.verify_token=wa-verify");
}

inline WebhookRequest WhatsAppMapping() {
  return WithHeader(Post("/webhooks/whatsapp/mapping", kJson,
                         R"({"wabaId":"99","targetUrl":"https://staging.example.com/"})"),
                    "Authorization", "Bearer wa-admin");
}

inline WebhookRequest Bandwidth() {
  return WithHeader(
      Post("/bandwidth/14045550123", kJson,
           R"([{"type":"message-received","time":"2024-01-15T10:30:00.000Z","to":"+14045550123",)"
           R"("description":"Incoming message received","message":{"id":"bw1",)"
           R"("owner":"+14045550123","applicationId":"93de2206","time":"2024-01-15T10:30:00.000Z",)"
           R"("segmentCount":1,"direction":"in","to":["+14045550123"],"from":"+12125550187",)"
           R"("text":"hi"}}])"),
      "Authorization", "Basic " + Base64Encode("bw:bw-pass"));
}

inline WebhookRequest Twilio() {
  const std::string canonical =
      "https://hooks.example.com/twilioAccountSidAC1BodyhiFrom+15185550142MessageSidSM1To+"
      "14155550199";
  return WithHeader(
      Post("/twilio", kForm,
           "AccountSid=AC1&Body=hi&From=%2B15185550142&MessageSid=SM1&To=%2B14155550199"),
      "X-Twilio-Signature", Base64Encode(AsView(HmacSha1Key("tw-token").Sign(canonical))));
}

inline std::string LiveChatPath(std::string_view prefix, std::string_view query) {
  return std::string(prefix).append(kIdentifier).append(query);
}

inline WebhookRequest LiveChatWebhook() {
  return Post(LiveChatPath("/webhooks/livechat/", ""), kJson,
              R"({"webhook_id":"w","secret_key":"lc-secret","action":"incoming_event",)"
              R"("organization_id":"7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d","payload":{)"
              R"("chat_id":"C1","thread_id":"T1","event":{"id":"T1_1","type":"message",)"
              R"("created_at":"2024-01-15T10:30:00.000000Z","visibility":"all","text":"hi",)"
              R"("author_id":"2b7e1516-28ae-4d2a-a6ab-f7158809cf4f"}}})");
}

inline WebhookRequest LiveChat(std::string_view query, std::string body) {
  return WithHeader(Post(LiveChatPath("/livechat/", query), kJson, std::move(body)),
                    "Authorization", "Bearer lc-token");
}

inline WebhookRequest LiveChatMessage() {
  return LiveChat("", R"({"event":"incoming_message","chat_id":"C1","message":{"id":"m2",)"
                      R"("type":"text","text":"hi","author":{"id":"v1","type":"visitor"},)"
                      R"("created_at":"2024-01-15T10:30:00Z"}})");
}

inline WebhookRequest LiveChatUpload() {
  WebhookRequest request = LiveChat("?action=upload_media&chat_id=C1",
                                    "--b\r\nContent-Disposition: form-data; name=\"file\"; "
                                    "filename=\"note.txt\"\r\nContent-Type: text/plain\r\n\r\n"
                                    "hello file\r\n--b--\r\n");
  request.headers.Set("Content-Type", "multipart/form-data; boundary=b");
  return request;
}

inline WebhookRequest MessageBird(HttpMethod method, std::string target, std::string body) {
  std::string claims = R"({"iss":"MessageBird","nbf":)" + std::to_string(kNow - 2) + R"(,"exp":)" +
                       std::to_string(kNow + 58) + R"(,"jti":")" + target + R"(","url_hash":")" +
                       HexEncode(AsView(Sha256(std::string(kPublicUrl) + target))) + "\"";
  if (!body.empty()) claims += R"(,"payload_hash":")" + HexEncode(AsView(Sha256(body))) + "\"";
  const std::string text =
      Base64UrlEncode(R"({"alg":"HS256","typ":"JWT"})") + "." + Base64UrlEncode(claims + "}");
  WebhookRequest request = Request(method, std::move(target));
  request.headers = {{"Content-Type", std::string(kJson)},
                     {"MessageBird-Signature-JWT",
                      text + "." + Base64UrlEncode(AsView(HmacSha256Key("mb-key").Sign(text)))}};
  request.body = std::move(body);
  return request;
}

inline WebhookRequest MessageBirdSms() {
  return MessageBird(HttpMethod::kPost, "/messagebird",
                     R"({"id":"mb1","recipient":"15551234567","originator":"15559876543",)"
                     R"("body":"hi"})");
}

inline WebhookRequest MessageBirdReport() {
  return MessageBird(HttpMethod::kGet,
                     "/messagebird?id=mb2&recipient=15559876543&status=delivered"
                     "&statusDatetime=2024-01-15T10%3A30%3A00%2B00%3A00",
                     {});
}

inline WebhookRequest Inteliquent(std::string target, std::string body) {
  return WithHeader(Post(std::move(target), kJson, std::move(body)), "Authorization",
                    "Bearer iq-token");
}

inline WebhookRequest InteliquentSms() {
  return Inteliquent("/webhooks/inteliquent",
                     R"({"type":"sms","referenceId":"iq1","from":"+15559876543",)"
                     R"("to":["+15551234567"],"text":"hi"})");
}

inline WebhookRequest InteliquentReceipt() {
  return Inteliquent("/webhooks/inteliquent/receipts",
                     R"({"deliveryReceipt":true,"referenceId":"iq2","from":"15559876543",)"
                     R"("to":["15551234567"],"text":"id:iq2 sub:001 dlvrd:001 stat:DELIVRD )"
                     R"(err:000 text:"})");
}

}  // namespace testing
}  // namespace omni::inline v0_1
