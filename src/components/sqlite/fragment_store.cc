#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "components/sqlite/fragment_room.h"
#include "components/sqlite/ports.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

using Groups = std::vector<FragmentGroup>;

/// What rows and indexes take besides the texts.
constexpr std::int64_t kGroupOverhead = 256;
constexpr std::int64_t kPartOverhead = 64;

struct Group {
  std::int64_t id = 0;
  std::string key = {};
  std::string tenant = {};
  std::int64_t total = 0;
  absl::Time deadline = absl::InfinitePast();
  absl::Duration memory = absl::ZeroDuration();
  std::int64_t bytes = 0;
};

/// What a part takes that begins a group, or joins one.
FragmentAmount CostOf(const FragmentStore::PutParams& params, bool begins_group) {
  FragmentAmount cost{.bytes = kPartOverhead + std::ssize(params.part.id) +
                               std::ssize(params.part.content) + std::ssize(params.part.payload)};
  if (begins_group) {
    cost.bytes += kGroupOverhead + std::ssize(params.key) + std::ssize(params.tenant);
    cost.groups = 1;
  }
  return cost;
}

/// One operation on the tables, in a transaction. The rules are those of the store in memory.
///
/// Thread safety: confined.
class FragmentWork {
 public:
  explicit FragmentWork(Writing& writing)
      : database_(writing.database),
        shares_(writing.database, writing.options),
        debts_(writing.database, writing.options.max_owed_fragments) {}

  absl::StatusOr<Groups> Put(const FragmentStore::PutParams& params);
  absl::StatusOr<Groups> Due(const FragmentStore::DueParams& params);
  absl::Status Remove(std::int64_t id);

 private:
  static Group ReadGroup(const Query& query);
  absl::StatusOr<std::optional<Group>> FindWaiting(const std::string& key);
  absl::StatusOr<std::optional<Group>> FindById(std::int64_t id);
  absl::StatusOr<std::optional<std::int64_t>> FindHandedOut(const FragmentStore::PutParams& params);
  absl::StatusOr<std::optional<FragmentPart>> FindPart(std::int64_t group, std::int64_t number);
  absl::StatusOr<std::int64_t> CountParts(std::int64_t group);
  absl::StatusOr<FragmentGroup> Content(std::int64_t id);

  absl::Status Keep(const FragmentStore::PutParams& params, Groups& leaving);
  absl::StatusOr<Group> AddGroup(const FragmentStore::PutParams& params);
  absl::Status AddPart(Group& group, const FragmentStore::PutParams& params, bool begins_group);
  absl::Status HandOut(const Group& group, FragmentGroup::State state, Groups& leaving);
  absl::Status GiveUp(const Group& group, absl::Time now, Groups& leaving);

  Database& database_;
  FragmentShares shares_;
  FragmentDebts debts_;
};

absl::StatusOr<Groups> FragmentWork::Put(const FragmentStore::PutParams& params) {
  const FragmentPart& part = params.part;
  Groups leaving;
  if (!shares_.CanHold(CostOf(params, true))) {
    return absl::ResourceExhaustedError("the part is larger than the room for parts");
  }
  OMNI_ASSIGN_OR_RETURN(std::optional<Group> group, FindWaiting(params.key));
  if (group && group->deadline <= params.now) {
    OMNI_RETURN_IF_ERROR(GiveUp(*group, params.now, leaving));
    group.reset();
  }
  OMNI_ASSIGN_OR_RETURN(const auto again, FindHandedOut(params));
  if (again) {
    if (leaving.empty() || leaving.back().id != static_cast<std::uint64_t>(*again)) {
      OMNI_ASSIGN_OR_RETURN(FragmentGroup content, Content(*again));
      leaving.push_back(std::move(content));
    }
    return leaving;
  }
  std::optional<FragmentPart> twin;
  if (group) {
    OMNI_ASSIGN_OR_RETURN(twin, FindPart(group->id, part.number));
  }
  if (twin && ((!part.id.empty() && part.id == twin->id) || part.content == twin->content)) {
    return leaving;
  }
  OMNI_ASSIGN_OR_RETURN(const bool stuck, shares_.IsStuck(params.tenant));
  if (stuck) {
    return absl::ResourceExhaustedError("too many parts were handed out and not removed");
  }
  if (twin) OMNI_RETURN_IF_ERROR(GiveUp(*group, params.now, leaving));
  OMNI_RETURN_IF_ERROR(Keep(params, leaving));
  return leaving;
}

