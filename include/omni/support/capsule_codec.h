/// \file
/// Capsules as JSON and back.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "omni/capsule.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

inline constexpr std::string_view kCapsuleSchema = "omni.capsule.v1";

/// One JSON object. Texts of the request that are not UTF-8 are written in base64 behind `base64:`,
/// so that every byte comes back; times to the millisecond.
[[nodiscard]] OMNI_EXPORT std::string ToJson(const Capsule& capsule);

/// Reads what ToJson wrote. Unknown members are skipped.
///
/// Errors: InvalidArgument, naming the JSON path of the first mistake.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<Capsule> CapsuleFromJson(std::string_view json);

}  // namespace omni::inline v0_1
