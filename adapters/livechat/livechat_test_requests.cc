#include "livechat_test_requests.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "livechat_call.h"
#include "omni/codec.h"
#include "paths/source_path.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

constexpr std::string_view kBoundary = "fxboundary7d1";

std::string TestdataDir() { return SourcePath("adapters/livechat/testdata"); }

const ChannelAdapter& FixtureAdapter() {
  static const ChannelAdapter& adapter = *MakeAdapter(FixtureOptions()).value().release();
  return adapter;
}

}  // namespace

std::string ReadTestdata(std::string_view file) {
  std::ifstream in(TestdataDir() + "/" + std::string(file), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> FixtureNames() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(TestdataDir())) {
    const std::string name = file.path().stem().string();
    const bool numbered = name.front() >= '0' && name.front() <= '9';
    if (numbered && !name.ends_with(".golden")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

JsonValue Fixture(std::string_view name) {
  static auto& documents = *new std::map<std::string, absl::StatusOr<JsonDocument>, std::less<>>();
  const auto [place, added] = documents.try_emplace(std::string(name), absl::UnknownError(""));
  if (added) place->second = JsonDocument::Parse(ReadTestdata(std::string(name) + ".json"));
  return place->second->root();
}

WebhookRequest FixtureRequest(std::string_view name) {
  const JsonValue source = Fixture(name)["request"];
  WebhookRequest request;
  request.method = ParseHttpMethod(source["method"].text());
  request.target = source["target"].text();
  for (const JsonMember header : source["headers"].members()) {
    request.headers.Add(std::string(header.key), std::string(header.value.text()));
  }
  request.body = source["body"].text();
  return request;
}

WebhookRequest BarePost(std::string_view target, std::string body) {
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = target;
  request.headers.Add("Content-Type", "application/json");
  request.body = std::move(body);
  return request;
}

WebhookRequest TokenPost(std::string_view target, std::string body) {
  return WithHeader(BarePost(target, std::move(body)), "Authorization",
                    "Bearer " + std::string(kTokenCanary));
}

WebhookRequest WithHeader(WebhookRequest request, std::string_view name, std::string_view value) {
  request.headers.Set(name, std::string(value));
  return request;
}

std::string Webhook(std::string_view action, std::string_view payload, std::string_view secret) {
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject();
  for (const auto& [key, value] :
       {std::pair<std::string_view, std::string_view>{"webhook_id", "fxwh0001"},
        {"secret_key", secret},
        {"action", action},
        {"organization_id", kOrganization}}) {
    writer.Key(key);
    writer.String(value);
  }
  writer.Key("payload");
  writer.Raw(payload);
  writer.EndObject();
  return body;
}

std::string ChatEvent(std::string_view members) {
  std::string payload = R"({"chat_id":"CFX1","thread_id":"TFX1","event":{"id":"TFX1_1",)"
                        R"("created_at":"2024-01-15T10:30:01.120400Z","visibility":"all",)"
                        R"("type":"message","author_id":")";
  payload.append(kCustomer).append("\"");
  if (!members.empty()) payload.append(",").append(members);
  return payload + "}}";
}

WebhookRequest Upload(const std::vector<Part>& parts) {
  std::string body;
  for (const Part& part : parts) {
    body.append("--").append(kBoundary).append("\r\nContent-Disposition: form-data; name=\"");
    body.append(part.name).append("\"").append(part.parameters).append("\r\n");
    body.append(part.headers).append("\r\n").append(part.content).append("\r\n");
  }
  body.append("--").append(kBoundary).append("--\r\n");
  return WithHeader(
      TokenPost(std::string(kChatPath) + "?action=upload_media&chat_id=CFX1", std::move(body)),
      "Content-Type", "multipart/form-data; boundary=" + std::string(kBoundary));
}

Options FixtureOptions() {
  return {.organizations = {std::string(kOrganization), "90001234"},
          .identifiers = {"org123:user456:lc-789"},
          .webhook_ids = {"fxwh0001", "fxwh0002"}};
}

absl::StatusOr<InboundResult> Normalize(const WebhookRequest& request) {
  const bool chat = request.target.starts_with("/livechat/");
  PathParams path_params;
  path_params.Add("identifier", std::string(kSegment));
  const SignedRequest signed_request(request, "", {.body = true});
  return FixtureAdapter().Normalize({.request = signed_request,
                                     .mount = chat ? kChatMount : kWebhookMount,
                                     .path_params = path_params,
                                     .keep_raw = true,
                                     .max_events = 10'000,
                                     .received_at = absl::FromUnixSeconds(1'705'314'605)});
}

absl::StatusOr<InboundResult> NormalizeWebhook(std::string body) {
  return Normalize(BarePost(kWebhookPath, std::move(body)));
}

Event OnlyEvent(std::string body) {
  auto result = NormalizeWebhook(std::move(body));
  if (!result.ok() || result->events.size() != 1) return {};
  return *std::move(result->events.front().event);
}

std::string Member(const Event& event, std::string_view member) {
  const auto document = JsonDocument::Parse(ToJson(event));
  return document.ok() ? CompactJson(document->root()[member]) : "not JSON";
}

}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1
