#include "components/sqlite/header_codec.h"

#include <charconv>
#include <cstddef>
#include <optional>

#include "absl/strings/str_cat.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

std::optional<std::string> TakeText(std::string_view& packed) {
  std::size_t size = 0;
  const char* end = packed.data() + packed.size();
  const auto [colon, error] = std::from_chars(packed.data(), end, size);
  if (error != std::errc() || colon == end || *colon != ':') return std::nullopt;
  const auto rest = static_cast<std::size_t>(end - colon) - 1;
  if (size > rest) return std::nullopt;
  std::string text(colon + 1, size);
  packed = std::string_view(colon + 1 + size, rest - size);
  return text;
}

}  // namespace

std::string PackPairs(const TextPairs& pairs) {
  std::string packed;
  for (const auto& [name, value] : pairs) {
    absl::StrAppend(&packed, name.size(), ":", name, value.size(), ":", value);
  }
  return packed;
}

TextPairs UnpackPairs(std::string_view packed) {
  TextPairs pairs;
  while (!packed.empty()) {
    std::optional<std::string> name = TakeText(packed);
    if (!name) break;
    std::optional<std::string> value = TakeText(packed);
    if (!value) break;
    pairs.emplace_back(*std::move(name), *std::move(value));
  }
  return pairs;
}

}  // namespace internal
}  // namespace omni::inline v0_1
