/// \file
/// What a request says its body is.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// Whether a body with that `Content-Type` may be read as JSON: `application/json` with any
/// parameters, or none is given.
///
/// Errors: 415 `UNSUPPORTED_MEDIA_TYPE`.
[[nodiscard]] OMNI_EXPORT absl::Status CheckJsonContentType(std::string_view content_type);

}  // namespace omni::inline v0_1
