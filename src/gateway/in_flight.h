/// \file
/// How many requests are being handled, so that a shutdown can wait for them.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>

#include "absl/time/time.h"
#include "base/lanes.h"
#include "base/mutex.h"

namespace omni::inline v0_1 {
namespace internal {

/// Counts requests; closed, it lets none in. Threads count in lanes of their own.
///
/// Thread safety: thread-safe.
class InFlight {
  class Lane;

 public:
  /// One request, counted until this goes, which may outlive the counter.
  class Ticket {
   public:
    /// Empty when the counter is closed.
    explicit Ticket(const InFlight& counter);
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket();

    [[nodiscard]] explicit operator bool() const { return lane_ != nullptr; }

   private:
    std::shared_ptr<Lane> lane_;
  };

  InFlight();

  void Close();
  /// Of a closed counter: whether the last request left within `patience`.
  [[nodiscard]] bool WaitUntilIdle(absl::Duration patience);

 private:
  /// Where a shutdown waits.
  struct Door {
    Mutex mutex;
    std::condition_variable_any left;
  };

  /// Requests that some threads have begun.
  ///
  /// Thread safety: thread-safe.
  class alignas(kLaneAlignment) Lane {
   public:
    explicit Lane(std::shared_ptr<Door> door) : door_(std::move(door)) {}

    /// False when it is closed.
    bool Enter();
    void Leave();
    void Close() { state_.fetch_or(kClosed, std::memory_order_acq_rel); }
    [[nodiscard]] bool idle() const { return state_.load(std::memory_order_acquire) < kRequest; }

   private:
    static constexpr std::uint64_t kClosed = 1;
    static constexpr std::uint64_t kRequest = 2;

    std::atomic<std::uint64_t> state_ = 0;  ///< twice the requests, and whether it is closed
    const std::shared_ptr<Door> door_;
  };

  [[nodiscard]] bool IsIdle() const;

  const std::shared_ptr<Door> door_ = std::make_shared<Door>();
  std::array<std::shared_ptr<Lane>, kLanes> lanes_;
};

/// `duration` for the standard library's waits, which overflow on what is too long.
[[nodiscard]] std::chrono::nanoseconds WaitTime(absl::Duration duration);

}  // namespace internal
}  // namespace omni::inline v0_1
