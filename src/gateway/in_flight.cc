#include "gateway/in_flight.h"

#include <algorithm>

namespace omni::inline v0_1 {
namespace internal {

bool InFlight::Enter() {
  MutexLock lock(mutex_);
  if (closed_) return false;
  ++count_;
  return true;
}

void InFlight::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
}

bool InFlight::WaitUntilIdle(absl::Duration patience) {
  const auto until = std::chrono::steady_clock::now() + WaitTime(patience);
  MutexLock lock(mutex_);
  while (count_ > 0) {
    if (idle_.wait_until(mutex_, until) == std::cv_status::timeout) return count_ == 0;
  }
  return true;
}

void InFlight::Leave() {
  MutexLock lock(mutex_);
  if (--count_ == 0) idle_.notify_all();
}

std::chrono::nanoseconds WaitTime(absl::Duration duration) {
  return absl::ToChronoNanoseconds(
      std::clamp(duration, absl::ZeroDuration(), absl::Hours(24 * 365)));
}

}  // namespace internal
}  // namespace omni::inline v0_1
