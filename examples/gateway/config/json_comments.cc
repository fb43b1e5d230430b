#include "config/json_comments.h"

#include <algorithm>

namespace host {
namespace {

void Blank(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t at = begin; at < std::min(end, text.size()); ++at) {
    if (text[at] != '\n' && text[at] != '\r') text[at] = ' ';
  }
}

/// Where the string that begins at `at` is over.
std::size_t SkipString(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

}  // namespace

std::string BlankComments(std::string_view text) {
  std::string blanked(text);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view next = text.substr(at, 2);
    if (text[at] == '"') {
      at = SkipString(text, at);
    } else if (next == "//") {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      Blank(blanked, at, end);
      at = end;
    } else if (next == "/*") {
      const std::size_t close = text.find("*/", at + 2);
      // Left as it is where it has no end: the parser then says where it began.
      if (close == text.npos) return blanked;
      Blank(blanked, at, close + 2);
      at = close + 2;
    } else {
      ++at;
    }
  }
  return blanked;
}

std::string LineAndColumn(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t line_begin = before.rfind('\n');
  const std::size_t column =
      line_begin == before.npos ? before.size() : before.size() - line_begin - 1;
  return "line " + std::to_string(lines + 1) + ", column " + std::to_string(column + 1);
}

}  // namespace host
