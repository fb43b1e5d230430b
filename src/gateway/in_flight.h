/// \file
/// How many requests are being handled, so that a shutdown can wait for them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <optional>
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
  /// One request, counted until this goes. Lifetime: the counter outlives it.
  class Ticket {
   public:
    Ticket(Ticket&& other) noexcept : counter_(std::exchange(other.counter_, nullptr)) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
      if (counter_ != nullptr) counter_->Leave();
    }

   private:
    friend class InFlight;
    explicit Ticket(InFlight* counter) : counter_(counter) {}
    InFlight* counter_;
  };

  /// Nothing once closed.
  [[nodiscard]] std::optional<Ticket> Enter();
  void Close();
  /// Whether the last request left within `patience`.
  [[nodiscard]] bool WaitUntilIdle(absl::Duration patience);

 private:
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
