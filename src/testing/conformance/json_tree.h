/// \file
/// JSON that can be changed, to make odd bodies from good ones.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {

/// One value. Thread safety: thread-compatible.
struct JsonTree {
  JsonType type = JsonType::kNull;
  std::string key = {};   ///< where it is a member
  std::string text = {};  ///< of a string, unescaped; of a number, as it is spelled; `true`
  std::vector<JsonTree> children = {};

  [[nodiscard]] static JsonTree String(std::string_view text);
  /// Any JSON text, put in as it is, even if it is none.
  [[nodiscard]] static JsonTree Raw(std::string_view json);
  [[nodiscard]] static JsonTree From(JsonValue value);

  /// The value at a JSON pointer without escapes: `/entry/0/id`. Null when there is none.
  [[nodiscard]] JsonTree* Find(std::string_view pointer);
  /// Takes the content of another, and keeps the key.
  void Become(JsonTree other);
  [[nodiscard]] bool is_container() const {
    return type == JsonType::kObject || type == JsonType::kArray;
  }
  [[nodiscard]] std::string Write() const;
};

/// Errors: InvalidArgument for what is not JSON.
[[nodiscard]] absl::StatusOr<JsonTree> ParseTree(std::string_view text);

/// Calls `visit` with each value of the tree, in an order that is always the same.
void ForEachNode(JsonTree& tree, const std::function<void(JsonTree& node)>& visit);

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1
