/// \file
/// `omni serve`.
#pragma once

#include <span>

namespace host {

/// Serves until SIGTERM or SIGINT; SIGHUP reads the configuration again.
int RunServe(std::span<char* const> arguments);

}  // namespace host
