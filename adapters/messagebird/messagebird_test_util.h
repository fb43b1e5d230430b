/// \file
/// What the tests of the MessageBird adapter share: fixtures, vectors, and what becomes of them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/adapter.h"
#include "omni/adapters/messagebird.h"
#include "omni/error.h"
#include "omni/json.h"
#include "paths/source_path.h"

namespace omni::inline v0_1 {
namespace messagebird {

inline constexpr std::string_view kKey = "fx-mb-signing-key-7Qm2rT9vLx4";
inline constexpr std::string_view kUrl = "https://api.example.com/messagebird";
inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
inline const absl::Time kNow = absl::FromUnixSeconds(1'705'314'605);

/// The content of a file in testdata/; fails the test when there is none.
inline std::string ReadTestdata(std::string_view name) {
  const std::string path = SourcePath("adapters/messagebird/testdata/") + std::string(name);
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A file of JSON, read once. Lifetime: the program's.
inline const JsonDocument& ReadJson(const std::string& name) {
  static auto& documents = *new std::map<std::string, JsonDocument>;
  if (const auto known = documents.find(name); known != documents.end()) return known->second;
  auto document = JsonDocument::Parse(ReadTestdata(name));
  EXPECT_TRUE(document.ok()) << name << document.status();
  return documents.emplace(name, *std::move(document)).first->second;
}

inline const JsonDocument& Vectors() {
  static const JsonDocument& document = ReadJson("vectors.json");
  return document;
}

/// The fixtures: whole requests, each with what is expected of it.
inline constexpr std::string_view kFixtures[] = {
    "01_seed_inbound_sms",
    "02_seed_delivery_status",
    "03_flowbuilder_inbound_json",
    "04_flowbuilder_inbound_numeric",
    "05_inbound_form_duplicate_keys",
    "06_inbound_form_shortcode",
    "07_inbound_form_mms",
    "08_inbound_get_query",
    "09_status_get_delivered",
    "10_status_get_failed_optout",
    "11_status_get_buffered_empty_code",
    "12_status_get_unknown_value",
    "13_conversations_created_text",
    "14_conversations_created_image",
    "15_conversations_created_own_echo",
    "16_conversations_updated_read",
    "17_bird_channels_sms_inbound",
    "18_bird_channels_sms_outbound_failed",
    "19_bird_v1_sms_received",
    "20_unsigned_in_required_mode",
    "21_malformed_json",
};

/// A request as it arrives, and what it is checked with.
struct Presented {
  HttpMethod method = HttpMethod::kPost;
  std::string url = std::string(kUrl);
  HttpHeaders headers = {{"Content-Type", std::string(kJsonType)}};
  std::string body = {};
  std::vector<std::string> keys = {std::string(kKey)};
  absl::Time now = kNow;
  bool origin_allowed = false;
};

inline WebhookRequest MakeRequest(const Presented& presented) {
  WebhookRequest request;
  request.method = presented.method;
  const std::size_t path = presented.url.find('/', presented.url.find("://") + 3);
  request.target = path == std::string::npos ? "/" : presented.url.substr(path);
  request.headers = presented.headers;
  request.body = presented.body;
  request.peer = "192.0.2.1";
  return request;
}

/// `request` of a fixture, or a vector, which has the same members.
inline Presented FromJson(JsonValue request) {
  const auto text = [&request](std::string_view name) { return std::string(request[name].text()); };
  Presented presented;
  presented.method = ParseHttpMethod(request["method"].text());
  if (const std::string url = text("public_url"); !url.empty()) presented.url = url;
  if (const std::string query = text("raw_query"); !query.empty()) presented.url += "?" + query;
  presented.headers = {};
  for (const JsonMember header : request["headers"].members()) {
    presented.headers.Add(std::string(header.key), std::string(header.value.text()));
  }
  presented.body = text("body");
  return presented;
}

inline Presented FromFixture(JsonValue fixture) {
  Presented presented = FromJson(fixture["request"]);
  presented.keys = {std::string(fixture["signing_key"].text())};
  presented.now = absl::FromUnixSeconds(*fixture["now"].AsInt64());
  return presented;
}

inline std::unique_ptr<const ChannelAdapter> NewAdapter(const Options& options = {}) {
  return *MakeAdapter(options);
}

inline KeySet KeysOf(const std::vector<std::string>& secrets) {
  KeyRing::Keys keys;
  for (const std::string& secret : secrets) {
    keys.push_back(std::make_shared<const Key>("signingKey[" + std::to_string(keys.size()) + "]",
                                               Secret(secret)));
  }
  KeySet set;
  set.Set("signingKey", KeyRing(std::move(keys)));
  return set;
}

inline absl::StatusOr<VerifyResult> Verify(const Presented& presented, const Options& options = {},
                                           Explanation* explanation = nullptr) {
  const WebhookRequest request = MakeRequest(presented);
  return NewAdapter(options)->Verify({.request = request,
                                      .mount = "receive",
                                      .path_params = {},
                                      .external_url = presented.url,
                                      .keys = KeysOf(presented.keys),
                                      .origin_allowed = presented.origin_allowed,
                                      .now = presented.now,
                                      .explanation = explanation});
}

/// The reason of a refusal; `ok` for none.
inline std::string ReasonOf(const absl::StatusOr<VerifyResult>& result) {
  return result.ok() ? "ok" : GetErrorDetail(result.status()).reason;
}

struct NormalizeSettings {
  Coverage coverage = {.body = true, .url = true};
  bool keep_raw = false;
  std::size_t max_events = 100;
  Options options = {};
};

inline absl::StatusOr<InboundResult> Normalize(const Presented& presented,
                                               const NormalizeSettings& settings = {}) {
  const WebhookRequest request = MakeRequest(presented);
  const SignedRequest signed_request(request, presented.url, settings.coverage);
  return NewAdapter(settings.options)
      ->Normalize({.request = signed_request,
                   .mount = "receive",
                   .path_params = {},
                   .keep_raw = settings.keep_raw,
                   .max_events = settings.max_events});
}

inline absl::StatusOr<InboundResult> NormalizeJson(std::string body) {
  return Normalize({.body = std::move(body)});
}

inline absl::StatusOr<InboundResult> NormalizeQuery(std::string_view query) {
  return Normalize({.method = HttpMethod::kGet,
                    .url = std::string(kUrl) + "?" + std::string(query),
                    .headers = {}});
}

/// The one event of a result; an empty event, and a failed test, when there is not one.
inline Event OnlyEvent(absl::StatusOr<InboundResult> result) {
  EXPECT_TRUE(result.ok()) << result.status();
  if (!result.ok() || result->events.size() != 1) {
    ADD_FAILURE() << "not one event";
    return {};
  }
  return *result->events.front().event;
}

inline Event EventOf(std::string body) { return OnlyEvent(NormalizeJson(std::move(body))); }
inline Event EventOfQuery(std::string_view query) { return OnlyEvent(NormalizeQuery(query)); }

}  // namespace messagebird
}  // namespace omni::inline v0_1
