/// \file
/// A gateway with the real adapters, and requests signed as their carriers sign them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "omni/adapters/all.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "omni/gateway.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/testing/fakes.h"

namespace omni::testing {

inline constexpr std::string_view kAppSecret = "canary-app-secret-91b7";
inline constexpr std::string_view kVerifyToken = "canary-verify-token-4c02";
inline constexpr std::string_view kAuthToken = "canary-auth-token-77f0";

/// Thread safety: thread-safe once Open returned.
struct RealGateway {
  std::shared_ptr<RecordingSink> sink = std::make_shared<RecordingSink>();
  std::shared_ptr<RecordingObserver> observer = std::make_shared<RecordingObserver>();
  std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
  std::unique_ptr<Gateway> gateway;

  /// Null when the gateway does not build.
  static std::unique_ptr<RealGateway> Open() {
    auto self = std::make_unique<RealGateway>();
    AdapterRegistry::Builder adapters;
    RegisterAllAdapters(adapters);
    absl::StatusOr<AdapterRegistry> registry = std::move(adapters).Build();
    if (!registry.ok()) return nullptr;
    Gateway::Builder builder;
    builder.SetSink(self->sink)
        .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
        .SetFragmentStore(MakeMemoryFragmentStore({}))
        .SetObserver(self->observer)
        .SetClock(self->clock)
        .SetOptions({.public_url = "https://hooks.example.com"})
        .AddChannelJson(R"({"adapter":"bandwidth","username":"bw","password":"canary-bw-31e8"})")
        .AddChannelJson(R"({"adapter":"twilio","authToken":"canary-auth-token-77f0"})")
        .AddChannelJson(R"({"adapter":"whatsapp","appSecret":"canary-app-secret-91b7",
                            "verifyToken":"canary-verify-token-4c02"})");
    absl::StatusOr<std::unique_ptr<Gateway>> gateway = std::move(builder).Build(*registry);
    if (!gateway.ok()) return nullptr;
    self->gateway = *std::move(gateway);
    return self;
  }
};

/// A POST to the WhatsApp endpoint, signed over `body`.
inline WebhookRequest SignedWhatsApp(std::string body) {
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = "/webhooks/whatsapp/receive";
  request.peer = "192.0.2.1";
  request.headers.Add("Content-Type", "application/json");
  request.headers.Add("X-Hub-Signature-256",
                      "sha256=" + HexEncode(AsView(HmacSha256Key(kAppSecret).Sign(body))));
  request.body = std::move(body);
  return request;
}

/// A POST to the Twilio endpoint. `canonical` is what Twilio signs after the URL: the names and
/// values of the parameters, sorted by name.
inline WebhookRequest SignedTwilio(std::string body, std::string_view canonical) {
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = "/twilio";
  request.peer = "192.0.2.1";
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.Add(
      "X-Twilio-Signature",
      Base64Encode(
          AsView(HmacSha1Key(kAuthToken).Sign({"https://hooks.example.com/twilio", canonical}))));
  request.body = std::move(body);
  return request;
}

/// One text message; `id` tells messages apart.
inline WebhookRequest WhatsAppText(std::string_view id) {
  return SignedWhatsApp(
      R"({"object":"whatsapp_business_account","entry":[{"id":"884201937465120","changes":[{"value":)"
      R"({"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550142277",)"
      R"("phone_number_id":"731905528846017"},"contacts":[{"profile":{"name":"Priya"},)"
      R"("wa_id":"447700900123"}],"messages":[{"from":"447700900123","id":")" +
      std::string(id) +
      R"(","timestamp":"1790841602","type":"text","text":{"body":"canary-text-5d1e"}}]},)"
      R"("field":"messages"}]}]})");
}

inline WebhookRequest TwilioText(std::string_view id) {
  const std::string sid(id);
  return SignedTwilio(
      "AccountSid=AC1&Body=canary-text-5d1e&From=%2B15185550142&MessageSid=" + sid +
          "&To=%2B14155550199",
      "AccountSidAC1Bodycanary-text-5d1eFrom+15185550142MessageSid" + sid + "To+14155550199");
}

/// Part `number` of message `message`, whose text is the number.
inline WebhookRequest BandwidthPart(int message, int number, int total) {
  const std::string n = std::to_string(number);
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = "/bandwidth/%2B14045550123";
  request.peer = "192.0.2.1";
  request.headers.Add("Content-Type", "application/json");
  request.headers.Add("Authorization", "Basic " + Base64Encode("bw:canary-bw-31e8"));
  request.body =
      R"([{"type":"message-received","time":"2024-01-15T10:30:00Z","to":"+14045550123","message":{)"
      R"("id":"bw-)" +
      std::to_string(message) + "-" + n +
      R"(","owner":"+14045550123","applicationId":"a","time":"2024-01-15T10:30:00Z",)"
      R"("direction":"in","to":["+14045550123"],"from":"+12125550187","text":")" +
      n + R"(","fragRef":)" + std::to_string(message) + R"(,"fragmentNumber":)" + n +
      R"(,"fragmentTotal":)" + std::to_string(total) + "}}]";
  return request;
}

}  // namespace omni::testing
