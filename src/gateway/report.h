/// \file
/// Making what a stranger sent fit for a log.
#pragma once

#include <string>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

/// The path of a request target: printable, of bounded length, digits masked.
[[nodiscard]] std::string LoggablePath(std::string_view target);

}  // namespace internal
}  // namespace omni::inline v0_1
