/// \file
/// How many requests are being handled, so that a shutdown can wait for them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "base/mutex.h"

namespace omni::inline v0_1 {
namespace internal {

/// Counts requests; closed, it lets none in.
///
/// Thread safety: thread-safe.
class InFlight {
 public:
  /// One request, counted until this goes.
  class Ticket {
   public:
    /// Empty when the counter is closed.
    explicit Ticket(std::shared_ptr<InFlight> counter)
        : counter_(counter->Enter() ? std::move(counter) : nullptr) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() {
      if (counter_ != nullptr) counter_->Leave();
    }

    [[nodiscard]] explicit operator bool() const { return counter_ != nullptr; }

   private:
    std::shared_ptr<InFlight> counter_;
  };

  void Close();
  /// Whether the last request left within `patience`.
  [[nodiscard]] bool WaitUntilIdle(absl::Duration patience);

 private:
  bool Enter();
  void Leave();

  Mutex mutex_;
  std::condition_variable_any idle_;
  bool closed_ OMNI_GUARDED_BY(mutex_) = false;
  std::size_t count_ OMNI_GUARDED_BY(mutex_) = 0;
};

/// `duration` for the standard library's waits, which overflow on what is too long.
[[nodiscard]] std::chrono::nanoseconds WaitTime(absl::Duration duration);

}  // namespace internal
}  // namespace omni::inline v0_1
