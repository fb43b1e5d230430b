/// \file
/// The paths that the host answers itself.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace host {

struct OwnPath {
  std::string_view path;
  std::string_view what;  ///< for people
};

/// Each with everything below it. A channel cannot be mounted there.
inline constexpr std::array<OwnPath, 7> kOwnPaths = {{
    {"/health", "whether the process answers"},
    {"/ready", "whether the queue takes events"},
    {"/metrics", "the metrics, for Prometheus"},
    {"/admin", "the admin API, with an administrator's token"},
    {"/console", "the console"},
    {"/media", "files that were uploaded for a chat"},
    {"/openapi.yaml", "the description of the API"},
}};

/// The one that `path` is, or is below; null when it is none of them.
[[nodiscard]] constexpr const OwnPath* FindOwnPath(std::string_view path) {
  for (const OwnPath& own : kOwnPaths) {
    const std::size_t size = own.path.size();
    if (path.starts_with(own.path) && (path.size() == size || path[size] == '/')) return &own;
  }
  return nullptr;
}

[[nodiscard]] constexpr bool IsOwnPath(std::string_view path) {
  return FindOwnPath(path) != nullptr;
}

}  // namespace host
