#include "components/sqlite/queue_state.h"

#include "base/status_macros.h"
#include "components/sqlite/schema.h"

namespace omni::inline v0_1 {
namespace internal {

absl::Status QueueState::Load(Database& database) {
  Query names(database, "SELECT name, id FROM queue");
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool more, names.Next());
    if (!more) break;
    queue_ids.emplace(names.String(0), names.Int(1));
  }
  Query mapped(database, "SELECT tenant, carrier, account FROM mapping");
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool more, mapped.Next());
    if (!more) break;
    mappings.Add({.tenant = mapped.Text(0), .carrier = mapped.Text(1)}, mapped.Text(2));
  }
  Query entries(database, "SELECT seq, queue, grp, key, state, due FROM entry ORDER BY seq");
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool more, entries.Next());
    if (!more) return absl::OkStatus();
    last_seq = entries.Int(0);
    if (!entries.Text(3).empty()) keys.Add(entries.Text(3), last_seq);
    if (entries.Int(4) == static_cast<std::int64_t>(EntryState::kWaiting)) {
      const std::int64_t due = entries.Int(5);
      schedule.Add({.queue = entries.Int(1), .group = entries.String(2), .seq = last_seq},
                   due == 0 ? absl::InfinitePast() : FromMicros(due));
    } else {
      ++key_count;
    }
  }
}

absl::StatusOr<std::int64_t> QueueId(Database& database, const QueueState& state,
                                     const std::string& name) {
  if (const auto found = state.queue_ids.find(name); found != state.queue_ids.end()) {
    return found->second;
  }
  OMNI_RETURN_IF_ERROR(Query(database, "INSERT OR IGNORE INTO queue(name) VALUES(?)", name).Run());
  Query query(database, "SELECT id FROM queue WHERE name = ?", name);
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return absl::InternalError("SQLite: no row");
  return query.Int(0);
}

}  // namespace internal
}  // namespace omni::inline v0_1
