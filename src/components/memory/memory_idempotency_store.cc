#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "components/memory/claim_shard.h"
#include "components/memory/sip_hash.h"
#include "omni/components/memory.h"
#include "omni/ports/entropy.h"

namespace omni::inline v0_1 {
namespace {

using internal::ClaimShard;
using internal::Fingerprint;

/// One bit of a mask for each. ThreadSanitizer follows so many locks of one thread.
constexpr std::size_t kMostShards = 32;
/// Keys for each shard, at least: where there are fewer, chance would fill one long before another.
constexpr std::size_t kFewestKeys = 8192;

std::size_t ShardsFor(std::size_t max_keys) {
  return std::clamp<std::size_t>(std::bit_floor(max_keys / kFewestKeys), 1, kMostShards);
}

/// A shard's part of `max_keys`, and what chance may put into it beyond that: six times the
/// deviation, which one store in millions sees.
std::size_t ShareOf(std::size_t max_keys, std::size_t shards) {
  if (shards == 1) return max_keys;
  const std::size_t mean = max_keys / shards;
  return mean + 6 * static_cast<std::size_t>(std::sqrt(static_cast<double>(mean)));
}

internal::SipKey RandomKey() {
  std::array<std::uint8_t, sizeof(internal::SipKey)> bytes;
  MakeSystemEntropy()->Fill(bytes);
  return std::bit_cast<internal::SipKey>(bytes);
}

// Times are calculated in nanoseconds, of which 64 bits are enough for 292 years: with absl's own
// types each of a claim's steps is a call.
constexpr std::uint64_t kNanosPerMilli = 1'000'000;

/// How many milliseconds have begun.
std::uint64_t MillisBegun(std::int64_t nanos) {
  const auto positive = static_cast<std::uint64_t>(std::max(nanos, std::int64_t{0}));
  return (positive + kNanosPerMilli - 1) / kNanosPerMilli;
}

/// What is kept for so long is not forgotten early.
std::uint64_t MillisFor(absl::Duration time) { return MillisBegun(absl::ToInt64Nanoseconds(time)); }

/// A time as shards have it.
struct Moment {
  explicit Moment(absl::Time time) : Moment(absl::ToUnixNanos(time)) {}
  explicit Moment(std::int64_t nanos)
      : now(static_cast<std::uint64_t>(std::max(nanos, std::int64_t{0})) / kNanosPerMilli),
        next(MillisBegun(nanos)) {}

  std::uint64_t now;   ///< the millisecond that it is in
  std::uint64_t next;  ///< the one that begins then or next
};

/// Keys are known by their fingerprints, which also choose one of several shards, each with a lock
/// of its own. Every operation is O(1) a key.
///
/// Thread safety: thread-safe.
class MemoryIdempotencyStore final : public IdempotencyStore {
 public:
  explicit MemoryIdempotencyStore(const MemoryIdempotencyOptions& options) : key_(RandomKey()) {
    const std::size_t count = ShardsFor(options.max_keys);
    for (std::size_t i = 0; i < count; ++i) {
      shards_.push_back(std::make_unique<ClaimShard>(
          ClaimShard::Options{.max_keys = ShareOf(options.max_keys, count),
                              .index = i,
                              .index_bits = std::countr_zero(count)}));
    }
  }

  [[nodiscard]] absl::Status Begin(const BeginParams& params, std::span<Claim> claims) override;
  absl::Status Complete(const CompleteParams& params) override;
  absl::Status Abandon(const AbandonParams& params) override;

 private:
  class Locks;
  using Shards = std::vector<std::unique_ptr<ClaimShard>>;
  /// As a rule a request has one key, or two: that of its event and that of its proof.
  using Fingerprints = absl::InlinedVector<Fingerprint, 2>;

