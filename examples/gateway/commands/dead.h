/// \file
/// `omni dead`.
#pragma once

#include <span>

namespace host {

/// Shows dead letters and puts them back.
int RunDead(std::span<char* const> arguments);

}  // namespace host
