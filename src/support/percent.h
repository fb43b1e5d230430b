/// \file
/// Percent-decoding into a buffer, shared by forms and URLs.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "support/hex_digit.h"

namespace omni::inline v0_1 {
namespace internal {

enum class PlusSign { kLiteral, kSpace };

/// Whether any of eight bytes is `c`.
[[nodiscard]] inline bool HasByte(std::uint64_t word, char c) {
  constexpr std::uint64_t kLowBits = 0x0101010101010101;
  const std::uint64_t zero = word ^ (kLowBits * static_cast<unsigned char>(c));
  return ((zero - kLowBits) & ~zero & (kLowBits << 7)) != 0;
}

/// Writes `text` decoded to `out`, which has room for `text.size()` bytes, and returns the end of
/// what was written. An escape that is not `%XX` is kept.
inline char* DecodePercent(std::string_view text, PlusSign plus, char* out) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    // Most text is plain: eight bytes at a time.
    std::uint64_t word = 0;
    for (; end - p >= 8; p += 8, out += 8) {
      std::memcpy(&word, p, sizeof(word));
      if (HasByte(word, '%') || (plus == PlusSign::kSpace && HasByte(word, '+'))) break;
      std::memcpy(out, &word, sizeof(word));
    }
    for (const char* const stop = end - p > 8 ? p + 8 : end; p < stop; ++p) {
      char c = *p;
      if (c == '%' && end - p > 2) {
        const int high = HexDigit(p[1]);
        const int low = HexDigit(p[2]);
        if (high >= 0 && low >= 0) {
          c = static_cast<char>(high * 16 + low);
          p += 2;
        }
      } else if (c == '+' && plus == PlusSign::kSpace) {
        c = ' ';
      }
      *out++ = c;
    }
  }
  return out;
}

}  // namespace internal
}  // namespace omni::inline v0_1
