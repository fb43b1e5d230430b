#include <cstdint>
#include <list>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "omni/components/memory.h"

namespace omni::inline v0_1 {
namespace {

/// Two lists, each in order of expiry, and an index over both: every operation is O(1) a key, and
/// what has expired goes from the front.
///
/// Thread safety: thread-safe.
class MemoryIdempotencyStore final : public IdempotencyStore {
 public:
  explicit MemoryIdempotencyStore(const MemoryIdempotencyOptions& options) : options_(options) {}

  [[nodiscard]] absl::StatusOr<std::vector<Claim>> Begin(const BeginParams& params) override;
  absl::Status Complete(const CompleteParams& params) override;
  absl::Status Abandon(const AbandonParams& params) override;

 private:
  struct Entry {
    std::string key;
    std::uint64_t token;
    bool done;
    absl::Time expires;
  };
  using Entries = std::list<Entry>;

  void DropExpired(Entries& entries, absl::Time now) OMNI_REQUIRES(mutex_);
  void MakeRoom() OMNI_REQUIRES(mutex_);
  void Drop(Entries& entries, Entries::iterator entry) OMNI_REQUIRES(mutex_);
  void Add(Entries& entries, Entry entry) OMNI_REQUIRES(mutex_);
  /// Where an entry that expires then keeps the order.
  static Entries::iterator PlaceOf(Entries& entries, absl::Time expires);

  const MemoryIdempotencyOptions options_;
  internal::Mutex mutex_;
  Entries in_flight_ OMNI_GUARDED_BY(mutex_);
  Entries done_ OMNI_GUARDED_BY(mutex_);
  // The keys are views into the lists, whose nodes do not move.
  absl::flat_hash_map<absl::string_view, Entries::iterator> index_ OMNI_GUARDED_BY(mutex_);
  std::uint64_t last_token_ OMNI_GUARDED_BY(mutex_) = 0;
};

absl::StatusOr<std::vector<Claim>> MemoryIdempotencyStore::Begin(const BeginParams& params) {
  std::vector<Claim> claims;
  claims.reserve(params.keys.size());
  internal::MutexLock lock(mutex_);
  DropExpired(in_flight_, params.now);
  DropExpired(done_, params.now);

  std::size_t fresh = 0;
  for (const std::string& key : params.keys) {
    const auto found = index_.find(key);
    if (found == index_.end()) {
      ++fresh;
      claims.push_back({ClaimState::kNew, 0});
    } else {
      claims.push_back({found->second->done ? ClaimState::kDone : ClaimState::kInFlight, 0});
    }
  }
  if (in_flight_.size() + fresh > options_.max_keys) {
    return absl::UnavailableError("too many claims are in flight");
  }
  for (std::size_t i = 0; i < claims.size(); ++i) {
    if (claims[i].state != ClaimState::kNew) continue;
    claims[i].token = ++last_token_;
    MakeRoom();
    Add(in_flight_, {params.keys[i], claims[i].token, false, params.now + params.lease});
  }
  return claims;
}

absl::Status MemoryIdempotencyStore::Complete(const CompleteParams& params) {
  internal::MutexLock lock(mutex_);
  for (const Held& held : params.claims) {
    const auto found = index_.find(held.key);
    if (found != index_.end()) {
      // Another holder, after the lease ran out.
      const Entries::iterator entry = found->second;
      if (entry->token != held.token || entry->done) continue;
      entry->done = true;
      entry->expires = params.now + params.keep;
      done_.splice(PlaceOf(done_, entry->expires), in_flight_, entry);
      continue;
    }
    MakeRoom();
    Add(done_, {held.key, held.token, true, params.now + params.keep});
  }
  return absl::OkStatus();
}

absl::Status MemoryIdempotencyStore::Abandon(const AbandonParams& params) {
  internal::MutexLock lock(mutex_);
  for (const Held& held : params.claims) {
    const auto found = index_.find(held.key);
    if (found == index_.end() || found->second->done || found->second->token != held.token) {
      continue;
    }
    Drop(in_flight_, found->second);
  }
  return absl::OkStatus();
}

void MemoryIdempotencyStore::DropExpired(Entries& entries, absl::Time now) {
  while (!entries.empty() && entries.front().expires <= now) Drop(entries, entries.begin());
}

void MemoryIdempotencyStore::MakeRoom() {
  while (!done_.empty() && index_.size() >= options_.max_keys) Drop(done_, done_.begin());
}

void MemoryIdempotencyStore::Drop(Entries& entries, Entries::iterator entry) {
  index_.erase(entry->key);
  entries.erase(entry);
}

void MemoryIdempotencyStore::Add(Entries& entries, Entry entry) {
  const auto place = PlaceOf(entries, entry.expires);
  const auto added = entries.insert(place, std::move(entry));
  index_.emplace(added->key, added);
}

MemoryIdempotencyStore::Entries::iterator MemoryIdempotencyStore::PlaceOf(Entries& entries,
                                                                          absl::Time expires) {
  // Leases and keep times hardly vary, so the place is found at the end.
  auto place = entries.end();
  while (place != entries.begin() && std::prev(place)->expires > expires) --place;
  return place;
}

}  // namespace

std::shared_ptr<IdempotencyStore> MakeMemoryIdempotencyStore(
    const MemoryIdempotencyOptions& options) {
  return std::make_shared<MemoryIdempotencyStore>(options);
}

}  // namespace omni::inline v0_1
