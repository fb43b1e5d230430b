/// \file
/// What a request says, taken apart so that single values of it can be changed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "omni/http.h"
#include "testing/conformance/json_tree.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {

/// The body of a request, JSON or a form, or its query. A form is a flat object of strings.
///
/// Thread safety: thread-compatible.
class Content {
 public:
  /// Nothing where the body, or the query, is neither JSON nor a form.
  [[nodiscard]] static std::optional<Content> Of(const WebhookRequest& request, bool in_query);

  [[nodiscard]] JsonTree& tree() { return tree_; }
  [[nodiscard]] bool is_json() const { return kind_ == Kind::kJson; }
  /// Puts the content, as it is now, into a request.
  void Store(WebhookRequest& request) const;

 private:
  enum class Kind { kJson, kForm, kQuery };
  Content(Kind kind, JsonTree tree) : kind_(kind), tree_(std::move(tree)) {}

  Kind kind_;
  JsonTree tree_;
};

/// Whether the body is a form by its content type.
[[nodiscard]] bool IsForm(const WebhookRequest& request);

/// The value of a parameter of the query, decoded; nothing when there is none.
[[nodiscard]] std::optional<std::string> FindQueryParameter(std::string_view url,
                                                            std::string_view name);
/// `url` without that parameter of the query.
[[nodiscard]] std::string WithoutQueryParameter(std::string_view url, std::string_view name);
/// `url` with that parameter of the query, once.
[[nodiscard]] std::string WithQueryParameter(std::string_view url, std::string_view name,
                                             std::string_view value);

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1
