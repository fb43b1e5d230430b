/// \file
/// Views into what is about to move.
#pragma once

#include <functional>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

/// Whether `part` refers to memory of `whole`.
[[nodiscard]] inline bool IsPartOf(std::string_view whole, std::string_view part) {
  const std::less<> less;
  return !part.empty() && !less(part.data(), whole.data()) &&
         less(part.data(), whole.data() + whole.size());
}

}  // namespace internal
}  // namespace omni::inline v0_1
