/// \file
/// One hexadecimal digit, for the decoders of hex, forms and URLs.
#pragma once

#include <array>
#include <cstddef>

namespace omni::inline v0_1 {
namespace internal {

inline constexpr auto kHexValues = [] {
  std::array<signed char, 256> values;
  values.fill(-1);
  for (int i = 0; i < 10; ++i)
    values[static_cast<std::size_t>('0' + i)] = static_cast<signed char>(i);
  for (int i = 10; i < 16; ++i) {
    values[static_cast<std::size_t>('a' + i - 10)] = static_cast<signed char>(i);
    values[static_cast<std::size_t>('A' + i - 10)] = static_cast<signed char>(i);
  }
  return values;
}();

/// The value of a hexadecimal digit of either case; -1 for any other character.
[[nodiscard]] constexpr int HexDigit(char c) { return kHexValues[static_cast<unsigned char>(c)]; }

}  // namespace internal
}  // namespace omni::inline v0_1
