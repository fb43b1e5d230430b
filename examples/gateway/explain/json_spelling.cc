#include "explain/json_spelling.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace host {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The unit of `\uXXXX` at the start of `text`.
std::optional<std::uint32_t> EscapedUnit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  std::uint32_t unit = 0;
  for (std::size_t i = 2; i < 6; ++i) {
    const int digit = HexValue(text[i]);
    if (digit < 0) return std::nullopt;
    unit = unit << 4 | static_cast<std::uint32_t>(digit);
  }
  return unit;
}

void AppendUtf8(std::uint32_t point, std::string& out) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
  }
  put(0x80 | (point & 0x3F));
}

/// Spells one text anew, token by token. Thread safety: confined.
class Speller {
 public:
  Speller(std::string_view json, const JsonSpelling& spelling) : in_(json), spelling_(spelling) {}

  std::string Run() && {
    while (!in_.empty()) Token();
    return std::move(out_);
  }

 private:
  void Token();
  void String();
  /// One character or escape within a string.
  void Character();
  void Point(std::uint32_t point, std::string_view as_spelled);
  void Escape(std::uint32_t point);
  void Unit(std::uint32_t unit);
  void Break() {
    if (Indent() == 0) return;
    out_.push_back('\n');
    out_.append(depth_ * Indent(), ' ');
  }
  [[nodiscard]] std::size_t Indent() const {
    if (spelling_.spacing == Spacing::kIndented2) return 2;
    return spelling_.spacing == Spacing::kIndented4 ? 4 : 0;
  }
  char Take() {
    const char c = in_.front();
    in_.remove_prefix(1);
    return c;
  }

  std::string_view in_;
  const JsonSpelling& spelling_;
  std::string out_;
  std::size_t depth_ = 0;
  bool just_opened_ = false;
};

void Speller::Token() {
  const char c = in_.front();
  if (kWhiteSpace.find(c) != kWhiteSpace.npos) {
    if (spelling_.spacing == Spacing::kKept) out_.push_back(c);
    in_.remove_prefix(1);
    return;
  }
  const bool closes = c == '}' || c == ']';
  if (closes && depth_ > 0) --depth_;
  if (just_opened_ != closes) Break();
  just_opened_ = false;
  if (c == '"') return String();
  out_.push_back(Take());
  if (c == '{' || c == '[') {
    ++depth_;
    just_opened_ = true;
  } else if (c == ',') {
    if (spelling_.spacing == Spacing::kAfterMarks) out_.push_back(' ');
    Break();
  } else if (c == ':') {
    if (spelling_.spacing == Spacing::kAfterMarks || Indent() > 0) out_.push_back(' ');
  }
}

void Speller::String() {
  out_.push_back(Take());
  while (!in_.empty() && in_.front() != '"') Character();
  if (!in_.empty()) out_.push_back(Take());
}

void Speller::Character() {
  if (const auto high = EscapedUnit(in_)) {
    std::size_t size = 6;
    std::uint32_t point = *high;
    const bool leads = point >= 0xD800 && point < 0xDC00;
    const auto low = leads ? EscapedUnit(in_.substr(6)) : std::nullopt;
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      point = 0x10000 + ((point - 0xD800) << 10) + (*low - 0xDC00);
      size = 12;
    }
    const std::string_view as_spelled = in_.substr(0, size);
    in_.remove_prefix(size);
    return Point(point, as_spelled);
  }
  if (in_.front() == '\\' && in_.size() > 1) {
    const std::string_view as_spelled = in_.substr(0, 2);
    in_.remove_prefix(2);
    if (as_spelled[1] == '/') return Point('/', as_spelled);
    out_.append(as_spelled);
    return;
  }
  const auto lead = static_cast<unsigned char>(in_.front());
  const std::size_t size = lead < 0xC0 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  const std::string_view as_spelled = in_.substr(0, size);
  in_.remove_prefix(as_spelled.size());
  std::uint32_t point = size == 1 ? lead : lead & (0x7FU >> size);
  for (std::size_t i = 1; i < as_spelled.size(); ++i) {
    point = point << 6 | (static_cast<unsigned char>(as_spelled[i]) & 0x3FU);
  }
  Point(point, as_spelled);
}

void Speller::Point(std::uint32_t point, std::string_view as_spelled) {
  const bool is_markup = point == '<' || point == '>' || point == '&';
  if (point == '/' && spelling_.slash != SlashSpelling::kKept) {
    out_.append(spelling_.slash == SlashSpelling::kEscaped ? "\\/" : "/");
  } else if (is_markup && spelling_.markup != MarkupSpelling::kKept) {
    spelling_.markup == MarkupSpelling::kEscaped ? Escape(point) : AppendUtf8(point, out_);
  } else if (point >= 0x80 && spelling_.unicode != UnicodeSpelling::kKept) {
    // Half of a pair has no other spelling.
    const bool half = point >= 0xD800 && point < 0xE000;
    spelling_.unicode == UnicodeSpelling::kUtf8 && !half ? AppendUtf8(point, out_) : Escape(point);
  } else {
    out_.append(as_spelled);
  }
}

void Speller::Escape(std::uint32_t point) {
  if (point < 0x10000) return Unit(point);
  Unit(0xD800 + ((point - 0x10000) >> 10));
  Unit(0xDC00 + ((point - 0x10000) & 0x3FF));
}

void Speller::Unit(std::uint32_t unit) {
  const std::string_view digits =
      spelling_.unicode == UnicodeSpelling::kUpperEscapes ? "0123456789ABCDEF" : "0123456789abcdef";
  out_.append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) out_.push_back(digits[unit >> shift & 0xF]);
}

}  // namespace

std::string Respell(std::string_view json, const JsonSpelling& spelling) {
  return Speller(json, spelling).Run();
}

}  // namespace host
