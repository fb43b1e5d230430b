/// \file
/// The stage of mapped accounts: whose webhooks belong to another environment, and the requests
/// that pass them on.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/claims.h"
#include "gateway/core.h"
#include "gateway/plan.h"
#include "omni/http.h"
#include "omni/inquiry.h"

namespace omni::inline v0_1 {
namespace internal {

/// Decides account by account for one request.
///
/// Thread safety: confined.
class Forwards {
 public:
  /// Lifetime: both outlive this.
  Forwards(const GatewayCore& core, const WebhookRequest& request)
      : core_(core), request_(request) {}

  /// One environment that the request goes to.
  struct Target {
    const Channel* channel = nullptr;
    AccountMapping mapping = {};
    std::size_t claim = 0;  ///< its key in the claims: a redelivery does not go there again
  };

  /// Whether the request comes from another environment, which keeps the rest of it.
  [[nodiscard]] bool WasForwardedHere() const;

  /// Whether the events of this account belong elsewhere. Remembers where. Lifetime: `account` is
  /// there until the last call.
  ///
  /// Errors: Unavailable when the mappings cannot be read; PermissionDenied (403) when the request
  /// has been forwarded before, so that two environments do not pass it back and forth.
  [[nodiscard]] absl::StatusOr<bool> Takes(const Channel& channel, const std::string& account);

  /// Adds a key for each target.
  void AddKeys(Claims& claims);

  /// Where the request goes, each place once. The signature covers the whole body, so every target
  /// gets all of it and picks its own accounts.
  [[nodiscard]] const std::vector<Target>& targets() const { return targets_; }
  [[nodiscard]] HttpRequest MakeRequest(const Target& target) const;

 private:
  struct Decision {
    const Channel* channel = nullptr;
    std::string_view account = {};
    bool taken = false;
  };

  /// What was decided of this account before.
  [[nodiscard]] std::optional<bool> Decided(const Channel& channel, std::string_view account) const;
  void Decide(const Decision& decision);

  const GatewayCore& core_;
  const WebhookRequest& request_;
  /// The last decision; nearly always a request has one account, and needs no other.
  Decision last_;
  absl::flat_hash_map<std::pair<const Channel*, absl::string_view>, bool> decisions_;
  absl::flat_hash_set<std::string> urls_;  ///< of the targets
  std::vector<Target> targets_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
