/// \file
/// Taking a form to pieces, for whoever brings the memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "support/percent.h"

namespace omni::inline v0_1 {
namespace internal {

/// Appends the fields of an encoded form to `fields`, their names and values as views of `out`,
/// which has room for `text.size()` bytes: decoding never makes text longer. Each value stands
/// right behind its name, and each name right behind the value before it. False as soon as there
/// are more than `max_fields`.
template <class Fields>
[[nodiscard]] bool DecodeForm(std::string_view text, std::size_t max_fields, char* out,
                              Fields& fields) {
  const auto decode = [&out](std::string_view encoded) {
    char* const begin = std::exchange(out, DecodePercent(encoded, PlusSign::kSpace, out));
    return std::string_view(begin, static_cast<std::size_t>(out - begin));
  };
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(field.size() + 1, text.size()));
    if (field.empty()) continue;
    if (fields.size() == max_fields) return false;
    const std::size_t equals = std::min(field.find('='), field.size());
    const std::string_view name = decode(field.substr(0, equals));
    const std::string_view value = decode(field.substr(std::min(equals + 1, field.size())));
    fields.push_back({name, value});
  }
  return true;
}

}  // namespace internal
}  // namespace omni::inline v0_1
