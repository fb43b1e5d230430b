/// \file
/// What a subcommand of `omni` is.
#pragma once

#include <span>
#include <string_view>

namespace host {

/// Exit codes of every command.
enum ExitCode : int {
  kSuccess = 0,
  kFailure = 1,  ///< it could not be done
  kUsage = 2,    ///< it was asked for wrongly
};

struct Command {
  std::string_view name;
  std::string_view usage;    ///< what stands behind the name
  std::string_view summary;  ///< one line
  int (*run)(std::span<char* const> arguments);
};

}  // namespace host
