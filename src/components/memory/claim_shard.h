/// \file
/// What an idempotency store in memory knows of some of its keys.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/mutex.h"
#include "components/memory/done_table.h"
#include "components/memory/sip_hash.h"
#include "omni/ports/idempotency_store.h"

namespace omni::inline v0_1 {
namespace internal {

/// The claims that are in flight, and the keys that are done. Times are milliseconds since 1970.
///
/// A token tells the shard and the place of its claim there, so that a holder who comes back is
/// found without his key.
///
/// Thread safety: what else is called is called between Lock and Unlock.
class alignas(64) ClaimShard {
 public:
  struct Options {
    std::size_t max_keys = 0;  ///< in flight and done
    std::size_t index = 0;     ///< of 2^`index_bits` shards
    int index_bits = 0;
  };
  explicit ClaimShard(const Options& options);

  void Lock() OMNI_THREAD_ANNOTATION(no_thread_safety_analysis) { mutex_.Lock(); }
  void Unlock() OMNI_THREAD_ANNOTATION(no_thread_safety_analysis) { mutex_.Unlock(); }

  /// Claims the key where it is new. False when too many claims are in flight.
  bool Begin(const Fingerprint& key, std::uint64_t now, std::uint64_t lease_end, Claim& claim);

  /// The holder's key is done until `expires`. False when the claim is not there any more.
  bool Complete(std::uint64_t token, std::uint64_t now, std::uint64_t expires);
  /// The same for a holder whose claim is not there: the key is done unless somebody else has it.
  void CompleteLate(const Fingerprint& key, std::uint64_t now, std::uint64_t expires);
  void Abandon(std::uint64_t token);

  /// Fetches what Begin will read. Any thread may call it, with the lock or without.
  void Prefetch(const Fingerprint& key) const { done_.Prefetch(key); }

 private:
  using Place = std::uint32_t;
  static constexpr Place kNowhere = ~Place{0};
  struct Flight {
    Fingerprint key;
    std::uint64_t token = 0;  ///< of a free place: 0
    std::uint64_t lease_end = 0;
    Place next = kNowhere;  ///< of the same list, or free as this one is
  };

  [[nodiscard]] std::uint64_t MakeToken(Place place);
  /// The claim with that token; null where there is none.
  [[nodiscard]] Flight* Find(std::uint64_t token);
  /// The key's claim; null where there is none.
  [[nodiscard]] Flight* Find(const Fingerprint& key);
  /// The first of the list in which a key is.
  [[nodiscard]] Place& ListOf(const Fingerprint& key) {
    // Its other half has chosen the shard.
    return lists_[key.high & (lists_.size() - 1)];
  }
  [[nodiscard]] Place PlaceOf(const Flight& flight) const {
    return static_cast<Place>(&flight - flights_.data());
  }
  Place Add(const Fingerprint& key);
  void Grow();
  void Remove(Flight& flight);
  void Drop(Flight& flight);
  void DropVoid(std::uint64_t now);
  /// How many keys may be done beside the claims.
  [[nodiscard]] std::size_t Room() const {
    return options_.max_keys - std::min(in_flight_, options_.max_keys);
  }

  const Options options_;
  const std::size_t max_flights_;
  Mutex mutex_;
  std::vector<Flight> flights_;
  /// Where each list of claims begins; as many as places at least, and a power of two. Each key
  /// comes and goes here once, which costs less than in a hash map.
  std::vector<Place> lists_;
  Place free_ = kNowhere;  ///< the first of the places that are free
  std::size_t in_flight_ = 0;
  std::uint64_t last_number_ = 0;
  std::size_t drop_at_ = 64;  ///< so many in flight: time to look for leases that ran out
  std::uint64_t dropped_ = ~std::uint64_t{0};  ///< the second in which that was done last
  DoneTable done_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
