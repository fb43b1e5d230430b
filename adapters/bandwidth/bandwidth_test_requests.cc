#include "bandwidth_test_requests.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "omni/adapters/bandwidth.h"
#include "omni/codec.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "paths/source_path.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace testing {
namespace {

constexpr std::string_view kSignatureHeader = "X-Bandwidth-Signature-Hmac-Sha256";

std::string Text(JsonValue value) { return std::string(value.text()); }

}  // namespace

std::string ReadTestdata(std::string_view file) {
  const std::string path = SourcePath("adapters/bandwidth/testdata/") + std::string(file);
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

JsonValue Manifest() {
  static const auto& document =
      *new absl::StatusOr<JsonDocument>(JsonDocument::Parse(ReadTestdata("manifest.json")));
  return document->root();
}

std::vector<std::string> FixtureNames() {
  std::vector<std::string> names;
  for (const JsonValue entry : Manifest().elements()) {
    const std::string_view file = entry["file"].text();
    names.emplace_back(file.substr(0, file.rfind('.')));
  }
  return names;
}

JsonValue FixtureEntry(std::string_view name) {
  for (const JsonValue entry : Manifest().elements()) {
    if (entry["file"].text() == std::string(name) + ".json") return entry;
  }
  return {};
}

WebhookRequest FixtureRequest(std::string_view name) {
  const JsonValue entry = FixtureEntry(name);
  WebhookRequest request;
  request.method = ParseHttpMethod(entry["method"].text());
  request.target = Text(entry["path"]);
  for (const JsonMember header : entry["headers"].members()) {
    request.headers.Add(std::string(header.key), Text(header.value));
  }
  if (!request.headers.Find(kSignatureHeader)) {
    request.headers.Add("Authorization", Basic(kUsername, kPasswordCanary));
  }
  request.body = ReadTestdata(entry["file"].text());
  return request;
}

std::string Basic(std::string_view username, std::string_view password) {
  return "Basic " + Base64Encode(std::string(username) + ":" + std::string(password));
}

std::string Signature(std::string_view body, std::string_view key) {
  return HexEncode(AsView(HmacSha256Key(key).Sign(body)));
}

WebhookRequest BarePost(std::string body) {
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = kPath;
  request.headers.Add("Content-Type", "application/json; charset=utf-8");
  request.headers.Add("User-Agent", "BandwidthAPI/v2");
  request.body = std::move(body);
  return request;
}

WebhookRequest ProvedPost(std::string body) {
  WebhookRequest request = BarePost(std::move(body));
  request.headers.Add("Authorization", Basic(kUsername, kPasswordCanary));
  return request;
}

std::string Received(std::string_view members) {
  return R"({"type":"message-received","time":"2026-02-03T14:05:06.000Z","to":"+14045550123",)"
         R"("message":{"id":"m1","applicationId":"app","time":"2026-02-03T14:05:06.000Z",)"
         R"("direction":"in","to":["+14045550123"],"from":"+12125550187")" +
         std::string(members.empty() ? "" : ",") + std::string(members) + "}}";
}

std::string StatusOf(std::string_view type, std::string_view members) {
  return R"({"type":")" + std::string(type) + R"(","time":"2026-02-03T14:05:06.000Z",)" +
         std::string(members) +
         R"("to":"+12125550187","message":{"id":"m1","applicationId":"app","direction":"out",)"
         R"("to":["+12125550187"],"from":"+14045550123"}})";
}

absl::StatusOr<InboundResult> NormalizeWith(const NormalizeSettings& settings) {
  static const auto& adapter =
      *new std::unique_ptr<const ChannelAdapter>(std::move(MakeAdapter({}).value()));
  const WebhookRequest request = ProvedPost(settings.body);
  PathParams path_params;
  path_params.Add("destination", settings.destination);
  const SignedRequest signed_request(request, "https://hooks.example.com/", settings.coverage);
  return adapter->Normalize({.request = signed_request,
                             .mount = "receive",
                             .path_params = path_params,
                             .keep_raw = true,
                             .max_events = settings.max_events});
}

absl::StatusOr<InboundResult> Normalize(std::string body) {
  return NormalizeWith({.body = std::move(body)});
}

Event OnlyEvent(std::string body) {
  auto result = Normalize(std::move(body));
  if (!result.ok() || result->events.size() != 1) return {};
  return *std::move(result->events.front().event);
}

std::string Part(const Event& event, std::string_view member) {
  const auto document = JsonDocument::Parse(ToJson(event));
  return document.ok() ? CompactJson(document->root()[member]) : "not JSON";
}

}  // namespace testing
}  // namespace bandwidth
}  // namespace omni::inline v0_1
