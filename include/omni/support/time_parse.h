/// \file
/// The timestamps that carriers use.
#pragma once

#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/json.h"

namespace omni::inline v0_1 {

/// Unix time in digits: from 10^12 on it is milliseconds, below that seconds. Nothing for anything
/// else, and for times after the year 9999.
[[nodiscard]] OMNI_EXPORT std::optional<absl::Time> ParseUnixTime(std::string_view digits);
/// As above for a JSON string or number, since carriers send both.
[[nodiscard]] OMNI_EXPORT std::optional<absl::Time> ParseUnixTime(JsonValue value);
/// RFC 3339 with any fraction; `Z`, `+00:00` or `+0000`; `T` or a space.
[[nodiscard]] OMNI_EXPORT std::optional<absl::Time> ParseIsoTime(std::string_view text);

}  // namespace omni::inline v0_1
