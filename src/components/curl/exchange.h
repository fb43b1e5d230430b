/// \file
/// One request on its way: the handle that makes it, and what came back so far.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "components/curl/address_guard.h"
#include "components/curl/handles.h"
#include "omni/components/curl.h"
#include "omni/http.h"
#include "omni/ports/completion.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: confined.
class Exchange {
 public:
  using Clock = std::chrono::steady_clock;
  using Done = Completion<absl::StatusOr<HttpResponse>>;

  /// How an attempt ended.
  struct Outcome {
    absl::StatusOr<HttpResponse> result;
    bool is_transient = false;  ///< another attempt may fare better
    absl::Duration retry_after = absl::ZeroDuration();
  };

  /// The time of the request runs from here. Lifetime: the options' must cover the exchange's.
  Exchange(HttpRequest request, Done done, const CurlHttpClientOptions& options);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Sets the handle up. Errors: InvalidArgument (the request cannot be sent), Internal.
  [[nodiscard]] absl::Status Prepare();

  [[nodiscard]] CURL* handle() const { return handle_.get(); }
  [[nodiscard]] Clock::time_point deadline() const { return deadline_; }
  /// Attempts that were begun.
  [[nodiscard]] int attempts() const { return attempts_; }

  void BeginAttempt();
  [[nodiscard]] Outcome EndAttempt(CURLcode code);

  void Complete(absl::StatusOr<HttpResponse> result) { std::move(done_)(std::move(result)); }

 private:
  static std::size_t OnHeader(const char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t OnBody(const char* data, std::size_t size, std::size_t count, void* self);
  void SetBounds(CurlSetup& setup);
  void SetTls(CurlSetup& setup) const;
  [[nodiscard]] HttpResponse TakeResponse();

  const CurlHttpClientOptions& options_;
  const HttpRequest request_;
  const Clock::time_point deadline_;
  Done done_;

  AddressGuard guard_;
  CurlList headers_;
  CurlHandle handle_;  // after what it refers to

  int attempts_ = 0;
  std::size_t header_bytes_ = 0;
  bool is_too_large_ = false;
  std::string body_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