  /// Its fingerprint; what is known of it is on its way to the processor.
  [[nodiscard]] Fingerprint Hash(std::string_view key) const {
    const Fingerprint hash = internal::SipHash<1, 3>::Of(key, key_);
    ShardOf(hash).Prefetch(hash);
    return hash;
  }
  [[nodiscard]] std::size_t IndexOf(const Fingerprint& hash) const { return IndexOf(hash.low); }
  /// Of a token, or of a fingerprint's half.
  [[nodiscard]] std::size_t IndexOf(std::uint64_t bits) const {
    return bits & (shards_.size() - 1);
  }
  [[nodiscard]] std::size_t IndexOf(const Held& held) const { return IndexOf(held.token); }
  template <class T>
  [[nodiscard]] ClaimShard& ShardOf(const T& item) const {
    return *shards_[IndexOf(item)];
  }

  const internal::SipKey key_;
  Shards shards_;
};

/// Locks the shards of some keys, each once and in their order, so that two calls cannot wait for
/// each other.
///
/// Thread safety: confined.
class MemoryIdempotencyStore::Locks {
 public:
  /// `items`: fingerprints, or claims that are held.
  template <class Items>
  Locks(const MemoryIdempotencyStore& store, const Items& items) : shards_(store.shards_) {
    for (const auto& item : items) mask_ |= std::uint64_t{1} << store.IndexOf(item);
    ForEach([](ClaimShard& shard) { shard.Lock(); });
  }
  ~Locks() {
    ForEach([](ClaimShard& shard) { shard.Unlock(); });
  }
  Locks(const Locks&) = delete;
  Locks& operator=(const Locks&) = delete;

 private:
  template <class Action>
  void ForEach(Action action) const {
    for (std::uint64_t left = mask_; left != 0; left &= left - 1) {
      action(*shards_[static_cast<std::size_t>(std::countr_zero(left))]);
    }
  }

  const Shards& shards_;
  std::uint64_t mask_ = 0;
};

absl::Status MemoryIdempotencyStore::Begin(const BeginParams& params, std::span<Claim> claims) {
  Fingerprints hashes(params.keys.size());
  for (std::size_t i = 0; i < hashes.size(); ++i) hashes[i] = Hash(params.keys[i]);
  const Moment moment(params.now);
  const std::uint64_t lease_end = moment.next + MillisFor(params.lease);
  const Locks locks(*this, hashes);
  std::fill(claims.begin(), claims.end(), Claim{});
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (ShardOf(hashes[i]).Begin(hashes[i], moment.now, lease_end, claims[i])) continue;
    for (const Claim& claim : claims) {
      if (claim.token != 0) ShardOf(claim.token).Abandon(claim.token);
    }
    return absl::UnavailableError("too many claims are in flight");
  }
  return absl::OkStatus();
}

absl::Status MemoryIdempotencyStore::Complete(const CompleteParams& params) {
  const Moment moment(params.now);
  const std::uint64_t expires = moment.next + MillisFor(params.keep);
  absl::InlinedVector<const Held*, 1> late;
  {
    const Locks locks(*this, params.claims);
    for (const Held& held : params.claims) {
      if (!ShardOf(held).Complete(held.token, moment.now, expires)) late.push_back(&held);
    }
  }
  for (const Held* held : late) {
    const Fingerprints hash = {Hash(held->key)};
    const Locks locks(*this, hash);
    ShardOf(hash.front()).CompleteLate(hash.front(), moment.now, expires);
  }
  return absl::OkStatus();
}

absl::Status MemoryIdempotencyStore::Abandon(const AbandonParams& params) {
  const Locks locks(*this, params.claims);
  for (const Held& held : params.claims) ShardOf(held).Abandon(held.token);
  return absl::OkStatus();
}

}  // namespace

std::shared_ptr<IdempotencyStore> MakeMemoryIdempotencyStore(
    const MemoryIdempotencyOptions& options) {
  return std::make_shared<MemoryIdempotencyStore>(options);
}

}  // namespace omni::inline v0_1
