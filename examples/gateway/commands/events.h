/// \file
/// `omni events`.
#pragma once

#include <span>

namespace host {

/// Shows what the queues hold.
int RunEvents(std::span<char* const> arguments);

}  // namespace host
