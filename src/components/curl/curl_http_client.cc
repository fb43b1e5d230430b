#include <signal.h>

#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "base/status_macros.h"
#include "components/curl/curl_loop.h"
#include "components/curl/exchange.h"
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

// Never undone: the host may use libcurl too.
absl::Status InitializeCurl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  constexpr int kNeeded = CURL_VERSION_SSL | CURL_VERSION_ASYNCHDNS;
  if (code != CURLE_OK || (curl_version_info(CURLVERSION_NOW)->features & kNeeded) != kNeeded) {
    return absl::FailedPreconditionError("libcurl has no TLS or no asynchronous name resolution");
  }
  return absl::OkStatus();
}

// The peer of a connection may close it while we write; an error says so well enough.
void BlockBrokenPipeSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

/// Thread safety: thread-safe.
class CurlHttpClient final : public HttpClient {
 public:
  explicit CurlHttpClient(std::shared_ptr<internal::CurlLoop> loop) : loop_(std::move(loop)) {}

  CurlHttpClient(const CurlHttpClient&) = delete;
  CurlHttpClient& operator=(const CurlHttpClient&) = delete;

  ~CurlHttpClient() override {
    loop_->Stop();
    if (!thread_.joinable()) return;
    // A completion may hold the last reference. The loop, which it shares, outlives the client
    // then.
    if (thread_.get_id() == std::this_thread::get_id()) {
      thread_.detach();
    } else {
      thread_.join();
    }
  }

  absl::Status Start() {
    try {
      thread_ = std::thread([loop = loop_] {
        BlockBrokenPipeSignal();
        loop->Run();
      });
    } catch (const std::system_error&) {
      return absl::UnavailableError("no thread can be started");
    }
    return absl::OkStatus();
  }

  void Send(SendParams params, Completion<absl::StatusOr<HttpResponse>> done) override {
    auto exchange = std::make_unique<internal::Exchange>(std::move(params.request), std::move(done),
                                                         loop_->options());
    absl::Status status = exchange->Prepare();
    if (status.ok()) status = loop_->Submit(exchange);
    if (!status.ok()) exchange->Complete(std::move(status));
  }

 private:
  const std::shared_ptr<internal::CurlLoop> loop_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<HttpClient>> MakeCurlHttpClient(
    const CurlHttpClientOptions& options) {
  OMNI_RETURN_IF_ERROR(CheckOptions(options));
  OMNI_RETURN_IF_ERROR(InitializeCurl());
  OMNI_ASSIGN_OR_RETURN(std::shared_ptr<internal::CurlLoop> loop,
                        internal::CurlLoop::Make(options));
  auto client = std::make_shared<CurlHttpClient>(std::move(loop));
  OMNI_RETURN_IF_ERROR(client->Start());
  return client;
}

}  // namespace omni::inline v0_1
