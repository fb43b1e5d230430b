/// \file
/// The `--config` that every subcommand takes.
#pragma once

#include <iostream>
#include <optional>
#include <string>

#include "commands/arguments.h"
#include "config/load_config.h"

namespace host {

/// Whether it was given; says so on the standard error stream when not.
[[nodiscard]] inline bool HasConfig(const Arguments& arguments) {
  if (arguments.Has("--config")) return true;
  std::cerr << "omni: --config FILE is required\n";
  return false;
}

/// The configuration that `--config` names. Says on the standard error stream what is wrong with
/// it, and then gives nothing.
[[nodiscard]] inline std::optional<HostConfig> LoadConfigArgument(const Arguments& arguments) {
  LoadedConfig loaded = LoadConfig(arguments.Value("--config").value_or(""));
  for (const std::string& problem : loaded.problems) std::cerr << problem << '\n';
  if (!loaded.problems.empty()) return std::nullopt;
  return std::move(loaded.config);
}

}  // namespace host
