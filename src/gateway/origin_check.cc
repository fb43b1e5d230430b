#include "gateway/origin_check.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/absl_bridge.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kOriginRule =
    "expected \"*\", or scheme://host[:port] as a browser sends it: in lower case, without path "
    "and "
    "without the scheme's own port";

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsScheme(std::string_view text) {
  return !text.empty() && IsLower(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsLower(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
         });
}

bool IsHost(std::string_view text) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']')) return false;
    text = text.substr(1, text.size() - 2);
    return text.find(':') != text.npos && IpAddress::Parse(text).has_value();
  }
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsLower(c) || IsDigit(c) || c == '-' || c == '.' || c == '_';
  });
}

bool IsPort(std::string_view text, std::string_view scheme) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || rest != end || port == 0 || text.front() == '0') return false;
  return !(scheme == "https" && port == 443) && !(scheme == "http" && port == 80);
}

bool IsOrigin(std::string_view text) {
  const std::size_t separator = text.find("://");
  if (separator == text.npos) return false;
  const std::string_view scheme = text.substr(0, separator);
  const std::string_view authority = text.substr(separator + 3);
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == authority.npos ? 0 : bracket);
  const bool has_port = colon != authority.npos;
  return IsScheme(scheme) && IsHost(authority.substr(0, colon)) &&
         (!has_port || IsPort(authority.substr(colon + 1), scheme));
}

std::string Place(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

}  // namespace

CidrSet ReadBlocks(const std::vector<std::string>& blocks, const std::string& path,
                   Problems& problems) {
  std::vector<std::string> right;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (const auto block = CidrSet::Parse({blocks[i]}); block.ok()) {
      right.push_back(blocks[i]);
    } else {
      AddProblem(problems, Place(path, i), ToStd(block.status().message()));
    }
  }
  auto set = CidrSet::Parse(right);
  return set.ok() ? *std::move(set) : CidrSet();
}

void CheckCorsOrigins(const std::vector<std::string>& origins, const std::string& path,
                      Problems& problems) {
  for (std::size_t i = 0; i < origins.size(); ++i) {
    if (origins[i] != "*" && !IsOrigin(origins[i])) {
      AddProblem(problems, Place(path, i), kOriginRule);
    }
  }
}

}  // namespace internal
}  // namespace omni::inline v0_1
