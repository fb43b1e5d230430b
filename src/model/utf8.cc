#include <cstring>
#include <string>
#include <string_view>

#include "model/json_text.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// What may follow a lead byte (Unicode, table 3-7). The bytes after the second are 80..BF.
struct LeadByte {
  std::size_t length = 1;  // 1: no lead byte of a longer sequence
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
};

LeadByte ClassifyLead(unsigned char lead) {
  if (lead < 0xC2 || lead > 0xF4) return {};
  if (lead < 0xE0) return {.length = 2};
  switch (lead) {
    case 0xE0:
      return {.length = 3, .second_min = 0xA0};
    case 0xED:
      return {.length = 3, .second_max = 0x9F};
    case 0xF0:
      return {.length = 4, .second_min = 0x90};
    case 0xF4:
      return {.length = 4, .second_max = 0x8F};
    default:
      return {.length = lead < 0xF0 ? std::size_t{3} : std::size_t{4}};
  }
}

/// The 16 bits that the four digits at `p` spell, or -1.
int ParseHex4(const char* p) {
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = p[i];
    const int lower = c | 0x20;
    if (c >= '0' && c <= '9') {
      value = value * 16 + (c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + (lower - 'a' + 10);
    } else {
      return -1;
    }
  }
  return value;
}

}  // namespace

Utf8Sequence NextUtf8(const char* p, const char* end) {
  const auto at = [p](std::size_t i) { return static_cast<unsigned char>(p[i]); };
  if (at(0) < 0x80) return {.length = 1, .valid = true};
  const LeadByte lead = ClassifyLead(at(0));
  if (lead.length == 1) return {.length = 1, .valid = false};

  const auto left = static_cast<std::size_t>(end - p);
  if (left < 2 || at(1) < lead.second_min || at(1) > lead.second_max) {
    return {.length = 1, .valid = false};
  }
  std::size_t length = 2;
  while (length < lead.length && length < left && (at(length) & 0xC0) == 0x80) ++length;
  return {.length = length, .valid = length == lead.length};
}

int EscapedUnit(const char* p, const char* end) {
  if (end - p < 6 || p[0] != '\\' || p[1] != 'u') return -1;
  return ParseHex4(p + 2);
}

std::size_t ValidUtf8Prefix(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    const auto left = static_cast<std::size_t>(end - p);
    if (left >= 8 && (LoadWord(p) & kHighBits) == 0) {
      p += 8;
      continue;
    }
    if (left < 8 && (LoadPart(p, left) & kHighBits) == 0) return text.size();
    const Utf8Sequence sequence = NextUtf8(p, end);
    if (!sequence.valid) break;
    p += sequence.length;
  }
  return static_cast<std::size_t>(p - text.data());
}

void ReplaceLoneSurrogates(char* p, char* end) {
  while (true) {
    p = static_cast<char*>(std::memchr(p, '\\', static_cast<std::size_t>(end - p)));
    if (p == nullptr || end - p < 2) return;
    const int unit = EscapedUnit(p, end);
    if (unit < 0) {
      p += 2;  // an escaped backslash does not begin an escape
    } else if (IsHighSurrogate(unit) && IsLowSurrogate(EscapedUnit(p + 6, end))) {
      p += 12;
    } else {
      if (IsHighSurrogate(unit) || IsLowSurrogate(unit)) std::memcpy(p + 2, "fffd", 4);
      p += 6;
    }
  }
}

}  // namespace internal

bool IsValidUtf8(std::string_view text) { return internal::ValidUtf8Prefix(text) == text.size(); }

std::string ToValidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (true) {
    const std::size_t valid = internal::ValidUtf8Prefix(text);
    out.append(text.substr(0, valid));
    text.remove_prefix(valid);
    if (text.empty()) return out;
    out.append(internal::kReplacementCharacter);
    text.remove_prefix(internal::NextUtf8(text.data(), text.data() + text.size()).length);
  }
}

}  // namespace omni::inline v0_1
