/// \file
/// Fields of a JSON text by their path: `entry.0.changes.0.value.messages.0.text.body`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/json.h"

namespace host {

/// The paths of every value that is no object and no array, in their order.
[[nodiscard]] std::vector<std::string> JsonPaths(omni::JsonValue root);

/// The one path in `paths` that `name` means: the path itself (`a[0].b` is `a.0.b`), or the only
/// one that ends so. Empty when there is none.
///
/// Errors: InvalidArgument, naming some of those that end so, when there are several.
[[nodiscard]] absl::StatusOr<std::string> ResolvePath(const std::vector<std::string>& paths,
                                                      std::string_view name);

/// The JSON text without insignificant white space, with another value at `path`, which exists: a
/// string's text, or the JSON of anything else.
///
/// Errors: InvalidArgument when the value that was there is no string and `value` is not JSON.
[[nodiscard]] absl::StatusOr<std::string> WithField(omni::JsonValue root, std::string_view path,
                                                    std::string_view value);

}  // namespace host
