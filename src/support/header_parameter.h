/// \file
/// Parameters of a header value: `multipart/form-data; boundary="x"`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

/// The first parameter of that name, without quotes. In a quoted value, `\"` and `\\` are escapes
/// and any other backslash stands for itself, because senders write Windows paths.
[[nodiscard]] std::optional<std::string> HeaderParameter(std::string_view header,
                                                         std::string_view name);

}  // namespace internal
}  // namespace omni::inline v0_1
