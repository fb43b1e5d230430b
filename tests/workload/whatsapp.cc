#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "workload/random.h"
#include "workload/workload.h"

namespace omni::workload {
namespace {

void AppendTextMessage(Random& random, std::string_view from, JsonWriter& writer) {
  writer.BeginObject();
  writer.Key("from");
  writer.String(from);
  writer.Key("from_user_id");
  writer.String("DE." + random.Digits(16));
  writer.Key("id");
  writer.String("wamid." + Base64Encode(random.Hex(38)));
  writer.Key("timestamp");
  writer.String("17053" + random.Digits(5));
  writer.Key("text");
  writer.BeginObject();
  writer.Key("body");
  writer.String(Words(random));
  writer.EndObject();
  writer.Key("type");
  writer.String("text");
  writer.EndObject();
}

/// `account`: empty for one of the number's own.
std::string WhatsAppBody(std::size_t number, std::size_t messages, std::string_view account = {}) {
  Random random(number);
  const std::string from = "49151" + random.Digits(8);
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject();
  writer.Key("object");
  writer.String("whatsapp_business_account");
  writer.Key("entry");
  writer.BeginArray();
  writer.BeginObject();
  writer.Key("id");
  const std::string own_account = random.Digits(15);
  writer.String(account.empty() ? std::string_view(own_account) : account);
  writer.Key("changes");
  writer.BeginArray();
  writer.BeginObject();
  writer.Key("value");
  writer.BeginObject();
  writer.Key("messaging_product");
  writer.String("whatsapp");
  writer.Key("metadata");
  writer.Raw(R"({"display_phone_number":"15550100200","phone_number_id":"118230945517736"})");
  writer.Key("contacts");
  writer.BeginArray();
  writer.BeginObject();
  writer.Key("profile");
  writer.BeginObject();
  writer.Key("name");
  writer.String(Name(random));
  writer.EndObject();
  writer.Key("wa_id");
  writer.String(from);
  writer.EndObject();
  writer.EndArray();
  writer.Key("messages");
  writer.BeginArray();
  for (std::size_t i = 0; i < messages; ++i) AppendTextMessage(random, from, writer);
  writer.EndArray();
  writer.EndObject();
  writer.Key("field");
  writer.String("messages");
  writer.EndObject();
  writer.EndArray();
  writer.EndObject();
  writer.EndArray();
  writer.EndObject();
  return body;
}

WebhookRequest SignedWhatsApp(std::string body, std::size_t channel) {
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = WhatsAppPath(channel);
  request.peer = "203.0.113.9";
  const Sha256Digest code = HmacSha256Key(WhatsAppSecret(channel)).Sign(body);
  request.headers = {{"Host", "hooks.example.com"},
                     {"User-Agent", "facebookexternalua"},
                     {"Content-Type", "application/json"},
                     {"X-Hub-Signature-256", "sha256=" + HexEncode(AsView(code))}};
  request.body = std::move(body);
  return request;
}

}  // namespace

std::string WhatsAppSecret(std::size_t channel) { return Random(channel + 7).Hex(32); }
std::string WhatsAppPath(std::size_t channel) {
  return "/webhooks/whatsapp/" + std::to_string(channel) + "/receive";
}

WebhookRequest WhatsAppText(std::size_t number, std::size_t channel) {
  return SignedWhatsApp(WhatsAppBody(number, 1), channel);
}

std::string WhatsAppAccount(std::size_t account) {
  return std::to_string(100'000'000'000'000 + account * 7919);
}

WebhookRequest WhatsAppTextOf(std::size_t number, std::size_t account) {
  return SignedWhatsApp(WhatsAppBody(number, 1, WhatsAppAccount(account)), 0);
}

WebhookRequest WhatsAppBatch(std::size_t number, std::size_t messages) {
  return SignedWhatsApp(WhatsAppBody(number, messages), 0);
}

std::vector<std::string> WhatsAppChannels(std::size_t count) {
  std::vector<std::string> channels;
  for (std::size_t i = 0; i < count; ++i) {
    std::string& json = channels.emplace_back();
    JsonWriter writer(json);
    writer.BeginObject();
    writer.Key("adapter");
    writer.String("whatsapp");
    writer.Key("path");
    writer.String(WhatsAppPath(i));
    writer.Key("appSecret");
    writer.String(WhatsAppSecret(i));
    writer.Key("verifyToken");
    writer.String("handshake");
    writer.EndObject();
  }
  return channels;
}

}  // namespace omni::workload
