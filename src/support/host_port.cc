#include "support/host_port.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "omni/support/origin.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kForbidden = "\"<>[]^`{|}@/?#\\";

constexpr std::array<bool, 256> MakeHostNameTable() {
  std::array<bool, 256> table = {};
  for (std::size_t byte = ' ' + 1; byte < table.size(); ++byte) table[byte] = byte != 0x7f;
  for (char c : kForbidden) table[static_cast<unsigned char>(c)] = false;
  return table;
}
constexpr std::array<bool, 256> kOfHostName = MakeHostNameTable();

bool IsHostNameCharacter(char c) { return kOfHostName[static_cast<unsigned char>(c)]; }

// The size of the host that `text` begins with; 0 when it begins with none.
std::size_t HostSize(std::string_view text) {
  if (!text.starts_with('[')) {
    const std::string_view name = text.substr(0, text.find(':'));
    return std::all_of(name.begin(), name.end(), IsHostNameCharacter) ? name.size() : 0;
  }
  const std::size_t close = text.find(']');
  if (close == text.npos) return 0;
  const std::string_view literal = text.substr(1, close - 1);
  const bool is_ipv6 = literal.find(':') != literal.npos && IpAddress::Parse(literal).has_value();
  return is_ipv6 ? close + 1 : 0;
}

}  // namespace

std::optional<HostPort> SplitHostPort(std::string_view text) {
  const std::size_t host_size = HostSize(text);
  if (host_size == 0) return std::nullopt;
  HostPort split = {text.substr(0, host_size), {}};
  text.remove_prefix(host_size);
  if (text.empty()) return split;
  split.port = text.substr(1);
  if (text.front() != ':' || !IsPort(split.port)) return std::nullopt;
  return split;
}

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, port);
  return text.size() <= 5 && result.ec == std::errc() && result.ptr == end && port >= 1 &&
         port <= 65535;
}

}  // namespace internal
}  // namespace omni::inline v0_1
