/// \file
/// base64 and base64url into the caller's memory.
#pragma once

#include <optional>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

/// As Base64Decode and Base64UrlDecode, into `out`, which has room for `text.size()` bytes. What
/// comes back is a view of it; where nothing does, there may be a part of it.
[[nodiscard]] std::optional<std::string_view> DecodeBase64(std::string_view text, char* out);
[[nodiscard]] std::optional<std::string_view> DecodeBase64Url(std::string_view text, char* out);

}  // namespace internal
}  // namespace omni::inline v0_1
