/// \file
/// What JSON text may hold: well-formed UTF-8, and surrogate escapes in pairs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

inline constexpr std::uint64_t kLowBits = 0x0101010101010101;
inline constexpr std::uint64_t kHighBits = 0x8080808080808080;

/// The eight bytes at `p`.
[[nodiscard]] inline std::uint64_t LoadWord(const char* p) {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof(word));
  return word;
}

/// The `size` bytes at `p`, fewer than eight, and zeros.
[[nodiscard]] inline std::uint64_t LoadPart(const char* p, std::size_t size) {
  // Words that overlap, because copying so many bytes would be a call.
  const auto load = [p]<class Word>(Word word, std::size_t at) {
    std::memcpy(&word, p + at, sizeof(word));
    return std::uint64_t{word};
  };
  if (size >= 4) {
    return load(std::uint32_t{}, 0) | load(std::uint32_t{}, size - 4) << (8 * (size - 4));
  }
  if (size >= 2) {
    return load(std::uint16_t{}, 0) | load(std::uint16_t{}, size - 2) << (8 * (size - 2));
  }
  return size == 0 ? 0 : load(std::uint8_t{}, 0);
}

/// Inline, for names: they are a few bytes long.
[[nodiscard]] inline bool IsAscii(std::string_view text) {
  if (text.size() < 8) return (LoadPart(text.data(), text.size()) & kHighBits) == 0;
  // The last word overlaps the one before it.
  const std::size_t last = text.size() - 8;
  std::uint64_t seen = LoadWord(text.data() + last);
  for (std::size_t at = 0; at < last; at += 8) seen |= LoadWord(text.data() + at);
  return (seen & kHighBits) == 0;
}

/// The high bit of each byte that is a control character, a quote or a backslash. Bytes above such
/// a one, counted from the least significant, may be marked in error.
[[nodiscard]] inline std::uint64_t SpecialBytes(std::uint64_t word) {
  const auto less_than = [](std::uint64_t w, unsigned char n) { return (w - n * kLowBits) & ~w; };
  return kHighBits & (less_than(word, 0x20) | less_than(word ^ ('"' * kLowBits), 1) |
                      less_than(word ^ ('\\' * kLowBits), 1));
}

struct Utf8Sequence {
  std::size_t length = 0;
  bool valid = false;
};

/// The sequence that starts at `p`. An ill-formed one is as long as Unicode says to replace by one
/// U+FFFD. Requires p < end.
[[nodiscard]] Utf8Sequence NextUtf8(const char* p, const char* end);

/// The length of the longest well-formed prefix.
[[nodiscard]] std::size_t ValidUtf8Prefix(std::string_view text);

/// The UTF-16 unit that a `\uXXXX` at `p` stands for, or -1 where there is none.
[[nodiscard]] int EscapedUnit(const char* p, const char* end);
[[nodiscard]] inline bool IsHighSurrogate(int unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
[[nodiscard]] inline bool IsLowSurrogate(int unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// Writes what a string's content stands for to `out`, which has room for as many bytes and does
/// not overlap it; half of a surrogate pair becomes U+FFFD. The length, or nothing where something
/// is no escape.
[[nodiscard]] std::optional<std::size_t> UnescapeJson(std::string_view text, char* out);

/// Makes `\ufffd` of every escape in [p, end) that is half of a surrogate pair. Nothing moves,
/// because the escapes are of one length.
void ReplaceLoneSurrogates(char* p, char* end);

}  // namespace internal
}  // namespace omni::inline v0_1
