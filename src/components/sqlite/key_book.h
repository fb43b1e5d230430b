/// \file
/// Which dedupe keys the file knows, in memory: where to look whether a key is the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "components/sqlite/database.h"

namespace omni::inline v0_1 {
namespace internal {

/// The number of the entry of each key, by a hash of 64 bits. An index in the file would cost a
/// random page of the journal for every envelope; see docs/adr/0015-sqlite-queue.md.
///
/// Of two keys with the same hash, once in 10^12, the elder is forgotten: a repetition of it would
/// be taken for new.
///
/// Thread safety: thread-safe; the writer alone changes it.
class KeyBook {
 public:
  /// An entry that a key names now, and what stood there before, to undo it.
  struct Change {
    std::uint64_t hash = 0;
    std::optional<std::int64_t> before = {};
  };

  /// What the file says of a key.
  struct Known {
    std::int64_t seq = 0;
    absl::Time expires = absl::InfinitePast();
    bool waiting = false;  ///< its envelope is still in the queue
  };
  /// Whether the file may know the key.
  [[nodiscard]] bool Contains(std::string_view key) const;
  /// Nothing when the key is not known to the connection.
  [[nodiscard]] absl::StatusOr<std::optional<Known>> Find(Database& database,
                                                          std::string_view key) const;

  /// Nothing, and nothing is changed, when the file may know the key.
  [[nodiscard]] std::optional<Change> AddNew(std::string_view key, std::int64_t seq);
  Change Add(std::string_view key, std::int64_t seq);
  void Undo(const Change& change);
  /// The entry is deleted. A newer one of the same key stays.
  void Forget(std::string_view key, std::int64_t seq);

 private:
  [[nodiscard]] std::optional<std::int64_t> SeqOf(std::string_view key) const;

  mutable Mutex mutex_;
  absl::flat_hash_map<std::uint64_t, std::int64_t> entries_ OMNI_GUARDED_BY(mutex_);
};

}  // namespace internal
}  // namespace omni::inline v0_1
