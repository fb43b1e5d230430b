/// \file
/// Two-phase deduplication: claim a key, then complete or abandon the claim.
///
/// A one-step "seen?" would lose events: marked before the enqueue, and then the enqueue fails.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

enum class ClaimState {
  kNew,       ///< yours: enqueue, then Complete or Abandon
  kInFlight,  ///< somebody else holds it and has not finished
  kDone,      ///< completed before
};

struct Claim {
  ClaimState state = ClaimState::kNew;
  /// Names this holder. A claim whose lease ran out may have a new holder; the old one's Complete
  /// and Abandon must not touch it.
  std::uint64_t token = 0;
};

/// Thread safety: thread-safe. Calls block for a bounded time; put a slow store behind a cache.
class OMNI_EXPORT IdempotencyStore {
 public:
  virtual ~IdempotencyStore();

  struct BeginParams {
    std::span<const std::string_view> keys = {};  ///< no two alike
    absl::Time now = absl::InfinitePast();
    absl::Duration lease = absl::Minutes(1);  ///< after this an unfinished claim is void
  };
  /// Claims each key and says in `claims`, which has as many places as there are keys, what came of
  /// each. On an error no key is claimed, whatever `claims` says.
  [[nodiscard]] virtual absl::Status Begin(const BeginParams& params, std::span<Claim> claims) = 0;

  /// Lifetime: the key's text is the caller's, and only as long as the call.
  struct Held {
    std::string_view key = {};
    std::uint64_t token = 0;
  };
  struct CompleteParams {
    std::span<const Held> claims = {};
    absl::Time now = absl::InfinitePast();
    absl::Duration keep = absl::Hours(24 * 8);  ///< how long the key stays done
  };
  /// The events are in the queue. An error leaves the claims to their lease; a redelivery then
  /// enqueues them once more, which consumers tell by the dedupe key.
  virtual absl::Status Complete(const CompleteParams& params) = 0;

  struct AbandonParams {
    std::span<const Held> claims = {};
  };
  /// The events are not in the queue: the next delivery may claim the keys at once.
  virtual absl::Status Abandon(const AbandonParams& params) = 0;
};

}  // namespace omni::inline v0_1
