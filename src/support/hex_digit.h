/// \file
/// One hexadecimal digit, for the decoders of hex, forms and URLs.
#pragma once

namespace omni::inline v0_1 {
namespace internal {

/// The value of a hexadecimal digit of either case; -1 for any other character.
[[nodiscard]] constexpr int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace internal
}  // namespace omni::inline v0_1
