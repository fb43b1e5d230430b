/// \file
/// The stages from origin to VERIFY: which of an endpoint's channels a request is for, and whether
/// it is genuine.
#pragma once

#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/plan.h"
#include "gateway/secrets.h"
#include "omni/adapter.h"
#include "omni/explanation.h"
#include "omni/http.h"
#include "omni/ports/observer.h"
#include "omni/short_text.h"
#include "omni/support/origin.h"

namespace omni::inline v0_1 {
namespace internal {

struct AuthenticateParams {
  const WebhookRequest& request;
  const Endpoint& endpoint;
  const PathParams& path_params;
  const std::optional<IpAddress>& client;
  const SecretStore& secrets;
  const CidrSet& trusted_proxies;
  std::string_view public_url;  ///< of a channel that has none of its own
  absl::Time now = absl::InfinitePast();
  bool explain = false;
  std::pmr::memory_resource& memory;  ///< for what the verdict refers to
};

/// What came of it.
///
/// Lifetime: the request's, and that of the memory that was given.
struct Verdict {
  /// OK: go on. Otherwise the answer's error.
  absl::Status status = {};
  Authentication authentication = Authentication::kNone;
  /// The channels whose keys proved the request or, where `status` is an error, that refused it;
  /// null when several did.
  const VerificationGroup* group = nullptr;
  Coverage coverage = {};
  ShortText key_id = {};
  ShortText nonce = {};  ///< as in VerifyResult, as the next three are
  absl::Time nonce_expires = absl::InfiniteFuture();
  bool from_carrier = true;
  std::unique_ptr<const Reading> reading = {};
  std::string_view external_url = {};
  /// Set when only this account's own keys were in play: no other account's events are believed.
  std::string bound_account = {};
  /// Why a request that was let through would have been rejected.
  absl::Status overruled = {};
  std::unique_ptr<Explanation> explanation = {};
};

/// Tries the group that the claimed account picks, or else every group in order.
[[nodiscard]] Verdict Authenticate(const AuthenticateParams& params);
/// Tries this group of the endpoint and no other.
[[nodiscard]] Verdict AuthenticateFor(const VerificationGroup& group,
                                      const AuthenticateParams& params);

}  // namespace internal
}  // namespace omni::inline v0_1
