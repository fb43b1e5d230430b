/// \file
/// References to secrets, as a configuration writes them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "omni/json.h"

namespace host {

/// One reference or a list of them, newest first; nothing when it is neither, or one is empty.
[[nodiscard]] inline std::optional<std::vector<std::string>> ReadReferences(omni::JsonValue value) {
  std::vector<std::string> references;
  if (value.is_string()) references.emplace_back(value.text());
  if (value.is_array()) {
    for (const omni::JsonValue element : value.elements()) references.emplace_back(element.text());
  }
  for (const std::string& reference : references) {
    if (reference.empty()) return std::nullopt;
  }
  if (references.empty()) return std::nullopt;
  return references;
}

}  // namespace host
