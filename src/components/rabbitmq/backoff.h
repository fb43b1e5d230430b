/// \file
/// How long to wait before the next connection.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <random>

#include "absl/time/time.h"
#include "omni/ports/entropy.h"

namespace omni::inline v0_1 {
namespace internal {

/// Doubles, and is jittered so that those who lost one broker do not come back at once.
///
/// Thread safety: confined.
class Backoff {
 public:
  Backoff(absl::Duration min, absl::Duration max) : min_(min), max_(max), next_(min) {
    std::array<std::uint8_t, sizeof(std::uint32_t)> bytes = {};
    MakeSystemEntropy()->Fill(bytes);
    std::uint32_t seed = 0;
    std::memcpy(&seed, bytes.data(), sizeof(seed));
    random_.seed(seed);
  }

  [[nodiscard]] std::chrono::milliseconds Next() {
    const absl::Duration pause = next_ * std::uniform_real_distribution<>(0.5, 1.0)(random_);
    next_ = std::min(next_ * 2, max_);
    return absl::ToChronoMilliseconds(pause) + std::chrono::milliseconds(1);
  }
  void Reset() { next_ = min_; }

 private:
  const absl::Duration min_;
  const absl::Duration max_;
  absl::Duration next_;
  std::minstd_rand random_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
