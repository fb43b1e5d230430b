/// \file
/// The error of a request that is beyond a limit.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "omni/error.h"

namespace host {

/// ResourceExhausted: 429 with `Retry-After`.
[[nodiscard]] inline absl::Status RateLimited(std::string_view message, std::string_view reason,
                                              absl::Duration wait) {
  return omni::MakeError(absl::StatusCode::kResourceExhausted, message,
                         {.reason = std::string(reason),
                          .code = "RATE_LIMITED",
                          .blame = omni::Blame::kSender,
                          .retryable = true,
                          .http_status = 429,
                          .retry_after = std::max(wait, absl::Seconds(1))});
}

}  // namespace host
