/// \file
/// What JSON text may hold: well-formed UTF-8, and surrogate escapes in pairs.
#pragma once

#include <cstddef>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

struct Utf8Sequence {
  std::size_t length = 0;
  bool valid = false;
};

/// The sequence that starts at `p`. An ill-formed one is as long as Unicode says to replace by one
/// U+FFFD. Requires p < end.
[[nodiscard]] Utf8Sequence NextUtf8(const char* p, const char* end);

/// The length of the longest well-formed prefix.
[[nodiscard]] std::size_t ValidUtf8Prefix(std::string_view text);

/// Makes `\ufffd` of every escape in [p, end) that is half of a surrogate pair. Nothing moves,
/// because the escapes are of one length.
void ReplaceLoneSurrogates(char* p, char* end);

}  // namespace internal
}  // namespace omni::inline v0_1
