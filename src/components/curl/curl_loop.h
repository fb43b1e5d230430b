/// \file
/// The loop that drives all requests of a client, on libcurl's multi interface.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "components/curl/exchange.h"
#include "components/curl/handles.h"
#include "components/curl/http_loop.h"
#include "omni/components/curl.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: thread-safe, but that Run is called once, on the loop's thread.
class CurlLoop final : public HttpLoop {
 public:
  /// Errors: Unavailable.
  static absl::StatusOr<std::shared_ptr<CurlLoop>> Make(const CurlHttpClientOptions& options);

  void Send(SendParams params, Completion<absl::StatusOr<HttpResponse>> done) override;
  void Post(Task task) override { PostAfter(absl::ZeroDuration(), std::move(task)); }
  void PostAfter(absl::Duration pause, Task task) override;
  [[nodiscard]] bool IsCurrentThread() const override;

  /// Lets Run complete everything with Cancelled and return.
  void Stop();
  void Run();

 private:
  using TimePoint = Exchange::Clock::time_point;
  struct Entry {
    std::unique_ptr<Exchange> exchange;
    bool is_running = false;
    TimePoint alarm = {};  ///< the deadline while it is running, else the next attempt's time
  };
  using Entries = std::unordered_map<CURL*, Entry>;
  using Tasks = std::multimap<TimePoint, Task>;  // those of one time in the order they came

  CurlLoop(CurlHttpClientOptions options, CurlMultiHandle multi);

  /// Takes the exchange over when OK. Errors: Unavailable (there are too many), Cancelled
  /// (stopped).
  [[nodiscard]] absl::Status Submit(std::unique_ptr<Exchange>& exchange);

  /// Whether to go on.
  bool TakeSubmitted();
  void RunTasks();
  void RingAlarms();
  void EndTransfers();
  void Wait();

  void StartAttempt(Entries::iterator entry);
  void EndAttempt(Entries::iterator entry, CURLcode code);
  /// Whether another attempt is to come.
  bool ScheduleRetry(const Exchange::Outcome& outcome, Entry& entry);
  void Finish(Entries::iterator entry, absl::StatusOr<HttpResponse> result);
  void CancelAll();

  const CurlHttpClientOptions options_;
  const CurlMultiHandle multi_;

  // Of the loop's thread.
  Entries entries_;  // goes before multi_, as libcurl wants it
  Tasks tasks_;
  std::minstd_rand random_;

  mutable Mutex mutex_;
  std::vector<std::unique_ptr<Exchange>> submitted_ OMNI_GUARDED_BY(mutex_);
  Tasks posted_ OMNI_GUARDED_BY(mutex_);
  std::thread::id thread_ OMNI_GUARDED_BY(mutex_);
  std::size_t in_flight_ OMNI_GUARDED_BY(mutex_) = 0;
  bool is_stopped_ OMNI_GUARDED_BY(mutex_) = false;
};

}  // namespace internal
}  // namespace omni::inline v0_1
