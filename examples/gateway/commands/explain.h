/// \file
/// `omni explain`.
#pragma once

#include <span>

namespace host {

/// Tells what becomes of a captured request, and why it is refused.
int RunExplain(std::span<char* const> arguments);

}  // namespace host
