/// \file
/// Whether the queue can be reached, found out off the server's threads.
#pragma once

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "engine/engine.h"

namespace host {

/// Remembers what the last probe said. A probe that does not come back is an answer, too.
///
/// Thread safety: thread-safe.
class Readiness {
 public:
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
    return status_;
  }

 private:
  static constexpr absl::Duration kPatience = absl::Seconds(10);

  mutable Mutex mutex_;
  absl::Status status_ HOST_GUARDED_BY(mutex_) = absl::UnavailableError("not probed yet");
  absl::Time probed_at_ HOST_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace host
