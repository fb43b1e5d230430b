#include "components/curl/retry.h"

#include <algorithm>

namespace omni::inline v0_1 {
namespace internal {

bool IsTransientStatus(int status) { return status == 429 || status / 100 == 5; }

absl::Duration Backoff(const CurlHttpClientOptions& options, int attempt, double jitter) {
  absl::Duration pause = options.min_backoff;
  for (int i = 1; i < attempt && pause < options.max_backoff; ++i) pause *= 2;
  return std::min(pause, options.max_backoff) * (1 - jitter / 2);
}

}  // namespace internal
}  // namespace omni::inline v0_1
