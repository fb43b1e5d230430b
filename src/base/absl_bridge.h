/// \file
/// Between the standard string view and Abseil's, which are different types in Debian's build of
/// Abseil and the same type elsewhere.
#pragma once

#include <string_view>

#include "absl/strings/string_view.h"

namespace omni::inline v0_1 {
namespace internal {

[[nodiscard]] inline absl::string_view ToAbsl(std::string_view text) {
  return {text.data(), text.size()};
}
[[nodiscard]] inline std::string_view ToStd(absl::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace internal
}  // namespace omni::inline v0_1
