/// \file
/// What the tests of the Twilio adapter share: fixtures, and requests signed at test time.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/adapter.h"
#include "omni/adapters/twilio.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "paths/source_path.h"

namespace omni::inline v0_1 {
namespace twilio {

inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
inline constexpr std::string_view kToken = "7f3c1e9a5b2d4860a1c4e7f9023b6d8e";
inline constexpr std::string_view kAccount = "AC5a1d0c3b7e92f84610d3a5c7e9b1f204";
inline constexpr std::string_view kSmsUrl = "https://hooks.example.com/twilio/sms";

/// The content of a file in testdata/; fails the test when there is none.
inline std::string ReadTestdata(std::string_view name) {
  const std::string path = SourcePath("adapters/twilio/testdata/") + std::string(name);
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// vectors.json: what the official SDK signed and how it judged.
inline const JsonDocument& Vectors() {
  static const auto& document =
      *new absl::StatusOr<JsonDocument>(JsonDocument::Parse(ReadTestdata("vectors.json")));
  return *document;
}

/// A request as Twilio would have it arrive.
struct Presented {
  std::string url = std::string(kSmsUrl);
  std::string body = {};
  std::string signature = {};
  std::string content_type = std::string(kFormType);
  HttpMethod method = HttpMethod::kPost;
};

inline WebhookRequest MakeRequest(const Presented& presented) {
  WebhookRequest request;
  request.method = presented.method;
  const std::size_t path = presented.url.find('/', presented.url.find("://") + 3);
  request.target = path == std::string::npos ? "/" : presented.url.substr(path);
  request.body = presented.body;
  if (!presented.content_type.empty()) {
    request.headers.Add("Content-Type", presented.content_type);
  }
  request.headers.Add("x-twilio-signature", presented.signature);
  return request;
}

inline KeySet KeysOf(std::initializer_list<std::string_view> tokens) {
  KeySet keys;
  keys.Set("authToken", KeyRing::Of("authToken", tokens));
  return keys;
}

inline std::unique_ptr<const ChannelAdapter> NewAdapter(const Options& options) {
  return *MakeAdapter(options);
}
inline std::unique_ptr<const ChannelAdapter> NewAdapter() { return NewAdapter(Options{}); }

inline absl::StatusOr<VerifyResult> Verify(const ChannelAdapter& adapter,
                                           const Presented& presented, const KeySet& keys,
                                           Explanation* explanation = nullptr) {
  const WebhookRequest request = MakeRequest(presented);
  return adapter.Verify({.request = request,
                         .mount = "receive",
                         .path_params = {},
                         .external_url = presented.url,
                         .keys = keys,
                         .explanation = explanation});
}

/// The signature of a text, by Twilio's rule.
inline std::string Sign(std::string_view text, std::string_view token = kToken) {
  return Base64Encode(AsView(HmacSha1Key(token).Sign(text)));
}

struct NormalizeSettings {
  Presented presented = {};
  bool keep_raw = false;
  std::size_t max_events = 100;
  Coverage coverage = {.body = true, .url = true};
};

inline absl::StatusOr<InboundResult> Normalize(const NormalizeSettings& settings) {
  const WebhookRequest request = MakeRequest(settings.presented);
  const SignedRequest signed_request(request, settings.presented.url, settings.coverage);
  return NewAdapter()->Normalize({.request = signed_request,
                                  .mount = "receive",
                                  .path_params = {},
                                  .keep_raw = settings.keep_raw,
                                  .max_events = settings.max_events});
}

inline absl::StatusOr<InboundResult> NormalizeBody(std::string body) {
  return Normalize({.presented = {.body = std::move(body)}});
}

/// The one event of a form body; an empty event, and a failed test, when there is not one.
inline Event EventOf(std::string body) {
  absl::StatusOr<InboundResult> result = NormalizeBody(std::move(body));
  EXPECT_TRUE(result.ok()) << result.status();
  if (!result.ok() || result->events.size() != 1) {
    ADD_FAILURE() << "not one event";
    return {};
  }
  return *result->events.front().event;
}

}  // namespace twilio
}  // namespace omni::inline v0_1
