/// \file
/// What an idempotency store in memory knows of some of its keys.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "components/memory/done_table.h"
#include "components/memory/sip_hash.h"
#include "omni/ports/idempotency_store.h"

namespace omni::inline v0_1 {
namespace internal {

/// The claims that are in flight, and the keys that are done.
///
/// Thread safety: what else is called is called between Lock and Unlock.
class alignas(64) ClaimShard {
 public:
  struct Options {
    std::size_t max_keys = 0;  ///< in flight and done
    /// Tokens are this, and so much more each time: no two shards give the same.
    std::uint64_t first_token = 1;
    std::uint64_t token_step = 1;
  };
  explicit ClaimShard(const Options& options)
      : options_(options), next_token_(options.first_token), done_(options.max_keys) {}

  void Lock() OMNI_THREAD_ANNOTATION(no_thread_safety_analysis) { mutex_.Lock(); }
  void Unlock() OMNI_THREAD_ANNOTATION(no_thread_safety_analysis) { mutex_.Unlock(); }

  /// Claims the key where it is new. False when too many claims are in flight.
  bool Begin(const Fingerprint& key, absl::Time now, absl::Duration lease, Claim& claim);
  /// The key is done, unless somebody else holds it.
  void Complete(const Fingerprint& key, std::uint64_t token, absl::Time now, absl::Duration keep);
  void Abandon(const Fingerprint& key, std::uint64_t token);

  /// Fetches what Begin will read first.
  void Prefetch(const Fingerprint& key) const { done_.Prefetch(key); }

 private:
  struct Flight {
    std::uint64_t token = 0;
    absl::Time lease_end = absl::InfinitePast();
  };
  /// A fingerprint is a hash; its other half has chosen the shard.
  struct High {
    std::size_t operator()(const Fingerprint& key) const { return key.high; }
  };

  void DropVoid(absl::Time now);

  const Options options_;
  Mutex mutex_;
  std::uint64_t next_token_;
  absl::flat_hash_map<Fingerprint, Flight, High> in_flight_;
  std::size_t drop_at_ = 64;  ///< so many in flight: time to look for leases that ran out
  std::uint64_t dropped_ = ~std::uint64_t{0};  ///< the second in which that was done last
  DoneTable done_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
