/// \file
/// A UUID's text, where it takes no memory of its own.
#pragma once

#include <array>
#include <cstdint>

#include "absl/time/time.h"
#include "omni/export.h"

namespace omni::inline v0_1 {
namespace internal {

using UuidText = std::array<char, 36>;

/// As MakeUuidV7.
[[nodiscard]] OMNI_EXPORT UuidText MakeUuidV7Text(absl::Time time,
                                                  const std::array<std::uint8_t, 10>& entropy);

}  // namespace internal
}  // namespace omni::inline v0_1
