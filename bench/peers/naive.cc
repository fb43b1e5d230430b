#include "bench/peers/naive.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <chrono>
#include <ctime>
#include <iomanip>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "workload/workload.h"

namespace omni::bench {
namespace {

using Json = nlohmann::ordered_json;

std::string Header(const WebhookRequest& request, const std::string& name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return std::string(value);
  }
  return "";
}

std::string Mac(const EVP_MD* hash, const std::string& key, const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(hash, key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return {reinterpret_cast<char*>(digest), size};
}

std::string Sha(const std::string& text) {
  unsigned char digest[32];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return {reinterpret_cast<char*>(digest), 32};
}

std::string Hex(const std::string& bytes) {
  std::ostringstream out;
  for (const char c : bytes) {
    out << std::hex << std::setw(2) << std::setfill('0') << (static_cast<int>(c) & 0xFF);
  }
  return out.str();
}

std::string Base64(const std::string& bytes) {
  std::string out(bytes.size() * 4 / 3 + 8, '\0');
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(out.data()),
      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
  return out;
}

std::string Base64UrlDecode(std::string text) {
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  const std::size_t padding = (4 - text.size() % 4) % 4;
  text.append(padding, '=');
  std::string out(text.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(size < 0 ? 0 : static_cast<std::size_t>(size) - padding);
  return out;
}

bool Same(const std::string& a, const std::string& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

long long Now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string Iso(long long millis) {
  const std::time_t seconds = millis / 1000;
  std::tm time = {};
  gmtime_r(&seconds, &time);
  std::ostringstream out;
  out << std::put_time(&time, "%Y-%m-%dT%H:%M:%S") << '.' << std::setw(3) << std::setfill('0')
      << millis % 1000 << 'Z';
  return out.str();
}

long long ParseIso(const std::string& text) {
  std::tm time = {};
  std::istringstream in(text);
  in >> std::get_time(&time, "%Y-%m-%dT%H:%M:%S");
  const long long seconds = timegm(&time);
  const std::size_t dot = text.find('.');
  return seconds * 1000 + (dot == text.npos ? 0 : std::stoi(text.substr(dot + 1, 3)));
}

std::string Uuid(long long millis) {
  unsigned char random[10];
  RAND_bytes(random, sizeof(random));
  std::string bytes;
  for (int i = 5; i >= 0; --i) bytes += static_cast<char>(millis >> (8 * i));
  bytes.append(reinterpret_cast<char*>(random), sizeof(random));
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x70);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  const std::string hex = Hex(bytes);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

struct Message {
  std::string channel, account, id, text, from, from_name, from_id, to, to_id;
  long long occurred = 0;
  Json metadata = Json::object();
};

class Base : public Naive {
 public:
  explicit Base(std::string carrier) : carrier_(std::move(carrier)) {}

 protected:
  void Emit(const Message& m, std::vector<std::string>& out) {
    const std::string key = carrier_ + ":default:message:" + m.id;
    // A pool that comes round again is new again.
    if (seen_.count(key) > 0) seen_.clear();
    seen_.insert(key);
    const long long now = Now();
    Json event;
    event["schema"] = "omni.event.v1";
    event["id"] = Uuid(now);
    event["kind"] = "message";
    event["carrier"] = carrier_;
    event["channel"] = m.channel;
    event["tenant"] = "default";
    event["account"] = m.account;
    event["direction"] = "inbound";
    event["from"]["address"] = m.from;
    if (!m.from_name.empty()) event["from"]["name"] = m.from_name;
    if (!m.from_id.empty()) event["from"]["carrierId"] = m.from_id;
    Json to;
    to["address"] = m.to;
    if (!m.to_id.empty()) to["carrierId"] = m.to_id;
    event["to"] = Json::array({to});
    event["conversation"] = carrier_ + ":" + m.to + ":" + m.from;
    event["carrierMessageId"] = m.id;
    event["occurredAt"] = Iso(m.occurred == 0 ? now : m.occurred);
    event["receivedAt"] = Iso(now);
    event["dedupeKey"] = key;
    event["message"] = {{"type", "text"}, {"text", m.text}};
    event["metadata"] = m.metadata;
    out.push_back(event.dump());
  }

 private:
  const std::string carrier_;
  std::set<std::string> seen_;
};

class WhatsApp final : public Base {
 public:
  WhatsApp() : Base("whatsapp") {}
  std::vector<std::string> Handle(const WebhookRequest& request) override {
    const std::string expected =
        "sha256=" + Hex(Mac(EVP_sha256(), workload::WhatsAppSecret(0), request.body));
    if (!Same(expected, Header(request, "X-Hub-Signature-256"))) return {};
    std::vector<std::string> out;
    const Json body = Json::parse(request.body);
    for (const Json& entry : body["entry"]) {
      for (const Json& change : entry["changes"]) {
        const Json& value = change["value"];
        const std::string phone_id = value["metadata"]["phone_number_id"];
        for (const Json& message : value["messages"]) {
          Message m;
          m.channel = "whatsapp";
          m.account = entry["id"];
          m.id = message["id"];
          m.text = message["text"]["body"];
          m.from_id = message["from"];
          m.from = "+" + m.from_id;
          for (const Json& contact : value["contacts"]) {
            if (contact["wa_id"] == m.from_id) m.from_name = contact["profile"]["name"];
          }
          m.to = "+" + value["metadata"]["display_phone_number"].get<std::string>();
          m.to_id = phone_id;
          m.occurred = std::stoll(message["timestamp"].get<std::string>()) * 1000;
          m.metadata["phoneNumberId"] = phone_id;
          m.metadata["userId"] = message["from_user_id"];
          Emit(m, out);
        }
      }
    }
    return out;
  }
};

class Twilio final : public Base {
 public:
  Twilio() : Base("twilio") {}
  std::vector<std::string> Handle(const WebhookRequest& request) override {
    std::map<std::string, std::string> form;
    std::istringstream body(request.body);
    for (std::string pair; std::getline(body, pair, '&');) {
      const std::size_t at = pair.find('=');
      form[Decode(pair.substr(0, at))] = Decode(pair.substr(at + 1));
    }
    std::string to_sign = std::string(workload::kPublicUrl) + workload::TwilioPath();
    for (const auto& [name, value] : form) to_sign += name + value;
    const std::string expected = Base64(Mac(EVP_sha1(), workload::TwilioToken(0), to_sign));
    if (!Same(expected, Header(request, "X-Twilio-Signature"))) return {};
    Message m;
    m.channel = "sms";
    m.account = form["AccountSid"];
    m.id = form["MessageSid"];
    m.text = form["Body"];
    m.from = form["From"];
    m.to = form["To"];
    for (const std::string name :
         {"ApiVersion", "FromCity", "FromCountry", "FromState", "FromZip", "MessagingServiceSid",
          "NumSegments", "ToCity", "ToCountry", "ToState", "ToZip"}) {
      if (form[name].empty()) continue;
      std::string key = name;
      key[0] = static_cast<char>(std::tolower(key[0]));
      m.metadata[key] = form[name];
    }
    std::vector<std::string> out;
    Emit(m, out);
    return out;
  }

 private:
  static std::string Decode(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '%' && i + 2 < text.size()) {
        out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
        i += 2;
      } else {
        out += text[i] == '+' ? ' ' : text[i];
      }
    }
    return out;
  }
};

class MessageBird final : public Base {
 public:
  MessageBird() : Base("messagebird") {}
  std::vector<std::string> Handle(const WebhookRequest& request) override {
    const std::string token = Header(request, "MessageBird-Signature-JWT");
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    if (Json::parse(Base64UrlDecode(token.substr(0, first)))["alg"] != "HS256") return {};
    const std::string mac = Mac(EVP_sha256(), workload::MessageBirdKey(), token.substr(0, last));
    if (!Same(mac, Base64UrlDecode(token.substr(last + 1)))) return {};
    const Json claims = Json::parse(Base64UrlDecode(token.substr(first + 1, last - first - 1)));
    const std::string url = std::string(workload::kPublicUrl) + workload::MessageBirdPath();
    const long long now = Now() / 1000;
    if (claims["iss"] != "MessageBird" || claims["nbf"] > now || claims["exp"] < now ||
        !Same(claims["url_hash"], Hex(Sha(url))) ||
        !Same(claims["payload_hash"], Hex(Sha(request.body)))) {
      return {};
    }
    const Json body = Json::parse(request.body);
    const Json& message = body["message"];
    const Json& conversation = body["conversation"];
    Message m;
    m.channel = message["platform"];
    m.account = message["channelId"];
    m.id = message["id"];
    m.text = message["content"]["text"];
    m.from = message["from"];
    m.from_name = body["contact"]["displayName"];
    m.to = message["to"];
    m.occurred = ParseIso(message["createdDatetime"]);
    m.metadata["conversationId"] = conversation["id"];
    m.metadata["updatedDatetime"] = message["updatedDatetime"];
    m.metadata["conversationStatus"] = conversation["status"];
    m.metadata["conversationCreatedDatetime"] = conversation["createdDatetime"];
    m.metadata["conversationUpdatedDatetime"] = conversation["updatedDatetime"];
    m.metadata["conversationLastReceivedDatetime"] = conversation["lastReceivedDatetime"];
    m.metadata["contactId"] = body["contact"]["id"];
    m.metadata["contactCreatedDatetime"] = body["contact"]["createdDatetime"];
    m.metadata["contactUpdatedDatetime"] = body["contact"]["updatedDatetime"];
    std::vector<std::string> out;
    Emit(m, out);
    return out;
  }
};

class Bandwidth final : public Base {
 public:
  Bandwidth() : Base("bandwidth") {}
  std::vector<std::string> Handle(const WebhookRequest& request) override {
    const std::string expected =
        "Basic " + Base64(workload::BandwidthUser() + ":" + workload::BandwidthPassword());
    if (!Same(expected, Header(request, "Authorization"))) return {};
    std::vector<std::string> out;
    const Json body = Json::parse(request.body);
    for (const Json& item : body) {
      const Json& message = item["message"];
      Message m;
      m.channel = "sms";
      m.account = message["applicationId"];
      m.id = message["id"];
      m.text = message["text"];
      m.from = message["from"];
      m.to = item["to"];
      m.occurred = ParseIso(message["time"]);
      if (item["time"] != message["time"]) m.metadata["callbackTime"] = item["time"];
      m.metadata["destination"] = request.target.substr(request.target.rfind('/') + 1);
      m.metadata["segmentCount"] = std::to_string(message["segmentCount"].get<int>());
      Emit(m, out);
    }
    return out;
  }
};

}  // namespace

std::unique_ptr<Naive> Naive::Make(std::string_view carrier) {
  if (carrier == "bandwidth") return std::make_unique<Bandwidth>();
  if (carrier == "messagebird") return std::make_unique<MessageBird>();
  if (carrier == "twilio") return std::make_unique<Twilio>();
  return std::make_unique<WhatsApp>();
}

}  // namespace omni::bench
