/// \file
/// base64, base64url and hexadecimal.
///
/// Decoders are strict: the alphabet only, no white space, canonical trailing bits. To compare a
/// signature, encode what was computed and compare texts; do not decode what a stranger sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "omni/export.h"

namespace omni::inline v0_1 {

/// Standard alphabet, padded.
[[nodiscard]] OMNI_EXPORT std::string Base64Encode(std::string_view bytes);
/// URL-safe alphabet, not padded.
[[nodiscard]] OMNI_EXPORT std::string Base64UrlEncode(std::string_view bytes);
/// Lower case.
[[nodiscard]] OMNI_EXPORT std::string HexEncode(std::string_view bytes);

/// Standard alphabet, padding required.
[[nodiscard]] OMNI_EXPORT std::optional<std::string> Base64Decode(std::string_view text);
/// URL-safe alphabet, padding allowed where it would be right.
[[nodiscard]] OMNI_EXPORT std::optional<std::string> Base64UrlDecode(std::string_view text);
/// Either case.
[[nodiscard]] OMNI_EXPORT std::optional<std::string> HexDecode(std::string_view text);

}  // namespace omni::inline v0_1
