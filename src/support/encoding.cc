#include "omni/support/encoding.h"

#include <array>
#include <cstdint>

#include "support/hex_digit.h"

namespace omni::inline v0_1 {
namespace {

constexpr std::string_view kStandardAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kHexAlphabet = "0123456789abcdef";

constexpr std::uint8_t kNotInAlphabet = 0xff;
using ReverseTable = std::array<std::uint8_t, 256>;

constexpr ReverseTable MakeReverseTable(std::string_view alphabet) {
  ReverseTable table = {};
  for (std::uint8_t& entry : table) entry = kNotInAlphabet;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr ReverseTable kStandardReverse = MakeReverseTable(kStandardAlphabet);
constexpr ReverseTable kUrlReverse = MakeReverseTable(kUrlAlphabet);

enum class Padding { kNo, kYes };

std::string Encode(std::string_view bytes, std::string_view alphabet, Padding padding) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  char* out = text.data();
  std::uint32_t pending = 0;  // bits that do not fill a digit yet
  int pending_bits = 0;
  for (char c : bytes) {
    pending = pending << 8 | static_cast<unsigned char>(c);
    pending_bits += 8;
    while (pending_bits >= 6) {
      pending_bits -= 6;
      *out++ = alphabet[pending >> pending_bits & 63];
    }
  }
  if (pending_bits > 0) *out++ = alphabet[pending << (6 - pending_bits) & 63];
  if (padding == Padding::kNo) text.resize(static_cast<std::size_t>(out - text.data()));
  return text;
}

std::optional<std::string> DecodeUnpadded(std::string_view text, const ReverseTable& reverse) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t pending = 0;  // bits that do not fill a byte yet
  int pending_bits = 0;
  for (char c : text) {
    const std::uint8_t digit = reverse[static_cast<unsigned char>(c)];
    if (digit == kNotInAlphabet) return std::nullopt;
    pending = pending << 6 | digit;
    pending_bits += 6;
    if (pending_bits >= 8) {
      pending_bits -= 8;
      bytes.push_back(static_cast<char>(pending >> pending_bits));
      pending &= (1U << pending_bits) - 1;
    }
  }
  if (pending != 0) return std::nullopt;  // a second spelling of the same bytes
  return bytes;
}

// `text` without its padding, of which there are at most two characters.
std::string_view WithoutPadding(std::string_view text) {
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string Base64Encode(std::string_view bytes) {
  return Encode(bytes, kStandardAlphabet, Padding::kYes);
}

std::string Base64UrlEncode(std::string_view bytes) {
  return Encode(bytes, kUrlAlphabet, Padding::kNo);
}

std::string HexEncode(std::string_view bytes) {
  std::string text(bytes.size() * 2, '\0');
  char* out = text.data();
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *out++ = kHexAlphabet[byte >> 4];
    *out++ = kHexAlphabet[byte & 15];
  }
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
