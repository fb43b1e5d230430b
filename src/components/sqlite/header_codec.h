/// \file
/// Pairs of texts as one text and back.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace omni::inline v0_1 {
namespace internal {

using TextPairs = std::vector<std::pair<std::string, std::string>>;

/// Each text behind its length: `4:name5:value`.
[[nodiscard]] std::string PackPairs(const TextPairs& pairs);
/// What PackPairs wrote. What is not of that form ends the list.
[[nodiscard]] TextPairs UnpackPairs(std::string_view packed);

}  // namespace internal
}  // namespace omni::inline v0_1
