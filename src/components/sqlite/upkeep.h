/// \file
/// Forgetting what is old and giving its room back, a little at a time.
#pragma once

#include "absl/time/time.h"
#include "components/sqlite/engine.h"

namespace omni::inline v0_1 {
namespace internal {

/// One step, a few milliseconds at most. When to run the next.
absl::Duration RunUpkeep(Writing& writing);

}  // namespace internal
}  // namespace omni::inline v0_1
