#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <memory>
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
constexpr std::size_t kMostShards = 64;
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
                              .first_token = i + 1,
                              .token_step = count}));
    }
  }

  [[nodiscard]] absl::StatusOr<std::vector<Claim>> Begin(const BeginParams& params) override;
  absl::Status Complete(const CompleteParams& params) override;
  absl::Status Abandon(const AbandonParams& params) override;

 private:
  class Locks;
  using Shards = std::vector<std::unique_ptr<ClaimShard>>;
  /// As a rule a request has one key.
  using Fingerprints = absl::InlinedVector<Fingerprint, 1>;

  [[nodiscard]] Fingerprint Hash(const std::string& key) const {
    return internal::SipHash<1, 3>::Of(key, key_);
  }
  [[nodiscard]] std::size_t IndexOf(const Fingerprint& hash) const {
    return hash.low & (shards_.size() - 1);
  }
  [[nodiscard]] ClaimShard& ShardOf(const Fingerprint& hash) const {
    return *shards_[IndexOf(hash)];
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
  Locks(const MemoryIdempotencyStore& store, const Fingerprints& hashes) : shards_(store.shards_) {
    for (const Fingerprint& hash : hashes) mask_ |= std::uint64_t{1} << store.IndexOf(hash);
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

absl::StatusOr<std::vector<Claim>> MemoryIdempotencyStore::Begin(const BeginParams& params) {
  std::vector<Claim> claims(params.keys.size());
  Fingerprints hashes;
  hashes.reserve(params.keys.size());
  for (const std::string& key : params.keys) hashes.push_back(Hash(key));
  const Locks locks(*this, hashes);
  // One wait for memory, not one for each key.
  for (const Fingerprint& hash : hashes) ShardOf(hash).Prefetch(hash);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (ShardOf(hashes[i]).Begin(hashes[i], params.now, params.lease, claims[i])) continue;
    while (i-- > 0) {
      if (claims[i].state == ClaimState::kNew)
        ShardOf(hashes[i]).Abandon(hashes[i], claims[i].token);
    }
    return absl::UnavailableError("too many claims are in flight");
  }
  return claims;
}

absl::Status MemoryIdempotencyStore::Complete(const CompleteParams& params) {
  Fingerprints hashes;
  hashes.reserve(params.claims.size());
  for (const Held& held : params.claims) hashes.push_back(Hash(held.key));
  const Locks locks(*this, hashes);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    ShardOf(hashes[i]).Complete(hashes[i], params.claims[i].token, params.now, params.keep);
  }
  return absl::OkStatus();
}

absl::Status MemoryIdempotencyStore::Abandon(const AbandonParams& params) {
  Fingerprints hashes;
  hashes.reserve(params.claims.size());
  for (const Held& held : params.claims) hashes.push_back(Hash(held.key));
  const Locks locks(*this, hashes);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    ShardOf(hashes[i]).Abandon(hashes[i], params.claims[i].token);
  }
  return absl::OkStatus();
}

}  // namespace

std::shared_ptr<IdempotencyStore> MakeMemoryIdempotencyStore(
    const MemoryIdempotencyOptions& options) {
  return std::make_shared<MemoryIdempotencyStore>(options);
}

}  // namespace omni::inline v0_1
