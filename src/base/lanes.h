/// \file
/// Lanes: what every request writes to is there several times, so that threads do not wait for each
/// other's cache lines.
#pragma once

#include <atomic>
#include <cstddef>

namespace omni::inline v0_1 {
namespace internal {

inline constexpr std::size_t kLanes = 16;
/// Apart by so much, two objects are in different cache lines.
inline constexpr std::size_t kLaneAlignment = 64;

/// The lane of the calling thread: another one for each of `kLanes` threads that come here first.
inline std::size_t LaneOfThread() {
  static constinit std::atomic<std::size_t> next = 0;
  thread_local const std::size_t lane = next.fetch_add(1, std::memory_order_relaxed) % kLanes;
  return lane;
}

}  // namespace internal
}  // namespace omni::inline v0_1
