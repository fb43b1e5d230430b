#include <cstdint>
#include <utility>
#include <vector>

#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "components/sqlite/header_codec.h"
#include "components/sqlite/ports.h"
#include "components/sqlite/schema.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

std::size_t BytesOf(const Envelopes& envelopes) {
  std::size_t bytes = 0;
  for (const Envelope& envelope : envelopes) {
    bytes += sizeof(Envelope) + envelope.queue.size() + envelope.group.size() +
             envelope.dedupe_key.size() + envelope.event_id.size() + envelope.body.size();
    for (const auto& [name, value] : envelope.headers) bytes += name.size() + value.size();
  }
  return bytes;
}

/// Whatever SQLite said, the carrier shall come again.
absl::Status NotAccepted(absl::Status status) {
  if (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) return status;
  return absl::UnavailableError(ToAbsl(ToStd(status.message())));
}

/// Thread safety: confined; Finish may overlap Apply.
class EnqueueJob final : public Job {
 public:
  EnqueueJob(QueueSink::EnqueueParams params, Completion<Settlement> done)
      : envelopes_(std::move(params.envelopes)), count_(envelopes_.size()), done_(std::move(done)) {
    deadline = params.deadline;
    envelopes = count_;
    bytes = BytesOf(envelopes_);
  }

  absl::Status Apply(Writing& writing) override;
  void OnCommit(Writing& writing) override;
  void OnRollback(Writing& writing) override;
  void Finish(absl::Status status) override {
    Settlement settlement = status.ok() ? std::move(settlement_)
                                        : Settlement::All(count_, NotAccepted(std::move(status)));
    std::move(done_)(std::move(settlement));
  }
  [[nodiscard]] bool retries_alone() const override { return false; }

 private:
  struct Added {
    std::size_t envelope = 0;
    Schedule::Place place = {};
  };

  /// Whether the key is not known, and is now that of the next entry.
  absl::StatusOr<bool> TakeKey(Writing& writing, const std::string& key);
  absl::Status Add(Writing& writing, std::size_t index);

  Envelopes envelopes_;
  const std::size_t count_;
  Completion<Settlement> done_;
  Settlement settlement_;
  std::vector<Added> added_;
  std::vector<KeyBook::Change> keys_;
};

absl::Status EnqueueJob::Apply(Writing& writing) {
  settlement_.outcomes.reserve(count_);
  added_.reserve(count_);
  keys_.reserve(count_);
  for (std::size_t i = 0; i < count_; ++i) {
    OMNI_ASSIGN_OR_RETURN(const bool is_new, TakeKey(writing, envelopes_[i].dedupe_key));
    if (!is_new) {
      settlement_.outcomes.push_back(absl::AlreadyExistsError("accepted before"));
      continue;
    }
    OMNI_RETURN_IF_ERROR(Add(writing, i));
    settlement_.outcomes.emplace_back();
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> EnqueueJob::TakeKey(Writing& writing, const std::string& key) {
  if (key.empty()) return true;
  KeyBook& keys = writing.state.keys;
  const std::int64_t seq = writing.state.last_seq + 1;
  if (const auto change = keys.AddNew(key, seq)) {
    keys_.push_back(*change);
    return true;
  }
  OMNI_ASSIGN_OR_RETURN(const auto known, keys.Find(writing.database, key));
  if (known && (known->waiting || known->expires > writing.now)) return false;
  keys_.push_back(keys.Add(key, seq));
  return true;
}

absl::Status EnqueueJob::Add(Writing& writing, std::size_t index) {
  const Envelope& envelope = envelopes_[index];
  QueueState& state = writing.state;
  OMNI_ASSIGN_OR_RETURN(const std::int64_t queue, QueueId(writing.database, state, envelope.queue));
  const std::int64_t seq = ++state.last_seq;
  OMNI_RETURN_IF_ERROR(Query(writing.database,
                             "INSERT INTO entry(seq, queue, grp, key, expires, state, attempts, "
                             "due, reason) VALUES(?, ?, ?, ?, ?, 0, 0, 0, x'')",
                             seq, queue, envelope.group, envelope.dedupe_key,
                             writing.now + writing.options.keep_keys)
                           .Run());
  const std::string headers = PackPairs(envelope.headers);
  OMNI_RETURN_IF_ERROR(Query(writing.database,
                             "INSERT INTO body(seq, enqueued_at, event_id, headers, body) "
                             "VALUES(?, ?, ?, ?, ?)",
                             seq, writing.now, envelope.event_id, headers, envelope.body)
                           .Run());
  added_.push_back({.envelope = index, .place = {.queue = queue, .seq = seq}});
  return absl::OkStatus();
}

void EnqueueJob::OnCommit(Writing& writing) {
  for (Added& added : added_) {
    Envelope& envelope = envelopes_[added.envelope];
    if (!envelope.dedupe_key.empty()) {
      writing.state.claims.Learn(envelope.dedupe_key, writing.now + writing.options.keep_keys);
    }
    added.place.group = std::move(envelope.group);
    writing.state.schedule.Add(added.place);
    writing.state.queue_ids.emplace(std::move(envelope.queue), added.place.queue);
    writing.arrived = true;
  }
}

void EnqueueJob::OnRollback(Writing& writing) {
  for (auto change = keys_.rbegin(); change != keys_.rend(); ++change) {
    writing.state.keys.Undo(*change);
  }
  keys_.clear();
  added_.clear();
}

/// Thread safety: thread-safe.
class SqliteQueueSink final : public QueueSink {
 public:
  explicit SqliteQueueSink(EnginePtr engine) : engine_(std::move(engine)) {}

  void Enqueue(EnqueueParams params, Completion<Settlement> done) override {
    if (params.envelopes.empty()) return std::move(done)(Settlement{});
    const auto job = std::make_shared<EnqueueJob>(std::move(params), std::move(done));
    if (const absl::Status status = engine_->Post(job); !status.ok()) job->Finish(status);
  }

 private:
  const EnginePtr engine_;
};

}  // namespace

std::shared_ptr<QueueSink> MakeSqliteQueueSink(EnginePtr engine) {
  return std::make_shared<SqliteQueueSink>(std::move(engine));
}

}  // namespace internal
}  // namespace omni::inline v0_1
