/// \file
/// JSON that may be shown on a screen that others see.
#pragma once

#include <string>
#include <string_view>

namespace host {

/// The same JSON with every run of seven or more digits in its texts and numbers cut to its last
/// four, but in ids of omni's own and in times. Empty when it is no JSON.
[[nodiscard]] std::string MaskJson(std::string_view json);

}  // namespace host
