/// \file
/// Lanes: what every request writes to is there several times, so that threads do not wait for each
/// other's cache lines.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace omni::inline v0_1 {
namespace internal {

inline constexpr std::size_t kLanes = 16;
/// Apart by so much, two objects are in different cache lines.
inline constexpr std::size_t kLaneAlignment = 64;

/// The lane of the calling thread: another one for each of `kLanes` threads that come here first.
inline std::size_t LaneOfThread() {
  static constinit std::atomic<std::size_t> next = 0;
  thread_local std::size_t lane = next.fetch_add(1, std::memory_order_relaxed) % kLanes;
  return lane;
}

/// The same object with a count of its owners that is in no other one's cache line.
template <class T>
[[nodiscard]] std::shared_ptr<T> CountedAlone(std::shared_ptr<T> object) {
  struct alignas(kLaneAlignment) Owner {
    std::shared_ptr<T> object;
  };
  T* const same = object.get();
  return {std::make_shared<Owner>(Owner{std::move(object)}), same};
}

/// One object, whose owners are counted for each lane: what each request makes a copy of.
///
/// Thread safety: as std::shared_ptr.
template <class T>
class SharedInLanes {
 public:
  SharedInLanes() = default;
  explicit SharedInLanes(const std::shared_ptr<T>& object) {
    for (auto& lane : lanes_) lane = CountedAlone(object);
  }

  [[nodiscard]] const std::shared_ptr<T>& ForThread() const { return lanes_[LaneOfThread()]; }

 private:
  std::array<std::shared_ptr<T>, kLanes> lanes_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
