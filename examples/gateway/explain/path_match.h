/// \file
/// Whether a path is that of an endpoint.
#pragma once

#include <string_view>

#include "omni/adapter.h"

namespace host {

/// `pattern` may hold parameters: `/bandwidth/{destination}`. Adds their values, decoded.
[[nodiscard]] bool MatchPath(std::string_view pattern, std::string_view path,
                             omni::PathParams& params);

}  // namespace host
