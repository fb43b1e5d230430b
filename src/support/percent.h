/// \file
/// Percent-decoding into a buffer, shared by forms and URLs.
#pragma once

#include "support/copy_until.h"
#include "support/hex_digit.h"

namespace omni::inline v0_1 {
namespace internal {

/// Writes the escape at `p` decoded to `out`, and moves both on. One that is not `%XX` is kept.
inline void DecodeEscape(const char*& p, const char* end, char*& out) {
  if (end - p > 2) {
    const int high = HexDigit(p[1]);
    const int low = HexDigit(p[2]);
    if (high >= 0 && low >= 0) {
      *out++ = static_cast<char>(high * 16 + low);
      p += 3;
      return;
    }
  }
  *out++ = *p++;
}

}  // namespace internal
}  // namespace omni::inline v0_1
