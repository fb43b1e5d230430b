/// \file
/// A thread that makes requests and runs tasks, one at a time: what a component that speaks HTTP is
/// built on. What only the loop's tasks and completions touch needs no lock.
#pragma once

#include <memory>
#include <thread>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/components/curl.h"
#include "omni/export.h"
#include "omni/ports/http_client.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: thread-safe.
class OMNI_EXPORT HttpLoop : public HttpClient {
 public:
  using Task = absl::AnyInvocable<void() &&>;

  /// Runs the task on the loop's thread, after what was posted before. A task that is still waiting
  /// when the loop stops is destroyed, not run.
  virtual void Post(Task task) = 0;
  /// As Post, not before `pause` has passed.
  virtual void PostAfter(absl::Duration pause, Task task) = 0;
  /// Whether the caller is the loop.
  [[nodiscard]] virtual bool IsCurrentThread() const = 0;
};

/// Runs a loop. The loop may be shared and outlive this; it does nothing any more then.
///
/// Thread safety: confined.
class OMNI_EXPORT HttpLoopThread {
 public:
  /// Errors: as MakeCurlHttpClient.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<HttpLoopThread>> Start(
      const CurlHttpClientOptions& options);
  /// Completes what is pending with Cancelled and waits for the thread, unless it is this thread.
  ~HttpLoopThread();
  HttpLoopThread(const HttpLoopThread&) = delete;
  HttpLoopThread& operator=(const HttpLoopThread&) = delete;

  [[nodiscard]] const std::shared_ptr<HttpLoop>& loop() const { return loop_; }

 private:
  HttpLoopThread() = default;

  std::shared_ptr<HttpLoop> loop_;
  absl::AnyInvocable<void()> stop_;
  std::thread thread_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
