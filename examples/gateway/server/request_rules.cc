#include "request_rules.h"

#include <algorithm>

#include "omni/http.h"

namespace host::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsHostCharacter(char c) {
  if (IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  constexpr std::string_view kOthers = "-._~%!$&'()*+;=:[]";
  return kOthers.find(c) != kOthers.npos;
}

}  // namespace

bool IsHost(std::string_view value) {
  return std::all_of(value.begin(), value.end(), IsHostCharacter);
}

bool IsLength(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), IsDigit);
}

std::optional<std::string_view> OriginForm(std::string_view target, std::string_view host) {
  if (target.starts_with('/') || target == "*") return target;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!omni::EqualsIgnoreCase(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?#"), target.size());
    if (!omni::EqualsIgnoreCase(target.substr(0, end), host)) return std::nullopt;
    target.remove_prefix(end);
    if (target.empty()) return "/";
    if (target.front() == '/') return target;
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace host::internal
