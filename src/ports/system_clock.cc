#include "absl/time/clock.h"
#include "omni/ports/clock.h"

namespace omni::inline v0_1 {
namespace {

/// Thread safety: thread-safe.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] absl::Time Now() const override { return absl::Now(); }
};

}  // namespace

std::shared_ptr<Clock> MakeSystemClock() { return std::make_shared<SystemClock>(); }

}  // namespace omni::inline v0_1
