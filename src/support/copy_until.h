/// \file
/// Copying text up to the first of a few characters, shared by the decoders of forms and URLs.
#pragma once

#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>

#include <bit>
#endif

namespace omni::inline v0_1 {
namespace internal {

/// Whether any of eight bytes is `c`.
[[nodiscard]] inline bool HasByte(std::uint64_t word, char c) {
  constexpr std::uint64_t kLowBits = 0x0101010101010101;
  const std::uint64_t zero = word ^ (kLowBits * static_cast<unsigned char>(c));
  return ((zero - kLowBits) & ~zero & (kLowBits << 7)) != 0;
}

/// Copies to `out`, which moves on, what stands in [p, end) before the first of `Stops`; returns
/// where that is, or `end`. There is room for `end - p` bytes, and those behind what was copied may
/// have been written to.
template <char... Stops>
[[nodiscard]] inline const char* CopyUntil(const char* p, const char* end, char*& out) {
#ifdef __SSE2__
  for (; end - p >= 16; p += 16, out += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), block);
    const int found = _mm_movemask_epi8((_mm_cmpeq_epi8(block, _mm_set1_epi8(Stops)) | ...));
    if (found == 0) continue;
    const int size = std::countr_zero(static_cast<unsigned>(found));
    out += size;
    return p + size;
  }
#endif
  // What is left, and everything where there are no such instructions.
  for (std::uint64_t word = 0; end - p >= 8; p += 8, out += 8) {
    std::memcpy(&word, p, sizeof(word));
    if ((HasByte(word, Stops) || ...)) break;
    std::memcpy(out, &word, sizeof(word));
  }
  while (p != end && ((*p != Stops) && ...)) *out++ = *p++;
  return p;
}

}  // namespace internal
}  // namespace omni::inline v0_1
