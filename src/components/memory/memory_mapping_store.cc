#include <map>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "base/absl_bridge.h"
#include "base/shared_mutex.h"
#include "omni/components/memory_stores.h"

namespace omni::inline v0_1 {
namespace {

using internal::ToAbsl;

/// Whose mappings, and of which account.
using MappingName = std::tuple<std::string, std::string, std::string>;
using MappingNameView = std::tuple<absl::string_view, absl::string_view, absl::string_view>;

MappingNameView NameOf(const MappingStore::Scope& scope, std::string_view account) {
  return {ToAbsl(scope.tenant), ToAbsl(scope.carrier), ToAbsl(account)};
}

struct NameLess {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return MappingNameView(a) < MappingNameView(b);
  }
};

/// A map in the order of the accounts, for List, and a hash table over it, for Find.
///
/// Thread safety: thread-safe.
class MemoryMappingStore final : public MappingStore {
 public:
  explicit MemoryMappingStore(const MemoryMappingOptions& options) : options_(options) {}

  [[nodiscard]] absl::StatusOr<std::optional<AccountMapping>> Find(
      const Scope& scope, std::string_view account) override;
  [[nodiscard]] absl::StatusOr<AccountMapping> Change(const Scope& scope,
                                                      const MappingChange& change,
                                                      absl::Time now) override;
  [[nodiscard]] absl::StatusOr<AccountMapping> Remove(const Scope& scope,
                                                      std::string_view account) override;
  [[nodiscard]] absl::StatusOr<MappingPage> List(const Scope& scope,
                                                 const MappingQuery& query) override;

 private:
  using Mappings = std::map<MappingName, AccountMapping, NameLess>;

  absl::StatusOr<AccountMapping> Add(const MappingNameView& name, const MappingChange& change,
                                     absl::Time now) OMNI_REQUIRES(mutex_);

  const MemoryMappingOptions options_;
  internal::SharedMutex mutex_;
  Mappings mappings_ OMNI_GUARDED_BY(mutex_);
  // The names are views into the map, whose nodes do not move.
  absl::flat_hash_map<MappingNameView, Mappings::iterator> index_ OMNI_GUARDED_BY(mutex_);
};

absl::StatusOr<std::optional<AccountMapping>> MemoryMappingStore::Find(const Scope& scope,
                                                                       std::string_view account) {
  internal::ReaderLock lock(mutex_);
  const auto found = index_.find(NameOf(scope, account));
  if (found == index_.end()) return std::nullopt;
  return found->second->second;
}

absl::StatusOr<AccountMapping> MemoryMappingStore::Change(const Scope& scope,
                                                          const MappingChange& change,
                                                          absl::Time now) {
  const MappingNameView name = NameOf(scope, change.account);
  internal::WriterLock lock(mutex_);
  const auto found = index_.find(name);
  if (found == index_.end()) return Add(name, change, now);
  AccountMapping& mapping = found->second->second;
  if (change.target_url) mapping.target_url = *change.target_url;
  if (change.enabled) mapping.enabled = *change.enabled;
  mapping.updated_at = now;
  return mapping;
}

absl::StatusOr<AccountMapping> MemoryMappingStore::Add(const MappingNameView& name,
                                                       const MappingChange& change,
                                                       absl::Time now) {
  if (!change.target_url) return absl::NotFoundError("no such mapping");
  if (mappings_.size() >= options_.max_mappings) {
    return absl::ResourceExhaustedError("no room for another mapping");
  }
  const auto added = mappings_
                         .emplace(name, AccountMapping{.account = change.account,
                                                       .target_url = *change.target_url,
                                                       .enabled = change.enabled.value_or(true),
                                                       .created_at = now,
                                                       .updated_at = now})
                         .first;
  index_.emplace(added->first, added);
  return added->second;
}

absl::StatusOr<AccountMapping> MemoryMappingStore::Remove(const Scope& scope,
                                                          std::string_view account) {
  internal::WriterLock lock(mutex_);
  const auto found = index_.find(NameOf(scope, account));
  if (found == index_.end()) return absl::NotFoundError("no such mapping");
  const Mappings::iterator mapping = found->second;
  index_.erase(found);
  AccountMapping removed = std::move(mapping->second);
  mappings_.erase(mapping);
  return removed;
}

absl::StatusOr<MappingPage> MemoryMappingStore::List(const Scope& scope,
                                                     const MappingQuery& query) {
  MappingPage page;
  internal::ReaderLock lock(mutex_);
  const bool from_account = query.after.empty() || query.after < query.account;
  for (auto place = from_account ? mappings_.lower_bound(NameOf(scope, query.account))
                                 : mappings_.upper_bound(NameOf(scope, query.after));
       place != mappings_.end(); ++place) {
    const auto& [tenant, carrier, account] = place->first;
    if (tenant != scope.tenant || carrier != scope.carrier) break;
    if (!query.account.empty() && account != query.account) break;
    if (page.mappings.size() >= query.limit) {
      page.has_more = true;
      break;
    }
    page.mappings.push_back(place->second);
  }
  return page;
}

}  // namespace

std::shared_ptr<MappingStore> MakeMemoryMappingStore(const MemoryMappingOptions& options) {
  return std::make_shared<MemoryMappingStore>(options);
}

}  // namespace omni::inline v0_1
