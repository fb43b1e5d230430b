/// \file
/// "Did you mean": the nearest of a list of names.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "omni/export.h"

namespace omni::inline v0_1 {
namespace internal {

/// The candidate within a third of `word`'s length in edits, ties to the first; nothing otherwise.
[[nodiscard]] OMNI_EXPORT std::optional<std::string> Nearest(
    std::string_view word, std::span<const std::string> candidates);

}  // namespace internal
}  // namespace omni::inline v0_1
