/// \file
/// Digits two at a time, because a table costs less than a division or two lookups for each.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

using DigitPair = std::array<char, 2>;

template <std::size_t kBase>
[[nodiscard]] constexpr auto MakeDigitPairs() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<DigitPair, kBase* kBase> pairs = {};
  for (std::size_t i = 0; i < pairs.size(); ++i)
    pairs[i] = {kDigits[i / kBase], kDigits[i % kBase]};
  return pairs;
}

/// `00` to `ff`.
inline constexpr auto kHexPairs = MakeDigitPairs<16>();
/// `00` to `99`.
inline constexpr auto kDecimalPairs = MakeDigitPairs<10>();

}  // namespace internal
}  // namespace omni::inline v0_1
