#include "workload/workload.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

#include "omni/adapters/twilio.h"
#include "omni/adapters/whatsapp.h"
#include "omni/components/memory.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/support/url.h"

namespace omni::workload {
namespace {

/// SplitMix64: small, and the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U + 1) {}

  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(Next() % bound); }
  std::string Digits(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('0' + Below(10));
    return text;
  }
  std::string Hex(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "0123456789abcdef"[Below(16)];
    return text;
  }

 private:
  std::uint64_t state_;
};

std::string Words(Random& random) {
  static constexpr std::array<std::string_view, 16> kWords = {
      "hello", "where", "is",    "my",     "order", "it",     "should", "have",
      "been",  "here",  "since", "Monday", "Grüße", "please", "call",   "📦"};
  std::string text;
  for (std::size_t i = 0, count = 3 + random.Below(18); i < count; ++i) {
    if (i > 0) text += ' ';
    text += kWords[random.Below(kWords.size())];
  }
  return text;
}

std::string_view Name(Random& random) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "Ada", "Marta Weiss", "João P.", "Nguyễn Thị Hoa", "Bob", "Olamide A."};
  return kNames[random.Below(kNames.size())];
}

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

[[noreturn]] void Stop(const absl::Status& status) {
  std::fprintf(stderr, "workload: %s\n", status.ToString().c_str());
  std::abort();
}

template <class T>
T Require(absl::StatusOr<T> result) {
  if (!result.ok()) Stop(result.status());
  return *std::move(result);
}

}  // namespace

std::string TwilioAccount(std::size_t account) { return "AC" + Random(account).Hex(32); }
std::string TwilioToken(std::size_t account) { return Random(~account).Hex(32); }
std::string WhatsAppSecret(std::size_t channel) { return Random(channel + 7).Hex(32); }
std::string TwilioPath() { return "/twilio"; }
std::string WhatsAppPath(std::size_t channel) {
  return "/webhooks/whatsapp/" + std::to_string(channel) + "/receive";
}

WebhookRequest TwilioSms(std::size_t number, std::size_t account) {
  Random random(number + 1'000'003);
  const std::string sid = "SM" + random.Hex(32);
  const std::map<std::string, std::string> form = {
      {"AccountSid", TwilioAccount(account)},
      {"ApiVersion", "2010-04-01"},
      {"Body", Words(random)},
      {"From", "+1415" + random.Digits(7)},
      {"FromCity", "SAN FRANCISCO"},
      {"FromCountry", "US"},
      {"FromState", "CA"},
      {"FromZip", "94105"},
      {"MessageSid", sid},
      {"MessagingServiceSid", "MG" + random.Hex(32)},
      {"NumMedia", "0"},
      {"NumSegments", "1"},
      {"SmsMessageSid", sid},
      {"SmsSid", sid},
      {"SmsStatus", "received"},
      {"To", "+15550100300"},
      {"ToCity", ""},
      {"ToCountry", "US"},
      {"ToState", "NY"},
      {"ToZip", "10001"},
  };
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = TwilioPath();
  request.peer = "203.0.113.9";
  std::string to_sign = std::string(kPublicUrl) + request.target;
  for (const auto& [name, value] : form) {
    if (!request.body.empty()) request.body += '&';
    request.body += name + '=' + PercentEncode(value);
    to_sign += name + value;
  }
  const Sha1Digest code = HmacSha1Key(TwilioToken(account)).Sign(to_sign);
  request.headers = {{"Host", "hooks.example.com"},
                     {"User-Agent", "TwilioProxy/1.1"},
                     {"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"},
                     {"I-Twilio-Idempotency-Token", random.Hex(36)},
                     {"X-Twilio-Signature", Base64Encode(AsView(code))}};
  return request;
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

std::string TwilioChannel(std::size_t accounts) {
  std::string json;
  JsonWriter writer(json);
  writer.BeginObject();
  writer.Key("adapter");
  writer.String("twilio");
  writer.Key("accounts");
  writer.BeginObject();
  for (std::size_t i = 0; i < accounts; ++i) {
    writer.Key(TwilioAccount(i));
    writer.BeginObject();
    writer.Key("authToken");
    writer.String(TwilioToken(i));
    writer.EndObject();
  }
  writer.EndObject();
  writer.EndObject();
  return json;
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

std::vector<WebhookRequest> MakePool(std::size_t count,
                                     const std::function<WebhookRequest(std::size_t)>& make) {
  std::vector<WebhookRequest> pool;
  pool.reserve(count);
  for (std::size_t i = 0; i < count; ++i) pool.push_back(make(i));
  return pool;
}

Rig Rig::TwilioSms(std::size_t pool_size) {
  Rig rig;
  rig.adapter_ = Require(twilio::MakeAdapter({}));
  rig.keys_.Set("authToken", KeyRing::Of("authToken", {TwilioToken(0)}));
  rig.coverage_ = {.body = true, .url = true};
  rig.external_url_ = std::string(kPublicUrl) + TwilioPath();
  rig.pool_ = MakePool(pool_size, [](std::size_t i) { return workload::TwilioSms(i, 0); });
  return rig;
}

Rig Rig::WhatsAppText(std::size_t pool_size) { return WhatsAppBatch(pool_size, 1); }

Rig Rig::WhatsAppBatch(std::size_t pool_size, std::size_t messages) {
  Rig rig;
  rig.adapter_ = Require(whatsapp::MakeAdapter({}));
  rig.keys_.Set("appSecret", KeyRing::Of("appSecret", {WhatsAppSecret(0)}));
  rig.coverage_ = {.body = true};
  rig.external_url_ = std::string(kPublicUrl) + WhatsAppPath(0);
  rig.pool_ =
      MakePool(pool_size, [&](std::size_t i) { return workload::WhatsAppBatch(i, messages); });
  return rig;
}

absl::StatusOr<VerifyResult> Rig::Verify(const WebhookRequest& request) const {
  return adapter_->Verify({.request = request,
                           .mount = "receive",
                           .path_params = {},
                           .external_url = external_url_,
                           .keys = keys_});
}

absl::StatusOr<InboundResult> Rig::Normalize(const WebhookRequest& request) const {
  const SignedRequest verified(request, external_url_, coverage_);
  return adapter_->Normalize(
      {.request = verified, .mount = "receive", .path_params = {}, .max_events = 10'000});
}

void DiscardSink::Enqueue(EnqueueParams params, Completion<Settlement> done) {
  std::move(done)(Settlement::All(params.envelopes.size(), absl::OkStatus()));
}

AdapterRegistry MakeRegistry() {
  AdapterRegistry::Builder builder;
  twilio::Register(builder);
  whatsapp::Register(builder);
  return Require(std::move(builder).Build());
}

std::unique_ptr<Gateway> OpenGateway(const AdapterRegistry& registry,
                                     const std::vector<std::string>& channels,
                                     std::size_t remembered_keys,
                                     std::shared_ptr<MappingStore> mappings) {
  Gateway::Builder builder;
  builder.SetOptions({.public_url = std::string(kPublicUrl)})
      .SetSink(std::make_shared<DiscardSink>())
      .SetIdempotencyStore(MakeMemoryIdempotencyStore({.max_keys = remembered_keys}))
      .SetMappingStore(std::move(mappings));
  for (const std::string& channel : channels) builder.AddChannelJson(channel);
  return Require(std::move(builder).Build(registry));
}

}  // namespace omni::workload
