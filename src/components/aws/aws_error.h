/// \file
/// What AWS's refusals mean.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "omni/export.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace internal {

enum class AwsErrorKind {
  kRefused,      ///< as it stands it will never be accepted
  kThrottled,    ///< later
  kUnavailable,  ///< perhaps in a moment
  kMissing,      ///< what was named is not there
  kDenied,       ///< we may not
  kCredentials,  ///< they are over, or not known (yet)
  kClock,        ///< our clock and theirs differ
};

struct OMNI_EXPORT AwsError {
  AwsErrorKind kind = AwsErrorKind::kRefused;
  std::string code = {};  ///< AWS's word, without its name space: `QueueDoesNotExist`

  [[nodiscard]] bool is_transient() const {
    return kind == AwsErrorKind::kThrottled || kind == AwsErrorKind::kUnavailable;
  }
  /// An error for people. It tells AWS's code and never its message, which may quote the request.
  [[nodiscard]] absl::Status ToStatus() const;
};

/// What a code means; `status` decides about those that are not known.
[[nodiscard]] OMNI_EXPORT AwsError ClassifyAwsError(std::string_view code, int status);

/// The error of an answer that is no success.
[[nodiscard]] OMNI_EXPORT AwsError ParseAwsError(const HttpResponse& response);

}  // namespace internal
}  // namespace omni::inline v0_1
