/// \file
/// Masking what is to be told, without a string of its own where there is nothing to mask.
#pragma once

#include <memory_resource>
#include <string_view>

#include "omni/export.h"

namespace omni::inline v0_1 {
namespace internal {

/// As MaskDigits. Lifetime: that of `text`, and of what is allocated in `memory`.
[[nodiscard]] OMNI_EXPORT std::string_view MaskDigitsIn(std::pmr::memory_resource& memory,
                                                        std::string_view text);

}  // namespace internal
}  // namespace omni::inline v0_1
