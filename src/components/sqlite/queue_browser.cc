#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "components/sqlite/header_codec.h"
#include "components/sqlite/ports.h"
#include "components/sqlite/schema.h"
#include "omni/error.h"
#include "omni/ports/queue_source.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kMaxBrowsed = 1'000;

// Only what has a body is in a queue, so that is what is walked: the memory of keys is far larger.
// It is counted here, because for a GROUP BY everything that waits would be sorted by its queue's
// name.
absl::StatusOr<std::vector<QueueDepth>> DepthsIn(Database& database) {
  absl::flat_hash_map<std::int64_t, QueueDepth> counted;
  Query waiting(database,
                "SELECT e.queue, b.enqueued_at, length(e.grp) + length(e.key) + "
                "length(b.event_id) + length(b.headers) + length(b.body) "
                "FROM body b CROSS JOIN entry e ON e.seq = b.seq WHERE e.state = 0");
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool more, waiting.Next());
    if (!more) break;
    QueueDepth& depth = counted[waiting.Int(0)];
    ++depth.envelopes;
    depth.bytes += static_cast<std::size_t>(waiting.Int(2));
    depth.oldest = std::min(depth.oldest, waiting.Time(1));
  }
  std::vector<QueueDepth> depths;
  Query names(database, "SELECT id, name FROM queue ORDER BY name");
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool more, names.Next());
    if (!more) return depths;
    const auto found = counted.find(names.Int(0));
    if (found == counted.end()) continue;
    depths.push_back(std::move(found->second));
    depths.back().queue = names.String(1);
  }
}

/// Loans are in the writer's memory only.
void CountLeased(const Writing& writing, std::vector<QueueDepth>& depths) {
  for (QueueDepth& depth : depths) {
    const auto id = writing.state.queue_ids.find(depth.queue);
    depth.leased =
        id == writing.state.queue_ids.end()
            ? 0
            : std::min(depth.envelopes, writing.state.schedule.CountLent(id->second, writing.now));
  }
}

absl::StatusOr<std::int64_t> ParsePosition(std::string_view text) {
  std::int64_t position = 0;
  if (text.empty()) return position;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, position);
  if (error != std::errc() || rest != end || position < 0) {
    return MakeError(absl::StatusCode::kInvalidArgument, "this is no position in a queue",
                     {.reason = "invalid_position", .field = "after", .blame = Blame::kSender});
  }
  return position;
}

absl::StatusOr<std::vector<QueuedEnvelope>> BrowseIn(Database& database,
                                                     const QueueBrowser::BrowseParams& params) {
  OMNI_ASSIGN_OR_RETURN(const std::int64_t after, ParsePosition(params.after));
  Query query(
      database,
      "SELECT e.seq, q.name, e.grp, e.key, e.attempts, e.reason, b.enqueued_at, "
      "b.event_id, b.headers, b.body "
      "FROM body b CROSS JOIN entry e ON e.seq = b.seq CROSS JOIN queue q ON q.id = e.queue "
      "WHERE b.seq > ? AND e.state = 0 AND "
      "CASE WHEN ? THEN (substr(q.name, -5) = CAST(':dead' AS BLOB)) = ? "
      "ELSE q.name = ? END "
      "ORDER BY b.seq LIMIT ?",
      after, params.queue.empty(), params.dead_letters, params.queue,
      static_cast<std::int64_t>(std::min(params.limit, kMaxBrowsed)));
  std::vector<QueuedEnvelope> envelopes;
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool more, query.Next());
    if (!more) return envelopes;
    envelopes.push_back({.position = std::to_string(query.Int(0)),
                         .envelope = {.queue = query.String(1),
                                      .group = query.String(2),
                                      .dedupe_key = query.String(3),
                                      .event_id = query.String(7),
                                      .body = query.String(9),
                                      .headers = UnpackPairs(query.Text(8))},
                         .attempts = static_cast<int>(query.Int(4)),
                         .enqueued_at = query.Time(6),
                         .dead_reason = query.String(5)});
  }
}

/// The owner's: on its connection for reading, but for the loans.
///
/// Thread safety: thread-safe.
class OwnersBrowser final : public QueueBrowser {
 public:
  explicit OwnersBrowser(EnginePtr engine) : engine_(std::move(engine)) {}

  absl::StatusOr<std::vector<QueueDepth>> Depths() override {
    auto depths = engine_->Read([](Database& database) { return DepthsIn(database); });
    if (!depths.ok()) return depths;
    // A writer that has too much to do leaves it untold.
    engine_
        ->Write([&depths](Writing& writing) {
          CountLeased(writing, *depths);
          return absl::OkStatus();
        })
        .IgnoreError();
    return depths;
  }
  absl::StatusOr<std::vector<QueuedEnvelope>> Browse(const BrowseParams& params) override {
    return engine_->Read([&params](Database& database) { return BrowseIn(database, params); });
  }

 private:
  const EnginePtr engine_;
};

/// Anybody's: on a connection of its own that cannot write.
///
/// Thread safety: thread-safe.
class VisitorsBrowser final : public QueueBrowser {
 public:
  explicit VisitorsBrowser(Database database) : database_(std::move(database)) {}

  absl::StatusOr<std::vector<QueueDepth>> Depths() override {
    MutexLock lock(mutex_);
    return DepthsIn(database_);
  }
  absl::StatusOr<std::vector<QueuedEnvelope>> Browse(const BrowseParams& params) override {
    MutexLock lock(mutex_);
    return BrowseIn(database_, params);
  }

 private:
  Mutex mutex_;
  Database database_ OMNI_GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<QueueBrowser> MakeSqliteQueueBrowser(EnginePtr engine) {
  return std::make_shared<OwnersBrowser>(std::move(engine));
}

}  // namespace internal

absl::StatusOr<std::shared_ptr<QueueBrowser>> OpenSqliteBrowser(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return MakeError(absl::StatusCode::kNotFound, "there is no such file",
                     {.reason = "file_missing", .blame = Blame::kHost});
  }
  OMNI_ASSIGN_OR_RETURN(internal::Database database, internal::Database::OpenToRead(path));
  OMNI_RETURN_IF_ERROR(database.Execute("PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;"));
  OMNI_RETURN_IF_ERROR(internal::CheckVersion(database));
  return std::make_shared<internal::VisitorsBrowser>(std::move(database));
}

}  // namespace omni::inline v0_1
