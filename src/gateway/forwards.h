/// \file
/// The stage of mapped accounts: whose webhooks belong to another environment, and the requests
/// that pass them on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/claims.h"
#include "gateway/core.h"
#include "gateway/plan.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace internal {

/// A request to make once the events are committed.
struct FollowUp {
  HttpRequest request = {};
  std::size_t claim = kNoClaim;  ///< its key in the claims: made once, however often redelivered

  static constexpr std::size_t kNoClaim = static_cast<std::size_t>(-1);
};

/// Decides account by account for one request.
///
/// Thread safety: confined.
class Forwards {
 public:
  /// Lifetime: both outlive this.
  Forwards(const GatewayCore& core, const WebhookRequest& request)
      : core_(core), request_(request) {}

  /// Whether the events of this account belong elsewhere. Remembers where.
  ///
  /// Errors: Unavailable when the mappings cannot be read; PermissionDenied (403) when the request
  /// has been forwarded before, so that two environments do not pass it back and forth.
  [[nodiscard]] absl::StatusOr<bool> Takes(const Channel& channel, const std::string& account);

  /// One request for each target, with its key added to the claims. The signature covers the whole
  /// body, so every target gets all of it and picks its own accounts.
  [[nodiscard]] std::vector<FollowUp> MakeFollowUps(Claims& claims) const;

 private:
  struct Decision {
    const Channel* channel = nullptr;
    std::string account = {};
    AccountMapping mapping = {};
    bool taken = false;
  };

  [[nodiscard]] const Decision* Find(const Channel& channel, std::string_view account) const;

  const GatewayCore& core_;
  const WebhookRequest& request_;
  std::vector<Decision> decisions_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
