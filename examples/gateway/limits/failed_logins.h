/// \file
/// How often a client may guess an administrator's token.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "config/limits_config.h"
#include "limits/origin_buckets.h"
#include "omni/http.h"
#include "omni/support/origin.h"

namespace host {

/// The client for whom guesses are counted: its address, of IPv6 the first 64 bits, because whoever
/// has one such address has them all. Clients that cannot be told apart are one.
[[nodiscard]] std::string GuesserOf(const omni::WebhookRequest& request,
                                    const omni::CidrSet& trusted_proxies);

/// Beyond the limit even the right token is refused: else a guess that is refused would still tell
/// whether it was right.
///
/// Thread safety: thread-safe.
class FailedLogins {
 public:
  void Configure(const FailureLimit& limit);

  /// Counts an attempt as failed, before it is looked at: no two at once can share the last one.
  ///
  /// Errors: ResourceExhausted: 429, with how long to wait.
  absl::Status Begin(const std::string& guesser, absl::Time now);
  /// The attempt did not fail after all.
  void Succeed(const std::string& guesser);

 private:
  Mutex mutex_;
  FailureLimit limit_ HOST_GUARDED_BY(mutex_);
  OriginBuckets origins_ HOST_GUARDED_BY(mutex_);
};

}  // namespace host
