#include "components/sqlite/upkeep.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "components/sqlite/schema.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Entries that a step looks at: more where there are too many, so that they do not come faster
/// than they go.
constexpr std::int64_t kFewestAStep = 200;
constexpr std::int64_t kMostAStep = 4'000;
constexpr std::int64_t kStepsForSurplus = 50;
/// Room that stays for what comes next, and how much is given back in one step.
constexpr std::int64_t kPagesKept = 512;
constexpr const char* kGiveBack = "PRAGMA incremental_vacuum(64)";

constexpr absl::Duration kPauseBetweenSteps = absl::Milliseconds(20);
constexpr absl::Duration kPauseBetweenRounds = absl::Minutes(1);

struct Old {
  std::int64_t seq = 0;
  std::int64_t queue = 0;
  std::string group = {};
  std::string key = {};
  bool waiting = false;
};
struct Look {
  std::vector<Old> old = {};
  std::int64_t cursor = 0;
  bool round_is_over = true;
};

bool IsDead(const std::string& queue) {
  return queue.size() >= kDeadLetterSuffix.size() &&
         std::string_view(queue).substr(queue.size() - kDeadLetterSuffix.size()) ==
             kDeadLetterSuffix;
}

/// Entries from the cursor on that may go. A round ends at the first that is too young: those
/// behind it came later.
absl::StatusOr<Look> FindOld(Writing& writing) {
  Look look{.cursor = writing.state.upkeep_cursor};
  auto surplus = writing.state.key_count - static_cast<std::int64_t>(writing.options.max_keys);
  const std::int64_t entries = std::clamp(surplus / kStepsForSurplus, kFewestAStep, kMostAStep);
  Query query(writing.database,
              "SELECT e.seq, e.queue, e.grp, e.key, e.state, e.expires, q.name FROM entry e "
              "LEFT JOIN queue q ON q.id = e.queue WHERE e.seq > ? ORDER BY e.seq LIMIT ?",
              look.cursor, entries);
  for (std::int64_t i = 0; i < entries; ++i) {
    OMNI_ASSIGN_OR_RETURN(const bool more, query.Next());
    if (!more) return look;
    const bool waiting = query.Int(4) == static_cast<std::int64_t>(EntryState::kWaiting);
    const bool expired = query.Time(5) <= writing.now;
    if (!expired && surplus <= 0) return look;
    look.cursor = query.Int(0);
    if (waiting ? !expired || !IsDead(query.String(6)) : false) continue;
    if (!waiting) --surplus;
    look.old.push_back({query.Int(0), query.Int(1), query.String(2), query.String(3), waiting});
  }
  look.round_is_over = false;
  return look;
}

absl::Status Delete(Writing& writing, const std::vector<Old>& old) {
  OMNI_RETURN_IF_ERROR(writing.database.Begin());
  for (const Old& entry : old) {
    OMNI_RETURN_IF_ERROR(
        Query(writing.database, "DELETE FROM entry WHERE seq = ?", entry.seq).Run());
    if (!entry.waiting) continue;
    OMNI_RETURN_IF_ERROR(
        Query(writing.database, "DELETE FROM body WHERE seq = ?", entry.seq).Run());
  }
  return writing.database.Commit();
}

/// Whether the round is over.
absl::StatusOr<bool> DeleteOld(Writing& writing) {
  OMNI_ASSIGN_OR_RETURN(const Look look, FindOld(writing));
  QueueState& state = writing.state;
  if (!look.old.empty()) {
    OMNI_RETURN_IF_ERROR(Delete(writing, look.old));
    for (const Old& entry : look.old) {
      state.keys.Forget(entry.key, entry.seq);
      if (entry.waiting) {
        state.schedule.Remove({entry.queue, entry.group, entry.seq});
      } else {
        --state.key_count;
      }
    }
  }
  state.upkeep_cursor = look.round_is_over ? 0 : look.cursor;
  return look.round_is_over;
}

/// Whether there is nothing more to give back.
absl::StatusOr<bool> GiveRoomBack(Database& database) {
  OMNI_ASSIGN_OR_RETURN(const std::int64_t free, database.ReadInt("PRAGMA freelist_count"));
  if (free <= kPagesKept) return true;
  OMNI_ASSIGN_OR_RETURN(const std::int64_t all, database.ReadInt("PRAGMA page_count"));
  if (free < all / 4) return true;
  OMNI_RETURN_IF_ERROR(database.Execute(kGiveBack));
  return false;
}

}  // namespace

absl::Duration RunUpkeep(Writing& writing) {
  const auto deleted = DeleteOld(writing);
  if (!deleted.ok()) {
    writing.database.Rollback();
    return kPauseBetweenRounds;
  }
  const auto given_back = GiveRoomBack(writing.database);
  const bool done = *deleted && (!given_back.ok() || *given_back);
  return done ? kPauseBetweenRounds : kPauseBetweenSteps;
}

}  // namespace internal
}  // namespace omni::inline v0_1
