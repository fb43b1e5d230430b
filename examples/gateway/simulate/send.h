/// \file
/// Sends simulated webhooks and measures the answers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/http.h"
#include "omni/ports/http_client.h"
#include "simulate/cases.h"

namespace host {

struct SendCasesParams {
  omni::HttpClient& client;
  /// Where a request goes. Called on any thread.
  std::function<std::string(const omni::WebhookRequest& request)> url_of = {};
  std::int64_t count = 1;
  int concurrency = 1;
  absl::Duration timeout = absl::Seconds(30);
  /// The requests of the case number `index`. Called on any thread.
  std::function<absl::StatusOr<std::vector<SimulatedRequest>>(std::int64_t index)> build = {};
};

struct SendReport {
  /// The answers, and errors as 0, by status.
  std::map<int, std::int64_t> by_status = {};
  std::int64_t requests = 0;
  std::int64_t accepted = 0;
  std::vector<absl::Duration> latencies = {};  ///< of the answers, shortest first
  absl::Duration elapsed = absl::ZeroDuration();
  /// Of the first case, request by request.
  std::vector<absl::StatusOr<omni::HttpResponse>> answers = {};

  [[nodiscard]] bool all_accepted() const { return accepted == requests; }
  /// The latency that the share `p` of all answers does not exceed; zero without answers.
  [[nodiscard]] absl::Duration Percentile(double p) const;
};

/// Sends each case's requests one after another, and `concurrency` cases at once. A case of which a
/// request is not accepted goes on: carriers do not give up either.
///
/// Errors: what `build` returns.
[[nodiscard]] absl::StatusOr<SendReport> SendCases(const SendCasesParams& params);

}  // namespace host
