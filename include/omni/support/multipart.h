/// \file
/// multipart/form-data (RFC 7578), bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

struct MultipartLimits {
  std::size_t max_parts = 100;
  std::size_t max_header_bytes = 8 * 1024;  ///< of one part
};

struct MultipartPart {
  std::string name = {};
  std::string filename = {};      ///< without any directory part
  std::string content_type = {};  ///< `text/plain` when the part does not say
  std::string_view body = {};     ///< Lifetime: the parsed text's
};

/// The parts of `body`, in order. `content_type` is the request's, with its boundary.
///
/// Errors: InvalidArgument (415 when it is not multipart/form-data, else 400), ResourceExhausted
/// (413) beyond the limits.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::vector<MultipartPart>> ParseMultipart(
    std::string_view content_type, std::string_view body, const MultipartLimits& limits);

}  // namespace omni::inline v0_1
