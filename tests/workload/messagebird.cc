#include <cstddef>
#include <string>

#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "workload/random.h"
#include "workload/workload.h"

namespace omni::workload {
namespace {

constexpr std::string_view kTime = "2026-03-03T14:06:40Z";

void AppendText(std::string_view key, std::string_view text, JsonWriter& writer) {
  writer.Key(key);
  writer.String(text);
}

/// A `message.created` of the Conversations API.
std::string Body(std::size_t number) {
  Random random(number + 3'000'017);
  const std::string from = "1415" + random.Digits(7);
  const std::string contact = random.Hex(32);
  const std::string conversation = random.Hex(32);
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject();
  AppendText("type", "message.created", writer);
  writer.Key("contact");
  writer.BeginObject();
  AppendText("id", contact, writer);
  AppendText("href", "", writer);
  writer.Key("msisdn");
  writer.Raw(from);
  AppendText("displayName", Name(random), writer);
  AppendText("firstName", "", writer);
  AppendText("lastName", "", writer);
  writer.Key("customDetails");
  writer.Raw("{}");
  AppendText("createdDatetime", "2025-11-10T08:00:00Z", writer);
  AppendText("updatedDatetime", kTime, writer);
  writer.EndObject();
  writer.Key("conversation");
  writer.BeginObject();
  AppendText("id", conversation, writer);
  AppendText("contactId", contact, writer);
  AppendText("status", "active", writer);
  AppendText("createdDatetime", "2025-11-10T08:00:00Z", writer);
  AppendText("updatedDatetime", kTime, writer);
  AppendText("lastReceivedDatetime", kTime, writer);
  writer.EndObject();
  writer.Key("message");
  writer.BeginObject();
  AppendText("id", random.Hex(32), writer);
  AppendText("conversationId", conversation, writer);
  AppendText("platform", "sms", writer);
  AppendText("to", "+15550100400", writer);
  AppendText("from", "+" + from, writer);
  AppendText("channelId", "f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4", writer);
  AppendText("type", "text", writer);
  writer.Key("content");
  writer.BeginObject();
  AppendText("text", Words(random), writer);
  writer.EndObject();
  AppendText("direction", "received", writer);
  AppendText("status", "received", writer);
  AppendText("createdDatetime", kTime, writer);
  AppendText("updatedDatetime", kTime, writer);
  writer.EndObject();
  writer.EndObject();
  return body;
}

/// Valid from 2020 until 2100, so that a pool can be measured at any time.
std::string Token(std::string_view url, std::string_view body, std::size_t number) {
  Random random(number + 5'000'011);
  std::string claims;
  JsonWriter writer(claims);
  writer.BeginObject();
  AppendText("iss", "MessageBird", writer);
  writer.Key("nbf");
  writer.Int(1'577'836'800);
  writer.Key("exp");
  writer.Int(4'102'444'800);
  AppendText("jti", random.Hex(32), writer);
  AppendText("url_hash", HexEncode(AsView(Sha256(url))), writer);
  AppendText("payload_hash", HexEncode(AsView(Sha256(body))), writer);
  writer.EndObject();
  const std::string text =
      Base64UrlEncode(R"({"alg":"HS256","typ":"JWT"})") + "." + Base64UrlEncode(claims);
  return text + "." + Base64UrlEncode(AsView(HmacSha256Key(MessageBirdKey()).Sign(text)));
}

}  // namespace

std::string MessageBirdKey() { return Random(11).Hex(32); }
std::string MessageBirdPath() { return "/messagebird"; }
std::string MessageBirdChannel() {
  return R"({"adapter":"messagebird","signingKey":")" + MessageBirdKey() + "\"}";
}

WebhookRequest MessageBirdText(std::size_t number) {
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = MessageBirdPath();
  request.peer = "203.0.113.9";
  request.body = Body(number);
  request.headers = {{"Host", "hooks.example.com"},
                     {"User-Agent", "MessageBird/1.0"},
                     {"Content-Type", "application/json"},
                     {"MessageBird-Signature-JWT",
                      Token(std::string(kPublicUrl) + request.target, request.body, number)}};
  return request;
}

}  // namespace omni::workload
