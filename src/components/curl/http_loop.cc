#include "components/curl/http_loop.h"

#include <utility>

#include "base/status_macros.h"
#include "components/curl/curl_loop.h"
#include "components/thread.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

// Never undone: the host may use libcurl too.
absl::Status InitializeCurl() {
  static const CURLcode kCode = curl_global_init(CURL_GLOBAL_DEFAULT);
  constexpr int kNeeded = CURL_VERSION_SSL | CURL_VERSION_ASYNCHDNS;
  if (kCode != CURLE_OK || (curl_version_info(CURLVERSION_NOW)->features & kNeeded) != kNeeded) {
    return absl::FailedPreconditionError("libcurl has no TLS or no asynchronous name resolution");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpLoopThread>> HttpLoopThread::Start(
    const CurlHttpClientOptions& options) {
  OMNI_RETURN_IF_ERROR(InitializeCurl());
  OMNI_ASSIGN_OR_RETURN(const std::shared_ptr<CurlLoop> loop, CurlLoop::Make(options));
  std::unique_ptr<HttpLoopThread> started(new HttpLoopThread);
  started->loop_ = loop;
  started->stop_ = [loop] { loop->Stop(); };
  OMNI_ASSIGN_OR_RETURN(started->thread_, StartThread([loop] { loop->Run(); }));
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
