#include "gateway/secrets.h"

#include "base/absl_bridge.h"
#include "gateway/errors.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kAccount = "{account}";

std::string FillAccount(std::string_view reference, std::string_view account) {
  std::string filled;
  for (std::size_t at = 0; (at = reference.find(kAccount)) != reference.npos;) {
    filled.append(reference.substr(0, at)).append(account);
    reference.remove_prefix(at + kAccount.size());
  }
  return filled.append(reference);
}

/// Why a secret cannot be used; empty when it can. Never quotes what the provider says, which may
/// hold the reference.
std::string_view LookupProblem(const absl::StatusOr<KeyRing>& ring) {
  if (absl::IsNotFound(ring.status())) return "there is no such secret";
  if (absl::IsUnavailable(ring.status())) return "the secret cannot be reached now";
  if (!ring.ok()) return "the secret cannot be looked up";
  if (ring->empty()) return "there is no such secret";
  for (const auto& key : ring->keys()) {
    // Anyone can sign with an empty key.
    if (key->secret().empty()) return "the secret is empty";
  }
  return {};
}

/// One ring of several. Each keeps its keys' ids.
KeyRing Concatenate(const KeyRing& first, const KeyRing& second) {
  if (first.empty()) return second;
  if (second.empty()) return first;
  KeyRing::Keys keys = first.keys();
  keys.insert(keys.end(), second.keys().begin(), second.keys().end());
  return KeyRing(std::move(keys));
}

/// The ring of several references with its keys named `name[0]`, `name[1]`, ... A key that already
/// has its name is kept, with what was prepared from it.
KeyRing Renumber(const KeyRing& ring, std::string_view name) {
  KeyRing::Keys keys;
  for (const auto& key : ring.keys()) {
    std::string id = std::string(name) + "[" + std::to_string(keys.size()) + "]";
    keys.push_back(key->id() == id ? key : std::make_shared<const Key>(id, key->secret().Clone()));
  }
  return KeyRing(std::move(keys));
}

/// Looks the references of one purpose up; `path` is their JSON path and `name` their keys' name.
KeyRing LookUpAll(const std::vector<std::string>& references, const std::string& path,
                  std::string_view name, SecretsProvider& provider,
                  std::vector<std::string>& problems) {
  KeyRing rings;
  for (std::size_t i = 0; i < references.size(); ++i) {
    if (NamesAccount(references[i])) continue;
    auto ring = provider.Lookup({.reference = references[i], .name = name});
    if (const std::string_view problem = LookupProblem(ring); !problem.empty()) {
      std::string& line = problems.emplace_back(path);
      if (references.size() > 1) line += "[" + std::to_string(i) + "]";
      line.append(": ").append(problem);
      continue;
    }
    rings = Concatenate(rings, *ring);
  }
  return references.size() > 1 ? Renumber(rings, name) : rings;
}

}  // namespace

bool NamesAccount(std::string_view reference) { return reference.find(kAccount) != reference.npos; }

SecretsSnapshot::SecretsSnapshot(const std::vector<SecretSet>& sets, SecretsProvider& provider,
                                 std::vector<std::string>& problems) {
  sets_.reserve(sets.size());
  for (const SecretSet& set : sets) sets_.push_back(Resolve(set, provider, problems));
}

SecretsSnapshot::Resolved SecretsSnapshot::Resolve(const SecretSet& set, SecretsProvider& provider,
                                                   std::vector<std::string>& problems) {
  Resolved resolved;
  for (const auto& [purpose, references] : set.secrets) {
    const std::string path = set.position + "." + purpose;
    resolved.keys.Set(purpose, LookUpAll(references, path, purpose, provider, problems));
    for (const std::string& reference : references) {
      if (NamesAccount(reference)) resolved.templates.push_back({purpose, reference});
    }
  }
  for (const ChannelConfig::Account& account : set.accounts) {
    KeySet keys = resolved.keys;
    for (const auto& [purpose, references] : account.secrets) {
      std::vector<std::string> filled;
      for (const std::string& reference : references) {
        filled.push_back(FillAccount(reference, account.id));
      }
      const std::string name = "accounts." + account.id + "." + purpose;
      const std::string path = set.position + "." + name;
      const KeyRing own = LookUpAll(filled, path, name, provider, problems);
      keys.Set(purpose, Concatenate(own, keys.Ring(purpose)));
    }
    resolved.by_account.emplace(account.id, std::move(keys));
  }
  return resolved;
}

absl::StatusOr<RequestKeys> SecretsSnapshot::KeysFor(std::size_t set, std::string_view account,
                                                     SecretsProvider& provider) const {
  const Resolved& resolved = sets_[set];
  RequestKeys keys;
  keys.shared_ = &resolved.keys;
  if (account.empty()) {
    keys.shared_->Prefetch();
    return keys;
  }
  if (const auto found = resolved.by_account.find(ToAbsl(account));
      found != resolved.by_account.end()) {
    keys.shared_ = &found->second;
    keys.of_account_ = true;
  }
  keys.shared_->Prefetch();
  for (const Template& each : resolved.templates) {
    const std::string reference = FillAccount(each.reference, account);
    auto ring = provider.Lookup({.reference = reference, .name = each.purpose});
    if (!ring.ok() && !absl::IsNotFound(ring.status())) {
      return TryAgainError("the channel's secret cannot be reached now", "secret_unavailable",
                           absl::ZeroDuration());
    }
    if (!LookupProblem(ring).empty()) continue;
    if (!keys.looked_up_) keys.looked_up_ = *keys.shared_;
    keys.looked_up_->Set(each.purpose, Concatenate(keys.looked_up_->Ring(each.purpose), *ring));
    keys.of_account_ = true;
  }
  return keys;
}

std::vector<std::string> SecretStore::Refresh() {
  std::uint64_t number = 0;
  {
    MutexLock lock(mutex_);
    number = ++started_;
  }
  std::vector<std::string> problems;
  const auto snapshot = std::make_shared<const SecretsSnapshot>(sets_, *provider_, problems);
  if (!problems.empty()) return problems;
  MutexLock lock(mutex_);
  // A refresh that began later has looked later.
  if (number < in_force_) return problems;
  in_force_ = number;
  for (Lane& lane : lanes_) {
    std::shared_ptr<const SecretsSnapshot> current = CountedAlone(snapshot);
    MutexLock lane_lock(lane.mutex);
    lane.current.swap(current);
  }
  return problems;
}

std::shared_ptr<const SecretsSnapshot> SecretStore::Current() const {
  Lane& lane = lanes_[LaneOfThread()];
  MutexLock lock(lane.mutex);
  return lane.current;
}

}  // namespace internal
}  // namespace omni::inline v0_1
