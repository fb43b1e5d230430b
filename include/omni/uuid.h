/// \file
/// UUIDs that sort by time (RFC 9562, version 7).
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// The UUIDv7 of `time` (to the millisecond) and 74 of the 80 bits of `entropy`, lower case.
[[nodiscard]] OMNI_EXPORT std::string MakeUuidV7(absl::Time time,
                                                 const std::array<std::uint8_t, 10>& entropy);

}  // namespace omni::inline v0_1
