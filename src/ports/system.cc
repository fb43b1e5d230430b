#include <openssl/rand.h>

#include <algorithm>
#include <climits>
#include <cstdlib>

#include "absl/time/clock.h"
#include "omni/ports/clock.h"
#include "omni/ports/entropy.h"

namespace omni::inline v0_1 {
namespace {

/// Thread safety: thread-safe.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] absl::Time Now() const override { return absl::Now(); }
};

/// Thread safety: thread-safe.
class SystemEntropy final : public Entropy {
 public:
  void Fill(std::span<std::uint8_t> bytes) override {
    while (!bytes.empty()) {
      const std::size_t count = std::min<std::size_t>(bytes.size(), INT_MAX);
      // A machine without randomness must not go on with ids that repeat.
      if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) std::abort();
      bytes = bytes.subspan(count);
    }
  }
};

}  // namespace

std::shared_ptr<Clock> MakeSystemClock() { return std::make_shared<SystemClock>(); }
std::shared_ptr<Entropy> MakeSystemEntropy() { return std::make_shared<SystemEntropy>(); }

}  // namespace omni::inline v0_1
