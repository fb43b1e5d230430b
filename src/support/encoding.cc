#include "omni/support/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "support/base64.h"
#include "support/hex_digit.h"

namespace omni::inline v0_1 {
namespace {

constexpr std::string_view kStandardAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kHexAlphabet = "0123456789abcdef";

// By place in a group of four and by byte: the digit where the group has it, or a bit that no group
// has.
constexpr std::uint32_t kNotInAlphabet = 1U << 31;
using ReverseTable = std::array<std::array<std::uint32_t, 256>, 4>;

constexpr ReverseTable MakeReverseTable(std::string_view alphabet) {
  ReverseTable table = {};
  for (std::size_t place = 0; place < table.size(); ++place) {
    table[place].fill(kNotInAlphabet);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
      table[place][static_cast<unsigned char>(alphabet[i])] =
          static_cast<std::uint32_t>(i << (18 - 6 * place));
    }
  }
  return table;
}

constexpr std::array<std::array<char, 2>, 256> MakeHexTable() {
  std::array<std::array<char, 2>, 256> table = {};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    table[byte] = {kHexAlphabet[byte >> 4], kHexAlphabet[byte & 15]};
  }
  return table;
}
constexpr std::array<std::array<char, 2>, 256> kHex = MakeHexTable();

constexpr ReverseTable kStandardReverse = MakeReverseTable(kStandardAlphabet);
constexpr ReverseTable kUrlReverse = MakeReverseTable(kUrlAlphabet);

std::uint32_t Byte(char c) { return static_cast<unsigned char>(c); }

// Writes the digits of `bytes` without padding; the end of them.
char* Encode(std::string_view bytes, std::string_view alphabet, char* out) {
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t group = Byte(bytes[i]) << 16 | Byte(bytes[i + 1]) << 8 | Byte(bytes[i + 2]);
    for (int shift = 18; shift >= 0; shift -= 6) *out++ = alphabet[group >> shift & 63];
  }
  if (i == bytes.size()) return out;
  const bool two = bytes.size() - i == 2;
  const std::uint32_t group = Byte(bytes[i]) << 16 | (two ? Byte(bytes[i + 1]) << 8 : 0);
  *out++ = alphabet[group >> 18];
  *out++ = alphabet[group >> 12 & 63];
  if (two) *out++ = alphabet[group >> 6 & 63];
  return out;
}

// Writes to `out`, which has room for `text.size()` bytes; a view of what is there then.
std::optional<std::string_view> DecodeUnpadded(std::string_view text, const ReverseTable& reverse,
                                               char* out) {
  if (text.size() % 4 == 1) return std::nullopt;
  const std::string_view bytes(out, text.size() * 3 / 4);
  const auto digit = [&](std::size_t place, std::size_t i) {
    return reverse[place][Byte(text[i])];
  };
  std::uint32_t seen = 0;  // every group: has the bit once something was not in the alphabet
  std::size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    const std::uint32_t group = digit(0, i) | digit(1, i + 1) | digit(2, i + 2) | digit(3, i + 3);
    seen |= group;
    for (int shift = 16; shift >= 0; shift -= 8) *out++ = static_cast<char>(group >> shift);
  }
  // What is left over in the last digit would be a second spelling of the same bytes.
  std::uint32_t left_over = 0;
  if (i < text.size()) {
    const bool two = text.size() - i == 3;  // bytes
    const std::uint32_t group = digit(0, i) | digit(1, i + 1) | (two ? digit(2, i + 2) : 0);
    seen |= group;
    *out++ = static_cast<char>(group >> 16);
    if (two) *out++ = static_cast<char>(group >> 8);
    left_over = two ? group & 0xff : group & 0xffff;
  }
  if ((seen & kNotInAlphabet) != 0 || left_over != 0) return std::nullopt;
  return bytes;
}

std::optional<std::string> DecodeUnpadded(std::string_view text, const ReverseTable& reverse) {
  std::string bytes(text.size(), '\0');
  const std::optional<std::string_view> decoded = DecodeUnpadded(text, reverse, bytes.data());
  if (!decoded.has_value()) return std::nullopt;
  bytes.resize(decoded->size());
  return bytes;
}

// `text` without its padding, of which there are at most two characters.
std::string_view WithoutPadding(std::string_view text) {
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return text;
}

}  // namespace

namespace internal {

void EncodeBase64(std::string_view bytes, char* out) {
  char* const end = out + (bytes.size() + 2) / 3 * 4;
  std::fill(Encode(bytes, kStandardAlphabet, out), end, '=');
}

void EncodeBase64Url(std::string_view bytes, char* out) { Encode(bytes, kUrlAlphabet, out); }

void EncodeHex(std::string_view bytes, char* out) {
  for (char c : bytes) out = std::copy_n(kHex[Byte(c)].data(), 2, out);
}

}  // namespace internal

std::string Base64Encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  internal::EncodeBase64(bytes, text.data());
  return text;
}

std::string Base64UrlEncode(std::string_view bytes) {
  std::string text((bytes.size() * 4 + 2) / 3, '\0');
  internal::EncodeBase64Url(bytes, text.data());
  return text;
}

std::string HexEncode(std::string_view bytes) {
  std::string text(bytes.size() * 2, '\0');
  internal::EncodeHex(bytes, text.data());
  return text;
}

std::optional<std::string> Base64Decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  return DecodeUnpadded(WithoutPadding(text), kStandardReverse);
}

std::optional<std::string> Base64UrlDecode(std::string_view text) {
  if (text.ends_with('=') && text.size() % 4 != 0) return std::nullopt;
  return DecodeUnpadded(WithoutPadding(text), kUrlReverse);
}

std::optional<std::string_view> internal::DecodeBase64(std::string_view text, char* out) {
  if (text.size() % 4 != 0) return std::nullopt;
  return DecodeUnpadded(WithoutPadding(text), kStandardReverse, out);
}

std::optional<std::string_view> internal::DecodeBase64Url(std::string_view text, char* out) {
  if (text.ends_with('=') && text.size() % 4 != 0) return std::nullopt;
  return DecodeUnpadded(WithoutPadding(text), kUrlReverse, out);
}

std::optional<std::string> HexDecode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = internal::HexDigit(text[i]);
    const int low = internal::HexDigit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

}  // namespace omni::inline v0_1
