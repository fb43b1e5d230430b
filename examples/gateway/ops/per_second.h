/// \file
/// So many a second and no more.
#pragma once

#include <time.h>

#include <atomic>
#include <cstdint>

namespace host {

/// Counts by the clock's seconds. Who finds no room, as most do under load, waits for nobody.
///
/// Thread safety: thread-safe.
class PerSecond {
 public:
  explicit PerSecond(int limit) : limit_(static_cast<std::uint64_t>(limit)) {}

  /// Whether there is room for one more in this second.
  [[nodiscard]] bool HasRoom() const {
    return CountIn(counted_.load(std::memory_order_relaxed), Now()) < limit_;
  }
  /// The same; then it is counted.
  bool Admit() {
    const std::uint64_t second = Now();
    std::uint64_t counted = counted_.load(std::memory_order_relaxed);
    while (true) {
      const std::uint64_t count = CountIn(counted, second);
      if (count >= limit_) return false;
      if (counted_.compare_exchange_weak(counted, second << 32 | (count + 1),
                                         std::memory_order_relaxed)) {
        return true;
      }
    }
  }

 private:
  /// Asked for with every request, of a clock that is cheap and right to a few milliseconds.
  static std::uint64_t Now() {
    timespec now = {};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return static_cast<std::uint32_t>(now.tv_sec);
  }
  static std::uint64_t CountIn(std::uint64_t counted, std::uint64_t second) {
    return counted >> 32 == second ? counted & 0xFFFF'FFFF : 0;
  }

  const std::uint64_t limit_;
  std::atomic<std::uint64_t> counted_ = 0;  ///< the second, and below it how many there were
};

}  // namespace host
