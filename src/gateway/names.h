/// \file
/// Names that may go into a queue's name, a reference or a header.
#pragma once

#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

/// Whether `text` is 1 to 128 of the characters A-Z a-z 0-9 . _ -
[[nodiscard]] bool IsPlainName(std::string_view text);

}  // namespace internal
}  // namespace omni::inline v0_1
