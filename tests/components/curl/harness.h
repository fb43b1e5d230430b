/// \file
/// What the tests of the HTTP client share.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "loopback/server.h"
#include "omni/components/curl.h"
#include "omni/error.h"
#include "omni/testing/status_matchers.h"

namespace omni::curl_test {

using ::omni::loopback::Certificate;
using ::omni::loopback::Reply;
using ::omni::loopback::Request;
using ::omni::loopback::Server;
using ::omni::testing::IsOk;
using ::omni::testing::StatusIs;

using Result = absl::StatusOr<HttpResponse>;

/// Options with pauses between attempts that a test does not feel.
inline CurlHttpClientOptions QuickOptions() {
  CurlHttpClientOptions options;
  options.min_backoff = absl::Milliseconds(1);
  options.max_backoff = absl::Milliseconds(2);
  return options;
}

inline std::shared_ptr<HttpClient> Open(const CurlHttpClientOptions& options) {
  auto client = MakeCurlHttpClient(options);
  EXPECT_THAT(client, IsOk());
  return client.value_or(nullptr);
}
inline std::shared_ptr<HttpClient> Open() { return Open(QuickOptions()); }

inline HttpRequest Get(std::string url) {
  return {.method = HttpMethod::kGet, .url = std::move(url)};
}
inline HttpRequest Post(std::string url, std::string body) {
  return {.method = HttpMethod::kPost, .url = std::move(url), .body = std::move(body)};
}

inline std::future<Result> Start(HttpClient& client, HttpRequest request) {
  auto promise = std::make_shared<std::promise<Result>>();
  std::future<Result> result = promise->get_future();
  client.Send({std::move(request)},
              [promise](Result value) { promise->set_value(std::move(value)); });
  return result;
}

/// Whether the result is there, without waiting for it.
inline bool IsReady(const std::future<Result>& result) {
  return result.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

/// The result, which must come within twenty seconds.
inline Result Await(std::future<Result> result) {
  if (result.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
    return absl::UnknownError("the test waited in vain");
  }
  return result.get();
}

inline Result Fetch(HttpClient& client, HttpRequest request) {
  return Await(Start(client, std::move(request)));
}

/// The stable reason of a failure; empty for an answer.
inline std::string Reason(const Result& result) {
  return result.ok() ? "" : GetErrorDetail(result.status()).reason;
}

}  // namespace omni::curl_test
