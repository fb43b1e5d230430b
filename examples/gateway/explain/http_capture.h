/// \file
/// A captured HTTP request: from text to the request that the server saw.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "omni/http.h"

namespace host {

struct HttpCapture {
  omni::WebhookRequest request = {};
  /// What `Content-Length` says, where it is there and a number.
  std::optional<std::uint64_t> content_length = {};
};

/// Reads a request line, header lines, an empty line and the body, which is everything behind it,
/// to the byte. Lines of the head end with CRLF or LF. A target in absolute form gives scheme and
/// host too. A chunked body is put together.
///
/// Errors: InvalidArgument, with the number of the line or of the chunk that is wrong.
[[nodiscard]] absl::StatusOr<HttpCapture> ParseHttpCapture(std::string_view text);

}  // namespace host
