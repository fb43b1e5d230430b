/// \file
/// When a request is made again.
#pragma once

#include "absl/time/time.h"
#include "omni/components/curl.h"
#include "omni/export.h"

namespace omni::inline v0_1 {
namespace internal {

/// Whether an answer with that status may be another one soon.
[[nodiscard]] bool IsTransientStatus(int status);

/// The pause after the `attempt`th attempt, from 1: doubled each time, up to the maximum, of which
/// `jitter` (0 to 1) takes off up to a half, so that those who failed together come back apart.
[[nodiscard]] OMNI_EXPORT absl::Duration Backoff(const CurlHttpClientOptions& options, int attempt,
                                                 double jitter);

}  // namespace internal
}  // namespace omni::inline v0_1
