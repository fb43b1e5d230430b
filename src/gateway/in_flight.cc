#include "gateway/in_flight.h"

#include <algorithm>
#include <utility>

namespace omni::inline v0_1 {
namespace internal {

InFlight::Ticket::Ticket(const InFlight& counter) : lane_(counter.lanes_[LaneOfThread()]) {
  if (!lane_->Enter()) lane_ = nullptr;
}

InFlight::Ticket::~Ticket() {
  if (lane_ != nullptr) lane_->Leave();
}

bool InFlight::Lane::Enter() {
  if ((state_.fetch_add(kRequest, std::memory_order_acq_rel) & kClosed) == 0) return true;
  Leave();
  return false;
}

void InFlight::Lane::Leave() {
  const std::uint64_t before = state_.fetch_sub(kRequest, std::memory_order_acq_rel);
  if (before != kRequest + kClosed) return;
  // Under the lock, or a shutdown that has just looked at the lanes would miss it.
  MutexLock lock(door_->mutex);
  door_->left.notify_all();
}

InFlight::InFlight() {
  for (auto& lane : lanes_) lane = std::make_shared<Lane>(door_);
}

void InFlight::Close() {
  for (const auto& lane : lanes_) lane->Close();
}

bool InFlight::WaitUntilIdle(absl::Duration patience) {
  const auto until = std::chrono::steady_clock::now() + WaitTime(patience);
  MutexLock lock(door_->mutex);
  while (!IsIdle()) {
    if (door_->left.wait_until(door_->mutex, until) == std::cv_status::timeout) return IsIdle();
  }
  return true;
}

bool InFlight::IsIdle() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->idle(); });
}

std::chrono::nanoseconds WaitTime(absl::Duration duration) {
  return absl::ToChronoNanoseconds(
      std::clamp(duration, absl::ZeroDuration(), absl::Hours(24 * 365)));
}

}  // namespace internal
}  // namespace omni::inline v0_1
