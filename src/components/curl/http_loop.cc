#include "components/curl/http_loop.h"

#include <signal.h>

#include <system_error>
#include <utility>

#include "base/status_macros.h"
#include "components/curl/curl_loop.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

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

}  // namespace

absl::StatusOr<std::unique_ptr<HttpLoopThread>> HttpLoopThread::Start(
    const CurlHttpClientOptions& options) {
  OMNI_RETURN_IF_ERROR(InitializeCurl());
  OMNI_ASSIGN_OR_RETURN(const std::shared_ptr<CurlLoop> loop, CurlLoop::Make(options));
  std::unique_ptr<HttpLoopThread> started(new HttpLoopThread);
  started->loop_ = loop;
  started->stop_ = [loop] { loop->Stop(); };
  try {
    started->thread_ = std::thread([loop] {
      BlockBrokenPipeSignal();
      loop->Run();
    });
  } catch (const std::system_error&) {
    return absl::UnavailableError("no thread can be started");
  }
  return started;
}

HttpLoopThread::~HttpLoopThread() {
  stop_();
  if (!thread_.joinable()) return;
  // A completion may hold the last reference. The loop, which the thread shares, outlives us then.
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

}  // namespace internal
}  // namespace omni::inline v0_1
