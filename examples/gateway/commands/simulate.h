/// \file
/// `omni simulate`.
#pragma once

#include <span>

namespace host {

/// Plays a carrier: builds a webhook, proves it, sends it, shows the answer.
int RunSimulate(std::span<char* const> arguments);

}  // namespace host