absl::StatusOr<Groups> FragmentWork::Due(const FragmentStore::DueParams& params) {
  Groups given_up;
  for (std::size_t i = 0; i < params.limit; ++i) {
    std::optional<Group> expired;
    {
      Query query(database_,
                  "SELECT id, key, tenant, total, deadline, memory, bytes FROM fragment_group "
                  "WHERE state < 0 AND deadline <= ? ORDER BY deadline, id LIMIT 1",
                  params.now);
      OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
      if (!found) break;
      expired = ReadGroup(query);
    }
    OMNI_RETURN_IF_ERROR(GiveUp(*expired, params.now, given_up));
  }
  std::vector<std::int64_t> ids;
  {
    Query query(database_, "SELECT id FROM fragment_group WHERE state >= 0 ORDER BY id LIMIT ?",
                static_cast<std::int64_t>(params.limit));
    while (true) {
      OMNI_ASSIGN_OR_RETURN(const bool more, query.Next());
      if (!more) break;
      ids.push_back(query.Int(0));
    }
  }
  Groups leaving;
  for (const std::int64_t id : ids) {
    OMNI_ASSIGN_OR_RETURN(FragmentGroup content, Content(id));
    leaving.push_back(std::move(content));
  }
  return leaving;
}

absl::Status FragmentWork::Remove(std::int64_t id) {
  OMNI_ASSIGN_OR_RETURN(const auto group, FindById(id));
  if (!group) return absl::OkStatus();
  OMNI_RETURN_IF_ERROR(
      Query(database_, "DELETE FROM fragment_group WHERE id = ? AND state >= 0", id).Run());
  if (database_.changes() == 0) return absl::OkStatus();
  OMNI_RETURN_IF_ERROR(Query(database_, "DELETE FROM fragment_part WHERE grp = ?", id).Run());
  return shares_.Free(group->tenant, {.bytes = group->bytes, .groups = 1});
}

absl::Status FragmentWork::Keep(const FragmentStore::PutParams& params, Groups& leaving) {
  while (true) {
    OMNI_ASSIGN_OR_RETURN(std::optional<Group> group, FindWaiting(params.key));
    bool late = false;
    if (!group) {
      OMNI_ASSIGN_OR_RETURN(late, debts_.Settle(params.key, params.part.number, params.now));
    }
    if (late) {
      OMNI_ASSIGN_OR_RETURN(Group added, AddGroup(params));
      OMNI_RETURN_IF_ERROR(AddPart(added, params, true));
      return HandOut(added, FragmentGroup::State::kLate, leaving);
    }
    if (group) {
      OMNI_ASSIGN_OR_RETURN(const std::int64_t parts, CountParts(group->id));
      if (parts + 1 == group->total) {
        OMNI_RETURN_IF_ERROR(AddPart(*group, params, false));
        return HandOut(*group, FragmentGroup::State::kComplete, leaving);
      }
    }
    OMNI_ASSIGN_OR_RETURN(const auto oldest,
                          shares_.InTheWay(params.tenant, CostOf(params, !group.has_value())));
    if (!oldest) {
      const bool begins_group = !group.has_value();
      if (begins_group) {
        OMNI_ASSIGN_OR_RETURN(group, AddGroup(params));
      }
      return AddPart(*group, params, begins_group);
    }
    OMNI_ASSIGN_OR_RETURN(const auto in_the_way, FindById(*oldest));
    if (!in_the_way) return absl::InternalError("SQLite: no row");
    OMNI_RETURN_IF_ERROR(GiveUp(*in_the_way, params.now, leaving));
  }
}

Group FragmentWork::ReadGroup(const Query& query) {
  return {.id = query.Int(0),
          .key = query.String(1),
          .tenant = query.String(2),
          .total = query.Int(3),
          .deadline = query.Time(4),
          .memory = absl::Microseconds(query.Int(5)),
          .bytes = query.Int(6)};
}

absl::StatusOr<std::optional<Group>> FragmentWork::FindWaiting(const std::string& key) {
  Query query(database_,
              "SELECT id, key, tenant, total, deadline, memory, bytes FROM fragment_group "
              "WHERE key = ? AND state < 0",
              key);
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return std::nullopt;
  return ReadGroup(query);
}

absl::StatusOr<std::optional<Group>> FragmentWork::FindById(std::int64_t id) {
  Query query(database_,
              "SELECT id, key, tenant, total, deadline, memory, bytes FROM fragment_group "
              "WHERE id = ?",
              id);
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return std::nullopt;
  return ReadGroup(query);
}

absl::StatusOr<std::optional<std::int64_t>> FragmentWork::FindHandedOut(
    const FragmentStore::PutParams& params) {
  if (params.part.id.empty()) return std::nullopt;
  Query query(database_,
              "SELECT g.id FROM fragment_group g JOIN fragment_part p ON p.grp = g.id "
              "WHERE g.key = ? AND g.state >= 0 AND p.number = ? AND p.id = ? "
              "ORDER BY g.id LIMIT 1",
              params.key, params.part.number, params.part.id);
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return std::nullopt;
  return query.Int(0);
}

absl::StatusOr<std::optional<FragmentPart>> FragmentWork::FindPart(std::int64_t group,
                                                                   std::int64_t number) {
  Query query(database_, "SELECT id, content FROM fragment_part WHERE grp = ? AND number = ?",
              group, number);
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return std::nullopt;
  return FragmentPart{.number = number, .id = query.String(0), .content = query.String(1)};
}

