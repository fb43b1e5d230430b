#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

#include "model/json_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// What `\c` stands for; 0 for what is no such escape.
char SimpleEscape(char c) {
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
      return 0;
  }
}

char* AppendUtf8(unsigned code_point, char* out) {
  const auto put = [&out](unsigned byte) { *out++ = static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
  return out;
}

}  // namespace

std::optional<std::size_t> UnescapeJson(std::string_view text, char* out) {
  constexpr unsigned kReplacement = 0xFFFD;
  char* const first = out;
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    const auto left = static_cast<std::size_t>(end - p);
    const auto* escape = static_cast<const char*>(std::memchr(p, '\\', left));
    const std::size_t plain = escape == nullptr ? left : static_cast<std::size_t>(escape - p);
    std::memcpy(out, p, plain);
    out += plain;
    p += plain;
    if (p == end) break;
    if (end - p < 2) return std::nullopt;
    if (p[1] != 'u') {
      *out = SimpleEscape(p[1]);
      if (*out++ == 0) return std::nullopt;
      p += 2;
      continue;
    }
    const int unit = EscapedUnit(p, end);
    if (unit < 0) return std::nullopt;
    p += 6;
    auto code_point = static_cast<unsigned>(unit);
    if (IsHighSurrogate(unit)) {
      const int low = EscapedUnit(p, end);
      code_point = kReplacement;
      if (IsLowSurrogate(low)) {
        code_point = 0x10000 + ((static_cast<unsigned>(unit) - 0xD800) << 10) +
                     (static_cast<unsigned>(low) - 0xDC00);
        p += 6;
      }
    } else if (IsLowSurrogate(unit)) {
      code_point = kReplacement;
    }
    out = AppendUtf8(code_point, out);
  }
  return static_cast<std::size_t>(out - first);
}

}  // namespace internal
}  // namespace omni::inline v0_1
