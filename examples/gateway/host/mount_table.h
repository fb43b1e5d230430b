/// \file
/// What the host itself has to know of the channels' endpoints.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/host_config.h"
#include "omni/adapter_registry.h"

namespace host {

/// The key of a channel that the host reads, and the gateway never sees.
inline constexpr std::string_view kMaxBodyBytesKey = "maxBodyBytes";

/// Thread safety: immutable.
class MountTable {
 public:
  MountTable() = default;
  MountTable(const HostConfig& config, const omni::AdapterRegistry& registry);

  /// How large a body may be that is sent there. Where channels share an endpoint, the most that
  /// one of them allows.
  [[nodiscard]] std::size_t MaxBodyBytes(std::string_view target) const;
  /// The largest of all.
  [[nodiscard]] std::size_t max_body_bytes() const { return largest_; }
  /// Whether an administrator's token opens that endpoint.
  [[nodiscard]] bool IsForAdmins(std::string_view target) const;

 private:
  struct Mount {
    std::size_t max_body_bytes = 0;
    bool is_for_admins = false;
  };
  void Add(const std::string& path, Mount mount);
  [[nodiscard]] const Mount* Find(std::string_view target) const;

  std::size_t usual_ = 0;
  std::size_t largest_ = 0;
  bool all_are_usual_ = true;
  std::map<std::string, Mount, std::less<>> exact_;
  std::vector<std::pair<std::string, Mount>> templates_;  ///< with parameters, in their order
};

/// Every `maxBodyBytes` that is none or beyond the ceiling, one a line.
[[nodiscard]] std::vector<std::string> CheckBodyLimits(const HostConfig& config);

}  // namespace host
