/// \file
/// `omni check`.
#pragma once

#include <span>

namespace host {

/// Says every mistake in a configuration.
int RunCheck(std::span<char* const> arguments);

}  // namespace host
