/// \file
/// Percent-decoding into a buffer, shared by forms and URLs.
#pragma once

#include <string_view>

#include "support/hex_digit.h"

namespace omni::inline v0_1 {
namespace internal {

enum class PlusSign { kLiteral, kSpace };

/// Writes `text` decoded to `out`, which has room for `text.size()` bytes, and returns the end of
/// what was written. An escape that is not `%XX` is kept.
inline char* DecodePercent(std::string_view text, PlusSign plus, char* out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%' && text.size() - i > 2) {
      const int high = HexDigit(text[i + 1]);
      const int low = HexDigit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        c = static_cast<char>(high * 16 + low);
        i += 2;
      }
    } else if (c == '+' && plus == PlusSign::kSpace) {
      c = ' ';
    }
    *out++ = c;
  }
  return out;
}

}  // namespace internal
}  // namespace omni::inline v0_1
