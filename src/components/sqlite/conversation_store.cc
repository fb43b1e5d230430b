#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "components/sqlite/ports.h"
#include "components/sqlite/usage.h"
#include "omni/codec.h"
#include "omni/json.h"

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

/// Forgets the oldest messages of a conversation, where there are too many.
absl::Status Trim(Writing& writing, std::int64_t conversation) {
  return Query(writing.database,
               "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE conversation = ? "
               "ORDER BY occurred_at DESC, id DESC LIMIT -1 OFFSET ?)",
               conversation, writing.options.max_messages_per_conversation)
      .Run();
}

absl::Status AddMessage(Writing& writing, const Event& event) {
  Database& database = writing.database;
  OMNI_ASSIGN_OR_RETURN(const std::int64_t id, Touch(database, event));
  OMNI_RETURN_IF_ERROR(
      Query(database,
            "INSERT OR IGNORE INTO message(conversation, occurred_at, key, json) "
            "SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM message WHERE conversation = ? AND "
            "revised = ? AND length(revised) > 0)",
            id, event.occurred_at, event.dedupe_key, ToJson(event), id, event.carrier_message_id)
          .Run());
  if (database.changes() == 0) return absl::OkStatus();
  return Trim(writing, id);
}

/// A message that is kept. Of one that was deleted there is no event.
struct Kept {
  std::int64_t id = 0;
  std::optional<Event> event = {};
};

/// The messages of that carrier_message_id. Revisions are rare enough to look through all.
absl::StatusOr<std::vector<Kept>> FindMessages(Database& database, std::int64_t conversation,
                                               const std::string& carrier_message_id) {
  std::string member = R"("carrierMessageId":)";
  JsonWriter(member).String(carrier_message_id);
  std::vector<Kept> found;
  Query query(database,
              "SELECT id, json FROM message WHERE conversation = ? AND "
              "(revised = ? OR instr(json, ?) > 0)",
              conversation, carrier_message_id, member);
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool more, query.Next());
    if (!more) break;
    Kept kept{.id = query.Int(0)};
    if (const std::string_view json = query.Text(1); !json.empty()) {
      OMNI_ASSIGN_OR_RETURN(kept.event, EventFromJson(json));
      // The text may stand in the carrier's own JSON as well.
      if (kept.event->carrier_message_id != carrier_message_id) continue;
    }
    found.push_back(std::move(kept));
  }
  return found;
}

/// The column `json`: empty for what was deleted.
std::string JsonOf(const Event& event) { return event.message ? ToJson(event) : std::string(); }

absl::Status ReviseMessage(Writing& writing, const Event& event) {
  if (event.carrier_message_id.empty()) return absl::OkStatus();
  Database& database = writing.database;
  OMNI_ASSIGN_OR_RETURN(const std::int64_t id, Touch(database, event));
  OMNI_ASSIGN_OR_RETURN(std::vector<Kept> all,
                        FindMessages(database, id, event.carrier_message_id));
  if (all.empty()) {
    OMNI_RETURN_IF_ERROR(Query(database,
                               "INSERT OR IGNORE INTO message(conversation, occurred_at, key, "
                               "json, revised) VALUES(?, ?, ?, ?, ?)",
                               id, event.occurred_at, event.dedupe_key, JsonOf(event),
                               event.carrier_message_id)
                             .Run());
  }
  for (Kept& kept : all) {
    if (!kept.event) continue;
    kept.event->message = event.message;
    kept.event->raw = event.raw;
    OMNI_RETURN_IF_ERROR(Query(database, "UPDATE message SET json = ?, revised = ? WHERE id = ?",
                               JsonOf(*kept.event), event.carrier_message_id, kept.id)
                             .Run());
  }
  return Trim(writing, id);
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
              "AND length(json) > 0 ORDER BY occurred_at DESC, id DESC",
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
    return DoEach(params.events, AddMessage);
  }
  absl::Status Revise(const ReviseParams& params) override {
    return DoEach(params.events, ReviseMessage);
  }
  [[nodiscard]] absl::StatusOr<HistoryPage> Read(const HistoryQuery& query) override {
    OMNI_RETURN_IF_ERROR(engine_->AwaitCommits());
    return engine_->Read([&](Database& database) { return ReadPage(database, query); });
  }

 private:
  absl::Status DoEach(std::span<const Event> wanted,
                      absl::Status (*action)(Writing& writing, const Event& event)) {
    auto work = [events = std::vector<Event>(wanted.begin(), wanted.end()),
                 action](Writing& writing) -> absl::Status {
      for (const Event& event : events) OMNI_RETURN_IF_ERROR(action(writing, event));
      return MakeRoom(writing);
    };
    const auto job = std::make_shared<FunctionJob<decltype(work)>>(std::move(work));
    OMNI_RETURN_IF_ERROR(engine_->RunSoon(job));
    return job->result;
  }

  const EnginePtr engine_;
};

}  // namespace

std::shared_ptr<ConversationStore> MakeSqliteConversationStore(EnginePtr engine) {
  return std::make_shared<SqliteConversationStore>(std::move(engine));
}

}  // namespace internal
}  // namespace omni::inline v0_1
