/// \file
/// Whether the queue takes events: what a probe says, off the server's threads, and what became of
/// the webhooks.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "engine/engine.h"
#include "omni/ports/observer.h"

namespace host {

/// Remembers what the last probe said. A probe that does not come back is an answer, too. So is a
/// webhook that could not be queued, until another one can or some time has passed: a probe does
/// not need the room that an event needs.
///
/// Thread safety: thread-safe.
class Readiness final : public omni::Observer {
 public:
  void OnRequest(const omni::RequestReport& report) override {
    if (report.accepted > 0) {
      if (refused_at_.load(std::memory_order_relaxed) != kNever) refused_at_ = kNever;
    } else if (report.reason == "not_enqueued" || report.reason == "store_unavailable") {
      refused_at_ = absl::GetCurrentTimeNanos();
    }
  }

  /// Probes now; blocks as long as the probe does.
  void Probe(const Engine& engine) {
    absl::Status status = engine.probe == nullptr ? absl::OkStatus() : (*engine.probe)();
    MutexLock lock(mutex_);
    status_ = std::move(status);
    probed_at_ = absl::Now();
  }

  [[nodiscard]] absl::Status status() const {
    MutexLock lock(mutex_);
    if (absl::Now() - probed_at_ > kPatience) {
      return absl::UnavailableError("the queue has not answered for a while");
    }
    const std::int64_t refused_at = refused_at_;
    if (refused_at != kNever && absl::Now() - absl::FromUnixNanos(refused_at) < kPatience) {
      return absl::UnavailableError("the queue did not take the last event");
    }
    return status_;
  }

 private:
  static constexpr absl::Duration kPatience = absl::Seconds(10);
  static constexpr std::int64_t kNever = 0;

  std::atomic<std::int64_t> refused_at_ = kNever;  ///< Unix nanoseconds

  mutable Mutex mutex_;
  absl::Status status_ HOST_GUARDED_BY(mutex_) = absl::UnavailableError("not probed yet");
  absl::Time probed_at_ HOST_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace host