absl::StatusOr<std::int64_t> FragmentWork::CountParts(std::int64_t group) {
  Query query(database_, "SELECT count(*) FROM fragment_part WHERE grp = ?", group);
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  return found ? query.Int(0) : 0;
}

absl::StatusOr<FragmentGroup> FragmentWork::Content(std::int64_t id) {
  FragmentGroup content{.id = static_cast<std::uint64_t>(id)};
  {
    Query query(database_, "SELECT state FROM fragment_group WHERE id = ?", id);
    OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
    if (found) content.state = static_cast<FragmentGroup::State>(query.Int(0));
  }
  Query query(database_,
              "SELECT number, id, content, payload FROM fragment_part WHERE grp = ? "
              "ORDER BY number",
              id);
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool more, query.Next());
    if (!more) return content;
    content.parts.push_back({query.Int(0), query.String(1), query.String(2), query.String(3)});
  }
}

absl::StatusOr<Group> FragmentWork::AddGroup(const FragmentStore::PutParams& params) {
  Group group{.key = params.key,
              .tenant = params.tenant,
              .total = params.total,
              .deadline = params.now + params.patience,
              .memory = params.memory};
  OMNI_RETURN_IF_ERROR(
      Query(database_,
            "INSERT INTO fragment_group(key, tenant, total, deadline, memory, state, bytes) "
            "VALUES(?, ?, ?, ?, ?, -1, 0)",
            group.key, group.tenant, group.total, group.deadline,
            absl::ToInt64Microseconds(group.memory))
          .Run());
  group.id = database_.last_row_id();
  return group;
}

absl::Status FragmentWork::AddPart(Group& group, const FragmentStore::PutParams& params,
                                   bool begins_group) {
  const FragmentPart& part = params.part;
  OMNI_RETURN_IF_ERROR(
      Query(database_,
            "INSERT INTO fragment_part(grp, number, id, content, payload) VALUES(?, ?, ?, ?, ?)",
            group.id, part.number, part.id, part.content, part.payload)
          .Run());
  const FragmentAmount cost = CostOf(params, begins_group);
  group.bytes += cost.bytes;
  OMNI_RETURN_IF_ERROR(
      Query(database_, "UPDATE fragment_group SET bytes = ? WHERE id = ?", group.bytes, group.id)
          .Run());
  return shares_.Enter(group.tenant, cost);
}

absl::Status FragmentWork::HandOut(const Group& group, FragmentGroup::State state,
                                   Groups& leaving) {
  OMNI_RETURN_IF_ERROR(Query(database_, "UPDATE fragment_group SET state = ? WHERE id = ?",
                             static_cast<int>(state), group.id)
                           .Run());
  OMNI_RETURN_IF_ERROR(shares_.HandOut(group.tenant, {.bytes = group.bytes, .groups = 1}));
  OMNI_ASSIGN_OR_RETURN(FragmentGroup content, Content(group.id));
  leaving.push_back(std::move(content));
  return absl::OkStatus();
}

absl::Status FragmentWork::GiveUp(const Group& group, absl::Time now, Groups& leaving) {
  OMNI_RETURN_IF_ERROR(HandOut(group, FragmentGroup::State::kIncomplete, leaving));
  FragmentDebts::Numbers lacking;
  for (std::int64_t n = 1; n <= group.total; ++n) lacking.set(static_cast<std::size_t>(n));
  for (const FragmentPart& part : leaving.back().parts) {
    lacking.reset(static_cast<std::size_t>(part.number));
  }
  return debts_.Owe(group.key, lacking, std::min(now, group.deadline) + group.memory);
}

/// Thread safety: thread-safe.
class SqliteFragmentStore final : public FragmentStore {
 public:
  explicit SqliteFragmentStore(EnginePtr engine) : engine_(std::move(engine)) {}

  [[nodiscard]] absl::StatusOr<Groups> Put(const PutParams& params) override {
    const std::int64_t number = params.part.number;
    if (params.total < 2 || params.total > 255 || number < 1 || number > params.total) {
      return absl::InvalidArgumentError("not a part of a message of 2 to 255 parts");
    }
    return engine_->Write([&](Writing& writing) { return FragmentWork(writing).Put(params); });
  }
  [[nodiscard]] absl::StatusOr<Groups> Due(const DueParams& params) override {
    return engine_->Write([&](Writing& writing) { return FragmentWork(writing).Due(params); });
  }
  absl::Status Remove(std::uint64_t group) override {
    return engine_->Write([group](Writing& writing) {
      return FragmentWork(writing).Remove(static_cast<std::int64_t>(group));
    });
  }

 private:
  const EnginePtr engine_;
};

}  // namespace

std::shared_ptr<FragmentStore> MakeSqliteFragmentStore(EnginePtr engine) {
  return std::make_shared<SqliteFragmentStore>(std::move(engine));
}

}  // namespace internal
}  // namespace omni::inline v0_1
