/// \file
/// The secrets of a gateway: resolved at the start and at each refresh, looked up by the claimed
/// account where a reference asks for that.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/lanes.h"
#include "base/mutex.h"
#include "omni/gateway.h"
#include "omni/key_ring.h"
#include "omni/ports/secrets_provider.h"

namespace omni::inline v0_1 {
namespace internal {

/// References to secrets by purpose, newest first.
using SecretReferences = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// What a channel, or several alike, authenticates with.
struct SecretSet {
  std::string position = {};  ///< JSON path of the first channel that has it, for messages
  SecretReferences secrets = {};
  std::vector<ChannelConfig::Account> accounts = {};
};

/// The keys to verify one request with.
///
/// Thread safety: thread-compatible.
class RequestKeys {
 public:
  /// Lifetime: this object's, and the snapshot's that it came from.
  [[nodiscard]] const KeySet& keys() const { return looked_up_ ? *looked_up_ : *shared_; }
  /// Whether some of them belong to the claimed account alone.
  [[nodiscard]] bool of_account() const { return of_account_; }

 private:
  friend class SecretsSnapshot;
  const KeySet* shared_ = nullptr;
  std::optional<KeySet> looked_up_;
  bool of_account_ = false;
};

/// All secrets as they were at one time.
///
/// Thread safety: immutable.
class SecretsSnapshot {
 public:
  /// Resolves every reference that holds no `{account}`; adds a line to `problems` for each that
  /// cannot be, naming its JSON path and never the reference, which may be the secret itself.
  SecretsSnapshot(const std::vector<SecretSet>& sets, SecretsProvider& provider,
                  std::vector<std::string>& problems);

  /// Fetches what KeysFor will read of a set.
  void Prefetch(std::size_t set) const { __builtin_prefetch(&sets_[set]); }

  /// The keys of a set for a request that claims to be from `account` (empty: no claim). The cost
  /// does not depend on how many accounts there are.
  ///
  /// Errors: Unavailable (retryable) when the provider cannot be reached.
  [[nodiscard]] absl::StatusOr<RequestKeys> KeysFor(std::size_t set, std::string_view account,
                                                    SecretsProvider& provider) const;

 private:
  struct Template {
    std::string purpose;
    std::string reference;  ///< holds `{account}`
  };
  /// In as few lines of the cache as can be: of many sets none is there.
  struct alignas(64) Resolved {
    KeySet keys;
    absl::flat_hash_map<std::string, KeySet> by_account;  ///< the account's own come first
    std::vector<Template> templates;
  };

  static Resolved Resolve(const SecretSet& set, SecretsProvider& provider,
                          std::vector<std::string>& problems);

  std::vector<Resolved> sets_;
};

/// Holds the snapshot that is in force.
///
/// Thread safety: thread-safe.
class SecretStore {
 public:
  SecretStore(std::vector<SecretSet> sets, std::shared_ptr<SecretsProvider> provider)
      : sets_(std::move(sets)), provider_(std::move(provider)) {}

  /// Looks every secret up and puts the result in force; when that fails, says why and changes
  /// nothing.
  [[nodiscard]] std::vector<std::string> Refresh();
  /// Null before the first refresh.
  [[nodiscard]] std::shared_ptr<const SecretsSnapshot> Current() const;
  [[nodiscard]] SecretsProvider& provider() const { return *provider_; }

 private:
  /// The snapshot for some threads, which share neither the lock nor the count of its owners with
  /// the others.
  struct alignas(kLaneAlignment) Lane {
    Mutex mutex;
    std::shared_ptr<const SecretsSnapshot> current OMNI_GUARDED_BY(mutex);
  };

  const std::vector<SecretSet> sets_;
  const std::shared_ptr<SecretsProvider> provider_;
  Mutex mutex_;
  std::uint64_t started_ OMNI_GUARDED_BY(mutex_) = 0;   ///< refreshes that began
  std::uint64_t in_force_ OMNI_GUARDED_BY(mutex_) = 0;  ///< the refresh that made the snapshot
  mutable std::array<Lane, kLanes> lanes_;
};

/// Whether a reference is to be filled with the claimed account.
[[nodiscard]] bool NamesAccount(std::string_view reference);

}  // namespace internal
}  // namespace omni::inline v0_1
