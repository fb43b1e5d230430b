/// \file
/// What the writer knows of the file without reading it.
#pragma once

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "components/queue/schedule.h"
#include "components/sqlite/claim_book.h"
#include "components/sqlite/database.h"
#include "components/sqlite/key_book.h"
#include "components/sqlite/mapping_book.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: confined to the writer, but for `keys`, `claims` and `mappings`, which are
/// thread-safe.
struct QueueState {
  KeyBook keys = {};
  Schedule schedule = {};
  ClaimBook claims = {};
  MappingBook mappings = {};
  absl::flat_hash_map<std::string, std::int64_t> queue_ids = {};
  std::int64_t last_seq = 0;
  std::int64_t key_count = 0;      ///< entries that are nothing but the memory of a key
  std::int64_t upkeep_cursor = 0;  ///< how far the current round of upkeep has come

  /// Reads all of it from the file.
  absl::Status Load(Database& database);
};

/// The number of a queue of that name, made when there is none. In a transaction; once that is
/// committed the number may go into `queue_ids`.
absl::StatusOr<std::int64_t> QueueId(Database& database, const QueueState& state,
                                     const std::string& name);

}  // namespace internal
}  // namespace omni::inline v0_1
