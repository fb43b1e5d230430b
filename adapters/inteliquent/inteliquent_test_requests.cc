#include "inteliquent_test_requests.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "omni/adapters/inteliquent.h"
#include "omni/codec.h"
#include "paths/source_path.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace testing {
namespace {

std::string Text(JsonValue value) { return std::string(value.text()); }

JsonValue Manifest() {
  static const auto& document =
      *new absl::StatusOr<JsonDocument>(JsonDocument::Parse(ReadTestdata("manifest.json")));
  return document->root();
}

std::string With(std::string_view object, std::string_view members) {
  std::string text(object);
  if (!members.empty()) text.append(",").append(members);
  return text + "}";
}

}  // namespace

std::string ReadTestdata(std::string_view file) {
  const std::string path = SourcePath("adapters/inteliquent/testdata/") + std::string(file);
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
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

WebhookRequest FixtureRequest(std::string_view name, std::string_view proof) {
  const JsonValue entry = FixtureEntry(name);
  WebhookRequest request;
  request.method = ParseHttpMethod(entry["method"].text());
  request.target = Text(entry["path"]);
  for (const JsonValue headers : {entry["headers"], entry["auth_variants"][proof]}) {
    for (const JsonMember header : headers.members()) {
      request.headers.Add(std::string(header.key), Text(header.value));
    }
  }
  request.body = ReadTestdata(entry["file"].text());
  return request;
}

WebhookRequest BarePost(std::string body) {
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = kPath;
  request.headers.Add("Content-Type", "application/json");
  request.body = std::move(body);
  return request;
}

WebhookRequest ProvedPost(std::string body) {
  return WithHeader(BarePost(std::move(body)), "Authorization",
                    "Bearer " + std::string(kKeyCanary));
}

WebhookRequest WithHeader(WebhookRequest request, std::string_view name, std::string value) {
  request.headers.Set(name, std::move(value));
  return request;
}

std::string Message(std::string_view members) {
  return With(R"({"messageId":"m1","type":"sms","from":"+12125550187","to":"+14045550123",)"
              R"("timestamp":"2026-02-03T15:00:00.000Z")",
              members);
}

std::string Receipt(std::string_view members) {
  return With(R"({"messageId":"m1","type":"delivery_receipt","status":"delivered",)"
              R"("timestamp":"2026-02-03T15:00:00.000Z")",
              members);
}

std::string NativeMessage(std::string_view members) {
  return With(R"({"referenceId":"r1","from":"12125550187","to":["14045550123"])", members);
}

std::string NativeReceipt(std::string_view members) {
  return With(R"({"referenceId":"r1","deliveryReceipt":true)", members);
}

absl::StatusOr<InboundResult> NormalizeWith(const NormalizeSettings& settings) {
  const auto adapter = MakeAdapter({.our_numbers = settings.our_numbers});
  const WebhookRequest request = ProvedPost(settings.body);
  const SignedRequest signed_request(request, "", {.body = true, .url = true});
  return adapter.value()->Normalize({.request = signed_request,
                                     .mount = settings.mount,
                                     .path_params = {},
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
}  // namespace inteliquent
}  // namespace omni::inline v0_1
