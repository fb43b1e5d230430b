/// \file
/// From a file to a HostConfig.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/host_config.h"

namespace host {

struct LoadedConfig {
  HostConfig config = {};
  /// Every mistake that can be seen without the adapters, one a line: `listen.prot: unknown key;
  /// did you mean port?`.
  std::vector<std::string> problems = {};
};

/// Reads the configuration in `text`; `file` is its name, for messages about its syntax.
[[nodiscard]] LoadedConfig ReadConfig(std::string_view text, const std::string& file);

/// As ReadConfig, from the file of that name.
[[nodiscard]] LoadedConfig LoadConfig(const std::string& file);

}  // namespace host
