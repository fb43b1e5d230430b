#include "components/sqlite/key_book.h"

#include "absl/hash/hash.h"
#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "components/sqlite/schema.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

// Seeded anew in every process, so that nobody can send keys that collide.
std::uint64_t HashOf(std::string_view key) { return absl::Hash<absl::string_view>()(ToAbsl(key)); }

}  // namespace

bool KeyBook::Contains(std::string_view key) const {
  MutexLock lock(mutex_);
  return entries_.contains(HashOf(key));
}

std::optional<std::int64_t> KeyBook::SeqOf(std::string_view key) const {
  MutexLock lock(mutex_);
  const auto found = entries_.find(HashOf(key));
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<std::optional<KeyBook::Known>> KeyBook::Find(Database& database,
                                                            std::string_view key) const {
  const std::optional<std::int64_t> seq = SeqOf(key);
  if (!seq) return std::nullopt;
  Query query(database, "SELECT expires, state FROM entry WHERE seq = ? AND key = ?", *seq, key);
  OMNI_ASSIGN_OR_RETURN(const bool there, query.Next());
  if (!there) return std::nullopt;
  return Known{.seq = *seq,
               .expires = query.Time(0),
               .waiting = query.Int(1) == static_cast<std::int64_t>(EntryState::kWaiting)};
}

std::optional<KeyBook::Change> KeyBook::AddNew(std::string_view key, std::int64_t seq) {
  const std::uint64_t hash = HashOf(key);
  MutexLock lock(mutex_);
  if (!entries_.emplace(hash, seq).second) return std::nullopt;
  return Change{.hash = hash};
}

KeyBook::Change KeyBook::Add(std::string_view key, std::int64_t seq) {
  const std::uint64_t hash = HashOf(key);
  MutexLock lock(mutex_);
  const auto [entry, is_new] = entries_.emplace(hash, seq);
  if (is_new) return {.hash = hash};
  const std::int64_t before = entry->second;
  entry->second = seq;
  return {.hash = hash, .before = before};
}

void KeyBook::Undo(const Change& change) {
  MutexLock lock(mutex_);
  if (change.before) {
    entries_[change.hash] = *change.before;
  } else {
    entries_.erase(change.hash);
  }
}

void KeyBook::Forget(std::string_view key, std::int64_t seq) {
  MutexLock lock(mutex_);
  const auto found = entries_.find(HashOf(key));
  if (found != entries_.end() && found->second == seq) entries_.erase(found);
}

}  // namespace internal
}  // namespace omni::inline v0_1
