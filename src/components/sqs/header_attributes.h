/// \file
/// Message attributes: ten at most, with names and values that not every header has.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/http.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace internal {

/// Names and values, of which the names that begin with `omni.` are ours.
using Attributes = std::vector<std::pair<std::string, std::string>>;
using Headers = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] const std::string* Find(const Attributes& attributes, std::string_view name);

/// Adds an attribute for each header where that can be undone; else one that holds all of them.
void AddHeaders(const Headers& headers, Attributes& attributes);
[[nodiscard]] Headers HeadersOf(const Attributes& attributes);

/// Writes the object. How many bytes SQS counts for it.
std::size_t WriteAttributes(const Attributes& attributes, JsonWriter& json);
[[nodiscard]] Attributes ReadAttributes(JsonValue object);

}  // namespace internal
}  // namespace omni::inline v0_1
