/// \file
/// What libcurl's errors mean.
#pragma once

#include <curl/curl.h>

#include "absl/status/status.h"

namespace omni::inline v0_1 {
namespace internal {

/// The error of an attempt that ended with `code`. Its message names neither host nor URL.
[[nodiscard]] absl::Status CurlError(CURLcode code);

/// Whether another attempt may fare better.
[[nodiscard]] bool IsTransientFailure(CURLcode code);

[[nodiscard]] absl::Status TimeoutError();
[[nodiscard]] absl::Status AddressNotPublicError();
[[nodiscard]] absl::Status ResponseTooLargeError();
[[nodiscard]] absl::Status BusyError();
[[nodiscard]] absl::Status InvalidRequestError(const char* problem);

}  // namespace internal
}  // namespace omni::inline v0_1
