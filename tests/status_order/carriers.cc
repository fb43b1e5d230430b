#include "status_order/carriers.h"

#include <cstddef>
#include <string>
#include <utility>

namespace omni::inline v0_1 {
namespace testing {
namespace {

WebhookRequest Json(std::string target, std::string body) {
  return {.method = HttpMethod::kPost,
          .target = std::move(target),
          .headers = {{"Content-Type", "application/json"}},
          .body = std::move(body)};
}

std::string Quote(std::string_view word) { return '"' + std::string(word) + '"'; }

StatusWebhook TellTwilio(std::string_view word) {
  constexpr std::string_view kForm =
      "MessageSid=SM1&AccountSid=AC1&From=%2B14155550199&To=%2B15185550142&MessageStatus=";
  return {.request = {.method = HttpMethod::kPost,
                      .target = "/webhooks/twilio",
                      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                      .body = std::string(kForm) + std::string(word)}};
}

StatusWebhook TellWhatsApp(std::string_view word) {
  return {.request = Json(
              "/webhooks/whatsapp",
              R"({"object":"whatsapp_business_account","entry":[{"id":"102290129340398",)"
              R"("changes":[{"field":"messages","value":{"messaging_product":"whatsapp",)"
              R"("metadata":{"display_phone_number":"15550142277","phone_number_id":"731905"},)"
              R"("statuses":[{"id":"wamid.1","recipient_id":"447700900123","timestamp":"17",)"
              R"("status":)" +
                  Quote(word) + "}]}}]}]}")};
}

/// A word of Voxbone's reports has an underscore. A failure comes with its error code.
StatusWebhook TellBandwidth(std::string_view word) {
  if (word.find('_') != word.npos) {
    WebhookRequest report =
        Json("/bandwidth/12125550187/report/tx-1",
             R"({"orig_from":"+14045550123","delivery_status":)" + Quote(word) + "}");
    report.method = HttpMethod::kPut;
    return {.mount = "report", .request = std::move(report)};
  }
  const std::size_t space = word.find(' ');
  const std::string code =
      space == word.npos ? "" : R"("errorCode":)" + std::string(word.substr(space + 1)) + ",";
  return {.request = Json(
              "/bandwidth/12125550187",
              R"({"type":)" + Quote(word.substr(0, space)) + "," + code +
                  R"("time":"2026-02-03T14:05:06.000Z","to":"+12125550187","message":{"id":"m1",)"
                  R"("applicationId":"app","direction":"out","to":["+12125550187"],)"
                  R"("from":"+14045550123"}})")};
}

StatusWebhook TellMessageBird(std::string_view word) {
  return {
      .request = {.method = HttpMethod::kGet,
                  .target = "/messagebird?id=1&recipient=15559876543&status=" + std::string(word)}};
}

StatusWebhook TellInteliquent(std::string_view word) {
  return {.mount = "receipts",
          .request = Json("/webhooks/inteliquent/receipts",
                          R"({"messageId":"m1","type":"delivery_receipt",)"
                          R"("timestamp":"2026-02-03T15:00:00.000Z","status":)" +
                              Quote(word) + "}")};
}

StatusWebhook TellLiveChat(std::string_view word) {
  return {.mount = "chat",
          .request = Json("/livechat/b3JnMTIzOnVzZXI0NTY6bGMtNzg5?action=delivery_status",
                          R"({"message_id":"m1","status":)" + Quote(word) + "}")};
}

constexpr StatusCarrier kCarriers[] = {
    {"twilio", "{}", TellTwilio},
    {"whatsapp", "{}", TellWhatsApp},
    {"bandwidth", R"({"voxboneReports":true})", TellBandwidth},
    {"messagebird", "{}", TellMessageBird},
    {"inteliquent", "{}", TellInteliquent},
    {"livechat", R"({"organizationId":"org123"})", TellLiveChat},
};

}  // namespace

std::span<const StatusCarrier> StatusCarriers() { return kCarriers; }

}  // namespace testing
}  // namespace omni::inline v0_1
