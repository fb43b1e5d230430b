/// \file
/// The clock, so that nothing else asks the system for the time.
#pragma once

#include <memory>

#include "absl/time/time.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// Thread safety: thread-safe.
class OMNI_EXPORT Clock {
 public:
  virtual ~Clock();
  [[nodiscard]] virtual absl::Time Now() const = 0;
};

/// The machine's wall clock.
[[nodiscard]] OMNI_EXPORT std::shared_ptr<Clock> MakeSystemClock();

}  // namespace omni::inline v0_1
