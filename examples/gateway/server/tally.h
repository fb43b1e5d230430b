// What outlives the server: completions that come late still settle their accounts here.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "admission.h"
#include "http_server.h"

namespace host::internal {

/// Thread safety: thread-safe.
class Tally {
 public:
  explicit Tally(const ServerOptions& options)
      : admission(options.max_in_flight, options.max_in_flight_bytes) {}

  void CountConnection() {
    connections_.fetch_add(1);
    accepted_.fetch_add(1, std::memory_order_relaxed);
  }
  void CountClosed() {
    if (connections_.fetch_sub(1) > 1) return;
    const std::lock_guard lock(mutex_);
    none_left_.notify_all();
  }
  /// A connection was closed by us although it was owed an answer.
  void CountCut() { cut_.fetch_add(1, std::memory_order_relaxed); }
  void CountRefused() { refused_.fetch_add(1, std::memory_order_relaxed); }
  void CountShed() { shed_.fetch_add(1, std::memory_order_relaxed); }

  [[nodiscard]] bool HasCut() const { return cut_.load() > 0; }

  /// Whether all connections were closed before the deadline.
  [[nodiscard]] bool WaitUntilNoneLeft(absl::Time deadline) {
    std::unique_lock lock(mutex_);
    while (connections_.load() > 0) {
      const absl::Duration left = deadline - absl::Now();
      if (left <= absl::ZeroDuration()) return false;
      none_left_.wait_for(lock, absl::ToChronoMilliseconds(std::min(left, absl::Minutes(1))));
    }
    return true;
  }

  [[nodiscard]] ServerStats stats() const {
    return {.connections = connections_.load(std::memory_order_relaxed),
            .in_flight = admission.requests(),
            .accepted_connections = accepted_.load(std::memory_order_relaxed),
            .refused_requests = refused_.load(std::memory_order_relaxed),
            .shed_requests = shed_.load(std::memory_order_relaxed)};
  }

  Admission admission;

 private:
  std::atomic<std::size_t> connections_ = 0;
  std::atomic<std::uint64_t> accepted_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
  std::atomic<std::uint64_t> shed_ = 0;
  std::atomic<std::uint64_t> cut_ = 0;
  std::mutex mutex_;
  std::condition_variable none_left_;
};

}  // namespace host::internal
