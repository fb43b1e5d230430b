#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "components/sqlite/ports.h"
#include "components/sqlite/usage.h"
#include "omni/codec.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

absl::StatusOr<std::optional<std::int64_t>> FindId(Database& database, const std::string& tenant,
                                                   const std::string& name) {
  Query query(database, "SELECT id FROM conversation WHERE tenant = ? AND name = ?", tenant, name);
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return std::nullopt;
  return query.Int(0);
}

/// The conversation of the event, the last to be forgotten from now on.
absl::StatusOr<std::int64_t> Touch(Database& database, const Event& event) {
  OMNI_ASSIGN_OR_RETURN(auto id, FindId(database, event.tenant, event.conversation));
  if (!id) {
    OMNI_RETURN_IF_ERROR(Query(database,
                               "INSERT INTO conversation(tenant, name, touched) VALUES(?, ?, 0)",
                               event.tenant, event.conversation)
                             .Run());
    id = database.last_row_id();
    OMNI_RETURN_IF_ERROR(AddUsage(database, "conversation", 1, 0));
  }
  OMNI_RETURN_IF_ERROR(
      Query(database,
            "UPDATE conversation SET touched = (SELECT max(touched) + 1 FROM conversation) "
            "WHERE id = ?",
            *id)
          .Run());
  return *id;
}

absl::Status AddMessage(Writing& writing, const Event& event) {
  Database& database = writing.database;
  OMNI_ASSIGN_OR_RETURN(const std::int64_t id, Touch(database, event));
  OMNI_RETURN_IF_ERROR(Query(database,
                             "INSERT OR IGNORE INTO message(conversation, occurred_at, key, json) "
                             "VALUES(?, ?, ?, ?)",
                             id, event.occurred_at, event.dedupe_key, ToJson(event))
                           .Run());
  if (database.changes() == 0) return absl::OkStatus();
  return Query(database,
               "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE conversation = ? "
               "ORDER BY occurred_at DESC, id DESC LIMIT -1 OFFSET ?)",
               id, writing.options.max_messages_per_conversation)
      .Run();
}

/// Forgets the conversations that were silent longest, where there are too many.
absl::Status MakeRoom(Writing& writing) {
  Database& database = writing.database;
  OMNI_ASSIGN_OR_RETURN(const Usage usage, ReadUsage(database, "conversation"));
  for (std::size_t count = usage.count; count > writing.options.max_conversations; --count) {
    std::int64_t id = 0;
    {
      Query query(database, "SELECT id FROM conversation ORDER BY touched LIMIT 1");
      OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
      if (!found) return absl::InternalError("SQLite: no row");
      id = query.Int(0);
    }
    OMNI_RETURN_IF_ERROR(Query(database, "DELETE FROM message WHERE conversation = ?", id).Run());
    OMNI_RETURN_IF_ERROR(Query(database, "DELETE FROM conversation WHERE id = ?", id).Run());
    OMNI_RETURN_IF_ERROR(AddUsage(database, "conversation", -1, 0));
  }
  return absl::OkStatus();
}

absl::StatusOr<HistoryPage> ReadPage(Database& database, const HistoryQuery& wanted) {
  OMNI_ASSIGN_OR_RETURN(const auto id, FindId(database, wanted.tenant, wanted.conversation));
  if (!id) return absl::NotFoundError("no such conversation");
  HistoryPage page;
  Query query(database,
              "SELECT json FROM message WHERE conversation = ? AND occurred_at BETWEEN ? AND ? "
              "ORDER BY occurred_at DESC, id DESC",
              *id, wanted.from, wanted.to);
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool more, query.Next());
    if (!more) break;
    if (page.messages.size() >= wanted.limit) {
      page.has_more = true;
      break;
    }
    OMNI_ASSIGN_OR_RETURN(Event event, EventFromJson(query.Text(0)));
    page.messages.push_back(std::move(event));
  }
  std::reverse(page.messages.begin(), page.messages.end());
  return page;
}

/// Thread safety: thread-safe.
class SqliteConversationStore final : public ConversationStore {
 public:
  explicit SqliteConversationStore(EnginePtr engine) : engine_(std::move(engine)) {}

  absl::Status Append(const AppendParams& params) override {
    auto append = [events = std::vector<Event>(params.events.begin(), params.events.end())](
                      Writing& writing) -> absl::Status {
      for (const Event& event : events) OMNI_RETURN_IF_ERROR(AddMessage(writing, event));
      return MakeRoom(writing);
    };
    const auto job = std::make_shared<FunctionJob<decltype(append)>>(std::move(append));
    OMNI_RETURN_IF_ERROR(engine_->RunSoon(job));
    return job->result;
  }
  [[nodiscard]] absl::StatusOr<HistoryPage> Read(const HistoryQuery& query) override {
    OMNI_RETURN_IF_ERROR(engine_->AwaitCommits());
    return engine_->Read([&](Database& database) { return ReadPage(database, query); });
  }

 private:
  const EnginePtr engine_;
};

}  // namespace

std::shared_ptr<ConversationStore> MakeSqliteConversationStore(EnginePtr engine) {
  return std::make_shared<SqliteConversationStore>(std::move(engine));
}

}  // namespace internal
}  // namespace omni::inline v0_1
