/// \file
/// The small grammar that header values share: white space, tokens, quoted strings, lists.
#pragma once

#include <algorithm>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

[[nodiscard]] constexpr bool IsHeaderSpace(char c) { return c == ' ' || c == '\t'; }

/// `text` without spaces and tabs around it.
[[nodiscard]] constexpr std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsHeaderSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsHeaderSpace(text.back())) text.remove_suffix(1);
  return text;
}

[[nodiscard]] constexpr bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// A control character, which no header value may hold.
[[nodiscard]] constexpr bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

[[nodiscard]] constexpr bool HasControl(std::string_view text) {
  bool found = false;
  for (const char c : text) found |= IsControl(c);
  return found;
}

/// Cuts the text up to the first `separator` off the front of `rest`, and the separator too.
constexpr std::string_view TakeUntil(std::string_view& rest, std::string_view separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + separator.size(), rest.size()));
  return taken;
}

}  // namespace internal
}  // namespace omni::inline v0_1
