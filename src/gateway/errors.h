/// \file
/// The gateway's own refusals: each a status with its reason, code and blame.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "omni/error.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace internal {

[[nodiscard]] absl::Status UriTooLongError();
[[nodiscard]] absl::Status HeadersTooLargeError();
[[nodiscard]] absl::Status NoEndpointError();
[[nodiscard]] absl::Status AccountNotServedError();
[[nodiscard]] absl::Status MethodNotAllowedError();
[[nodiscard]] absl::Status OriginNotAllowedError();
/// 401: what was signed to be used once has been used before.
[[nodiscard]] absl::Status ReplayedProofError();
/// 401: a question to the stores by somebody whom nothing proves, on a channel that lets such
/// requests through.
[[nodiscard]] absl::Status UnprovedInquiryError();
/// 403: the request has been forwarded here, and its account is mapped elsewhere.
[[nodiscard]] absl::Status ForwardedTwiceError();
/// 404: the host has no store for `what`.
[[nodiscard]] absl::Status NotKeptError(std::string_view what);
/// 500: a mistake of the host (`blame`) or of an adapter, told to the observer only.
[[nodiscard]] absl::Status FaultError(std::string_view message, std::string_view reason,
                                      Blame blame);
/// 503 with `Retry-After`: the carrier is asked to come again.
[[nodiscard]] absl::Status TryAgainError(std::string_view message, std::string_view reason,
                                         absl::Duration retry_after);
/// 503: another request is delivering the same.
[[nodiscard]] absl::Status InFlightError(absl::Duration retry_after);
[[nodiscard]] absl::Status ShuttingDownError(absl::Duration retry_after);

/// Sets `Retry-After` in whole seconds.
void SetRetryAfter(absl::Duration retry_after, HttpResponse& response);

}  // namespace internal
}  // namespace omni::inline v0_1
