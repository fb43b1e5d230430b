/// \file
/// One hexadecimal digit, for the decoders of hex, forms and URLs.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

inline constexpr auto kHexValues = [] {
  std::array<signed char, 256> values;
  values.fill(-1);
  for (const std::string_view digits : {"0123456789abcdef", "0123456789ABCDEF"}) {
    for (std::size_t i = 0; i < digits.size(); ++i) {
      values[static_cast<unsigned char>(digits[i])] = static_cast<signed char>(i);
    }
  }
  return values;
}();

/// The value of a hexadecimal digit of either case; -1 for any other character.
[[nodiscard]] constexpr int HexDigit(char c) { return kHexValues[static_cast<unsigned char>(c)]; }

}  // namespace internal
}  // namespace omni::inline v0_1
