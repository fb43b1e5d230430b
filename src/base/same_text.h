/// \file
/// Comparing short texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

/// As a == b, inline: names are a few bytes long and differ as a rule, and calling memcmp costs
/// more than that.
[[nodiscard]] inline bool SameText(std::string_view a, std::string_view b) {
  const auto same = [&]<class Word>(std::size_t at, Word) {
    Word of_a;
    Word of_b;
    std::memcpy(&of_a, a.data() + at, sizeof(Word));
    std::memcpy(&of_b, b.data() + at, sizeof(Word));
    return of_a == of_b;
  };
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  // The last word overlaps the one before it.
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8) {
      if (!same(at, std::uint64_t{})) return false;
    }
    return same(size - 8, std::uint64_t{});
  }
  if (size >= 4) return same(0, std::uint32_t{}) && same(size - 4, std::uint32_t{});
  for (std::size_t at = 0; at < size; ++at) {
    if (a[at] != b[at]) return false;
  }
  return true;
}

}  // namespace internal
}  // namespace omni::inline v0_1
