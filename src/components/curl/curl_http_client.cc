#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "components/curl/http_loop.h"
#include "omni/components/curl.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace {

absl::Status OptionError(const std::string& problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, problem,
                   {.reason = "invalid_option", .blame = Blame::kHost});
}

absl::Status CheckOptions(const CurlHttpClientOptions& options) {
  if (options.max_in_flight == 0) return OptionError("max_in_flight must be positive");
  if (options.max_connections_per_host == 0) {
    return OptionError("max_connections_per_host must be positive");
  }
  if (options.connect_timeout < absl::Milliseconds(1) || options.connect_timeout > absl::Hours(1)) {
    return OptionError("connect_timeout must be between a millisecond and an hour");
  }
  if (options.max_attempts < 1) return OptionError("max_attempts must be positive");
  if (options.min_backoff <= absl::ZeroDuration() || options.max_backoff < options.min_backoff) {
    return OptionError("min_backoff must be positive, and max_backoff no less");
  }
  if (!options.ca_file.empty() && !std::ifstream(options.ca_file)) {
    return OptionError("ca_file cannot be read: " + options.ca_file);
  }
  return absl::OkStatus();
}

/// Thread safety: thread-safe.
class CurlHttpClient final : public HttpClient {
 public:
  explicit CurlHttpClient(std::unique_ptr<internal::HttpLoopThread> thread)
      : thread_(std::move(thread)) {}

  void Send(SendParams params, Completion<absl::StatusOr<HttpResponse>> done) override {
    thread_->loop()->Send(std::move(params), std::move(done));
  }

 private:
  const std::unique_ptr<internal::HttpLoopThread> thread_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<HttpClient>> MakeCurlHttpClient(
    const CurlHttpClientOptions& options) {
  OMNI_RETURN_IF_ERROR(CheckOptions(options));
  OMNI_ASSIGN_OR_RETURN(std::unique_ptr<internal::HttpLoopThread> thread,
                        internal::HttpLoopThread::Start(options));
  return std::make_shared<CurlHttpClient>(std::move(thread));
}

}  // namespace omni::inline v0_1
