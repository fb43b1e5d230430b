/// \file
/// Cross-origin requests: what a browser is told about an endpoint.
#pragma once

#include <string>
#include <vector>

#include "omni/adapter.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace internal {

/// `GET, POST, OPTIONS`: a mount's methods in its order, and OPTIONS.
[[nodiscard]] std::string AllowedMethods(const MountSpec& mount);

/// The origins that may read an endpoint's answers.
///
/// Thread safety: thread-compatible.
class CorsPolicy {
 public:
  explicit CorsPolicy(bool any_by_default) : any_by_default_(any_by_default) {}

  /// Lists origins; `*` stands for any. Listing one ends the mount's default.
  void List(const std::vector<std::string>& origins);

  /// Says in `response` whether the request's origin may read it.
  void Answer(const WebhookRequest& request, HttpResponse& response) const;

 private:
  bool any_by_default_;
  bool any_listed_ = false;
  std::vector<std::string> origins_;
};

/// The answer to OPTIONS.
[[nodiscard]] HttpResponse PreflightResponse(const WebhookRequest& request, const MountSpec& mount,
                                             const CorsPolicy& cors);

}  // namespace internal
}  // namespace omni::inline v0_1
