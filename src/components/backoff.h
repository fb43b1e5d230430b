/// \file
/// How long to wait after a failure.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/time/time.h"
#include "omni/ports/entropy.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: immutable.
class Backoff {
 public:
  Backoff(absl::Duration min, absl::Duration max) : min_(min), max_(max) {}

  /// The pause after so many failures in a row: doubled each time, and up to half of it taken off
  /// at random, so that many that failed together do not come again together.
  [[nodiscard]] absl::Duration After(int failures) const {
    constexpr int kMostDoublings = 30;
    const int doublings = std::clamp(failures - 1, 0, kMostDoublings);
    const absl::Duration pause = std::min(max_, min_ * (std::int64_t{1} << doublings));
    std::array<std::uint8_t, 1> dice = {};
    MakeSystemEntropy()->Fill(dice);
    return pause - pause * dice[0] / 512;
  }

 private:
  const absl::Duration min_;
  const absl::Duration max_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
