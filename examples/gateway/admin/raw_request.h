/// \file
/// A request as somebody pasted it.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "omni/http.h"

namespace host {

/// Reads a request line, header fields and, behind an empty line, the body. Lines may end with LF
/// alone; the body is taken as it stands, but for chunks, which are put together.
///
/// Errors: InvalidArgument, naming what is wrong.
[[nodiscard]] absl::StatusOr<omni::WebhookRequest> ParseRawRequest(std::string_view text);

}  // namespace host
