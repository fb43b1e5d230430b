/// \file
/// `host[:port]`, as in a URL's authority and in a Host header.
#pragma once

#include <optional>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

struct HostPort {
  std::string_view host;  ///< brackets of an IPv6 literal included
  std::string_view port;  ///< digits; empty when none is given
};

/// Nothing when there is no host, or when `text` is no authority without user-info.
[[nodiscard]] std::optional<HostPort> SplitHostPort(std::string_view text);

/// Whether `text` is a port number, 1 to 65535.
[[nodiscard]] bool IsPort(std::string_view text);

}  // namespace internal
}  // namespace omni::inline v0_1
