#include "omni/support/wtf8.h"

#include <cstddef>
#include <optional>

#include "omni/json.h"
#include "support/hex_digit.h"

namespace omni::inline v0_1 {
namespace {

constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";
constexpr std::size_t kSurrogateLength = 3;

bool IsHighSurrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool IsLowSurrogate(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

char32_t Pair(char32_t high, char32_t low) {
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

void AppendCodePoint(char32_t c, std::string& out) {
  const auto append = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  const auto append_tail = [&](int shift) { append(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) return append(c);
  if (c < 0x800) {
    append(0xC0 | (c >> 6));
  } else if (c < 0x10000) {
    append(0xE0 | (c >> 12));
    append_tail(6);
  } else {
    append(0xF0 | (c >> 18));
    append_tail(12);
    append_tail(6);
  }
  append_tail(0);
}

/// The UTF-16 unit of a `\uXXXX` that `text` begins with.
std::optional<char32_t> EscapedUnit(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return std::nullopt;
  char32_t unit = 0;
  for (const char c : text.substr(2, 4)) {
    const int digit = internal::HexDigit(c);
    if (digit < 0) return std::nullopt;
    unit = unit * 16 + static_cast<char32_t>(digit);
  }
  return unit;
}

/// What a backslash and this character stand for; NUL where JSON knows no such escape.
char Unescape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

/// Reads the escape that `text` begins with and appends what it stands for. Gives how long it was,
/// 0 when it is none.
std::size_t ReadEscape(std::string_view text, std::string& out) {
  if (const auto unit = EscapedUnit(text)) {
    if (IsHighSurrogate(*unit)) {
      const auto low = EscapedUnit(text.substr(6));
      if (low && IsLowSurrogate(*low)) {
        AppendCodePoint(Pair(*unit, *low), out);
        return 12;
      }
    }
    AppendCodePoint(*unit, out);
    return 6;
  }
  const char c = text.size() < 2 ? '\0' : Unescape(text[1]);
  if (c == '\0') return 0;
  out.push_back(c);
  return 2;
}

/// The half of a surrogate pair that `text` begins with.
std::optional<char32_t> SurrogateAt(std::string_view text) {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.size() < kSurrogateLength || at(0) != 0xED) return std::nullopt;
  if (at(1) < 0xA0 || at(1) > 0xBF || at(2) < 0x80 || at(2) > 0xBF) return std::nullopt;
  return char32_t{0xD000} | static_cast<char32_t>((at(1) & 0x3F) << 6) |
         static_cast<char32_t>(at(2) & 0x3F);
}

/// `text` with the surrogates that stand in pairs made one character, and the others replaced.
std::string MendSurrogates(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (true) {
    const std::size_t plain = text.find('\xED');
    out.append(text.substr(0, plain));
    if (plain == text.npos) return out;
    text.remove_prefix(plain);
    const auto unit = SurrogateAt(text);
    if (!unit) {
      out.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(kSurrogateLength);
    const auto low = IsHighSurrogate(*unit) ? SurrogateAt(text) : std::nullopt;
    if (low && IsLowSurrogate(*low)) {
      AppendCodePoint(Pair(*unit, *low), out);
      text.remove_prefix(kSurrogateLength);
    } else {
      out.append(kReplacementCharacter);
    }
  }
}

}  // namespace

std::string Wtf8FromJson(std::string_view literal) {
  if (literal.size() < 2 || literal.front() != '"' || literal.back() != '"') return {};
  std::string_view text = literal.substr(1, literal.size() - 2);
  std::string out;
  out.reserve(text.size());
  while (true) {
    const std::size_t plain = text.find('\\');
    out.append(text.substr(0, plain));
    if (plain == text.npos) return out;
    text.remove_prefix(plain);
    const std::size_t length = ReadEscape(text, out);
    if (length == 0) return {};
    text.remove_prefix(length);
  }
}

std::string JoinWtf8(std::span<const std::string> parts) {
  std::size_t size = 0;
  for (const std::string& part : parts) size += part.size();
  std::string text;
  text.reserve(size);
  for (const std::string& part : parts) text.append(part);
  if (IsValidUtf8(text)) return text;
  return ToValidUtf8(MendSurrogates(text));
}

}  // namespace omni::inline v0_1
