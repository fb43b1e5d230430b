#include "whatsapp_test_requests.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "omni/adapters/whatsapp.h"
#include "omni/codec.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "paths/source_path.h"

namespace omni::inline v0_1 {
namespace whatsapp::testing {
namespace {

const std::filesystem::path& TestdataDir() {
  static const auto& path = *new std::filesystem::path(SourcePath("adapters/whatsapp/testdata"));
  return path;
}

std::size_t Length(JsonValue list) { return list.is_array() ? list.size() : 0; }

std::size_t CountHistory(JsonValue chunk) {
  std::size_t count = Length(chunk["errors"]);
  for (const JsonValue thread : chunk["threads"].elements()) count += Length(thread["messages"]);
  return count;
}

std::size_t CountChange(JsonValue change) {
  const std::string_view field = change["field"].text();
  const bool has_lists = field == "messages" || field == "smb_message_echoes" ||
                         field == "message_echoes" || field == "standby" || field == "history" ||
                         field == "user_preferences";
  if (!has_lists) return 1;
  std::size_t count = 0;
  for (const JsonValue holder : {change["value"], change["value"]["standby"]}) {
    for (std::string_view list :
         {"messages", "statuses", "errors", "message_echoes", "user_preferences"}) {
      count += Length(holder[list]);
    }
    for (const JsonValue chunk : holder["history"].elements()) count += CountHistory(chunk);
  }
  return count == 0 ? 1 : count;
}

}  // namespace

std::vector<std::string> FixtureNames() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(TestdataDir())) {
    const std::string name = file.path().stem().string();
    if (file.path().extension() != ".json" || name.ends_with(".golden")) continue;
    if (name != "signature_vector_escaped_unicode") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string ReadTestdata(std::string_view file) {
  std::ifstream in(TestdataDir() / file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string Signature(std::string_view body, std::string_view secret) {
  return "sha256=" + HexEncode(AsView(HmacSha256Key(secret).Sign(body)));
}

WebhookRequest SignedPost(std::string body) {
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = kPath;
  request.headers.Add("Content-Type", "application/json");
  request.headers.Add("X-Hub-Signature-256", Signature(body, kAppSecret));
  request.body = std::move(body);
  return request;
}

WebhookRequest Handshake(std::string_view query) {
  WebhookRequest request;
  request.method = HttpMethod::kGet;
  request.target = std::string(kPath) + "?" + std::string(query);
  return request;
}

std::string OneChange(std::string_view field, std::string_view value) {
  return R"({"object":"whatsapp_business_account","entry":[{"id":"884201937465120","changes":[)"
         R"({"field":")" +
         std::string(field) + R"(","value":)" + std::string(value) + "}]}]}";
}

std::string MessagesChange(std::string_view lists) {
  return OneChange("messages",
                   R"({"messaging_product":"whatsapp","metadata":{"display_phone_number":)"
                   R"("15550142277","phone_number_id":"731905528846017"},"contacts":[{"profile":)"
                   R"({"name":"Priya"},"wa_id":"447700900123","user_id":"GB.7392"}],)" +
                       std::string(lists) + "}");
}

absl::StatusOr<InboundResult> Normalize(std::string body, absl::Time received_at) {
  static const ChannelAdapter& adapter = *MakeAdapter({}).value().release();
  const WebhookRequest request = SignedPost(std::move(body));
  const SignedRequest signed_request(request, "", {.body = true});
  return adapter.Normalize({.request = signed_request,
                            .mount = "receive",
                            .path_params = {},
                            .keep_raw = true,
                            .received_at = received_at});
}

std::size_t CountItems(JsonValue root) {
  std::size_t count = 0;
  for (const JsonValue entry : root["entry"].elements()) {
    for (const JsonValue change : entry["changes"].elements()) count += CountChange(change);
  }
  return count;
}

Event OnlyEvent(std::string body) {
  absl::StatusOr<InboundResult> result = Normalize(std::move(body));
  if (!result.ok() || result->events.size() != 1) return {};
  return *std::move(result->events.front().event);
}

std::string Part(const Event& event, std::string_view member) {
  const auto document = JsonDocument::Parse(ToJson(event));
  return document.ok() ? CompactJson(document->root()[member]) : "not JSON";
}

}  // namespace whatsapp::testing
}  // namespace omni::inline v0_1
