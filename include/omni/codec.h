/// \file
/// Events as JSON and back.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/event.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// One JSON object: members in the order of declaration, absent ones left out, no white space.
[[nodiscard]] OMNI_EXPORT std::string ToJson(const Event& event);
/// As ToJson, appended to `out`.
OMNI_EXPORT void AppendJson(const Event& event, std::string& out);

/// Reads what ToJson wrote. Unknown members are skipped: a newer writer may add some.
///
/// Errors: InvalidArgument, naming the JSON path of the first mistake.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<Event> EventFromJson(std::string_view json);

/// The word of an enumerator in JSON: `kOptedOut` is `optedOut`.
[[nodiscard]] OMNI_EXPORT std::string_view ToWord(EventKind value);
[[nodiscard]] OMNI_EXPORT std::string_view ToWord(StatusValue value);
[[nodiscard]] OMNI_EXPORT std::string_view ToWord(MessageType value);

/// RFC 3339 in UTC with milliseconds: `2024-01-15T10:30:00.000Z`. A time outside the years 0 to
/// 9999 is written as the nearest within.
[[nodiscard]] OMNI_EXPORT std::string FormatTime(absl::Time time);
/// Reads RFC 3339 with any fraction and offset. Errors: InvalidArgument.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<absl::Time> ParseTime(std::string_view text);

}  // namespace omni::inline v0_1
