/// \file
/// How a request was authenticated, as a word: for envelopes, stored parts and capsules.
#pragma once

#include <optional>
#include <string_view>

#include "omni/ports/observer.h"

namespace omni::inline v0_1 {
namespace internal {

/// `verified`, `shadow` or `insecure`; empty for what nothing was let in by.
[[nodiscard]] std::string_view AuthenticationWord(Authentication authentication);

/// Nothing for any other word.
[[nodiscard]] std::optional<Authentication> AuthenticationFromWord(std::string_view word);

}  // namespace internal
}  // namespace omni::inline v0_1
