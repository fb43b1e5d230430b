/// \file
/// The adapter's refusals.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace omni::inline v0_1 {
namespace livechat {

/// 400 `INVALID_IDENTIFIER`.
[[nodiscard]] absl::Status InvalidIdentifierError();

/// 401. The answer is the same whatever the reason, so that nobody learns which accounts there are;
/// the reason is for the host's log.
[[nodiscard]] absl::Status UnauthorizedError(std::string_view reason);

}  // namespace livechat
}  // namespace omni::inline v0_1
