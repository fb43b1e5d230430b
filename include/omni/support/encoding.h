/// \file
/// base64, base64url and hexadecimal.
///
/// Decoders are strict: the alphabet only, no white space, canonical trailing bits. To compare a
/// signature, encode what was computed and compare texts; do not decode what a stranger sent.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "omni/export.h"

namespace omni::inline v0_1 {

namespace internal {

/// Write what the encoders below return to `out`, which has room for it.
OMNI_EXPORT void EncodeBase64(std::string_view bytes, char* out);
OMNI_EXPORT void EncodeBase64Url(std::string_view bytes, char* out);
OMNI_EXPORT void EncodeHex(std::string_view bytes, char* out);

}  // namespace internal

/// Standard alphabet, padded.
[[nodiscard]] OMNI_EXPORT std::string Base64Encode(std::string_view bytes);
/// URL-safe alphabet, not padded.
[[nodiscard]] OMNI_EXPORT std::string Base64UrlEncode(std::string_view bytes);
/// Lower case.
[[nodiscard]] OMNI_EXPORT std::string HexEncode(std::string_view bytes);

/// The same of a digest, which takes no memory on the heap.
template <std::size_t N>
[[nodiscard]] std::array<char, (N + 2) / 3 * 4> Base64Encode(const std::array<char, N>& digest) {
  std::array<char, (N + 2) / 3 * 4> text;
  internal::EncodeBase64({digest.data(), N}, text.data());
  return text;
}
template <std::size_t N>
[[nodiscard]] std::array<char, (N * 4 + 2) / 3> Base64UrlEncode(const std::array<char, N>& digest) {
  std::array<char, (N * 4 + 2) / 3> text;
  internal::EncodeBase64Url({digest.data(), N}, text.data());
  return text;
}
template <std::size_t N>
[[nodiscard]] std::array<char, 2 * N> HexEncode(const std::array<char, N>& digest) {
  std::array<char, 2 * N> text;
  internal::EncodeHex({digest.data(), N}, text.data());
  return text;
}

/// Standard alphabet, padding required.
[[nodiscard]] OMNI_EXPORT std::optional<std::string> Base64Decode(std::string_view text);
/// URL-safe alphabet, padding allowed where it would be right.
[[nodiscard]] OMNI_EXPORT std::optional<std::string> Base64UrlDecode(std::string_view text);
/// Either case.
[[nodiscard]] OMNI_EXPORT std::optional<std::string> HexDecode(std::string_view text);

}  // namespace omni::inline v0_1
