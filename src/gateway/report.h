/// \file
/// Making what a stranger sent fit for a log.
#pragma once

#include <memory_resource>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

/// The path of a request target: printable, of bounded length, digits masked. Lifetime: that
/// of `target`, and of what is allocated in `memory`.
[[nodiscard]] std::string_view LoggablePath(std::string_view target,
                                            std::pmr::memory_resource& memory);

}  // namespace internal
}  // namespace omni::inline v0_1
