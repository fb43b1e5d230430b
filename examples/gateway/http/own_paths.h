/// \file
/// The paths that the host answers itself.
#pragma once

#include <array>
#include <string_view>

namespace host {

/// Each with everything below it. A channel cannot be mounted there.
inline constexpr std::array<std::string_view, 7> kOwnPaths = {
    "/health", "/ready", "/metrics", "/admin", "/console", "/media", "/openapi.yaml"};

[[nodiscard]] constexpr bool IsOwnPath(std::string_view path) {
  for (const std::string_view own : kOwnPaths) {
    if (path.starts_with(own) && (path.size() == own.size() || path[own.size()] == '/'))
      return true;
  }
  return false;
}

}  // namespace host
