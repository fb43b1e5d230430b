#include "support/forwarded.h"

#include <algorithm>

#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

bool IsTokenCharacter(char c) {
  constexpr std::string_view kPunctuation = "!#$%&'*+-.^_`|~";
  return IsAlphanumeric(c) || kPunctuation.find(c) != kPunctuation.npos;
}

void SkipSpace(std::string_view& rest) {
  while (!rest.empty() && IsHeaderSpace(rest.front())) rest.remove_prefix(1);
}

std::string_view TakeToken(std::string_view& rest) {
  const auto end = std::find_if_not(rest.begin(), rest.end(), IsTokenCharacter);
  const std::string_view token = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(token.size());
  return token;
}

// A token or a quoted string. One with an escape in it is refused: no address needs any.
bool TakeValue(std::string_view& rest, std::string_view& value) {
  if (!rest.starts_with('"')) {
    value = TakeToken(rest);
    return !value.empty();
  }
  const std::size_t end = rest.find_first_of("\"\\", 1);
  if (end == rest.npos || rest[end] == '\\') return false;
  value = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  return true;
}

// `for=…;proto=…;host=…` off the front of `rest`, up to a comma or the end.
bool TakeHop(std::string_view& rest, ForwardedHop& hop) {
  while (true) {
    SkipSpace(rest);
    const std::string_view name = TakeToken(rest);
    std::string_view value;
    if (!name.empty()) {
      if (!rest.starts_with('=')) return false;
      rest.remove_prefix(1);
      if (!TakeValue(rest, value)) return false;
    }
    if (EqualsIgnoreCase(name, "for")) hop.node = value;
    if (EqualsIgnoreCase(name, "proto")) hop.proto = value;
    if (EqualsIgnoreCase(name, "host")) hop.host = value;
    SkipSpace(rest);
    if (rest.empty() || rest.front() == ',') return true;
    if (rest.front() != ';') return false;
    rest.remove_prefix(1);
  }
}

bool AppendHops(std::string_view field, std::vector<ForwardedHop>& hops) {
  while (true) {
    ForwardedHop hop;
    if (!TakeHop(field, hop)) return false;
    hops.push_back(hop);
    if (field.empty()) return true;
    field.remove_prefix(1);  // the comma
  }
}

}  // namespace

std::vector<ForwardedHop> ForwardedHops(const HttpHeaders& headers) {
  std::vector<ForwardedHop> hops;
  for (std::string_view field : headers.FindAll("Forwarded")) {
    if (!AppendHops(field, hops)) hops.emplace_back();
  }
  return hops;
}

std::vector<ForwardedHop> XForwardedForHops(const HttpHeaders& headers) {
  std::vector<ForwardedHop> hops;
  for (std::string_view field : headers.FindAll("X-Forwarded-For")) {
    while (!field.empty()) {
      const std::string_view node = Trim(TakeUntil(field, ","));
      if (!node.empty()) hops.push_back({.node = node});
    }
  }
  return hops;
}

std::string_view FirstElement(const HttpHeaders& headers, std::string_view name) {
  std::string_view value = headers.Find(name).value_or("");
  return Trim(TakeUntil(value, ","));
}

}  // namespace internal
}  // namespace omni::inline v0_1
