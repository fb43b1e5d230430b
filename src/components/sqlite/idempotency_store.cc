#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "components/sqlite/ports.h"
#include "components/sqlite/schema.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Writes keys down that are done. Nobody waits for it: a crash just before it would have had the
/// same effect as one just after.
class DoneJob final : public Job {
 public:
  /// Lifetime: the book outlives the job.
  DoneJob(std::vector<ClaimBook::Done> claims, absl::Time expires, ClaimBook& book)
      : claims_(std::move(claims)), expires_(expires), book_(book) {}

  absl::Status Apply(Writing& writing) override {
    for (const ClaimBook::Done& done : claims_) {
      OMNI_RETURN_IF_ERROR(MakeDone(writing, done.key));
    }
    return absl::OkStatus();
  }
  void OnCommit(Writing& writing) override { writing.state.key_count += std::ssize(added_); }
  void OnRollback(Writing& writing) override {
    for (auto change = added_.rbegin(); change != added_.rend(); ++change) {
      writing.state.keys.Undo(*change);
    }
    added_.clear();
  }
  void Finish(absl::Status) override { book_.EndDone(claims_); }

 private:
  absl::Status MakeDone(Writing& writing, const std::string& key);

  const std::vector<ClaimBook::Done> claims_;
  const absl::Time expires_;
  ClaimBook& book_;
  std::vector<KeyBook::Change> added_;
};

absl::Status DoneJob::MakeDone(Writing& writing, const std::string& key) {
  QueueState& state = writing.state;
  OMNI_ASSIGN_OR_RETURN(const auto known, state.keys.Find(writing.database, key));
  if (known && known->expires + ClaimBook::kCloseEnough >= expires_) return absl::OkStatus();
  const std::int64_t seq = ++state.last_seq;
  added_.push_back(state.keys.Add(key, seq));
  return Query(writing.database,
               "INSERT INTO entry(seq, queue, grp, key, expires, state, attempts, due, reason) "
               "VALUES(?, 0, x'', ?, ?, 1, 0, 0, x'')",
               seq, key, expires_)
      .Run();
}

/// Claims never wait for the disk: the thread that asks is the one that reads requests.
///
/// Thread safety: thread-safe.
class SqliteIdempotencyStore final : public IdempotencyStore {
 public:
  explicit SqliteIdempotencyStore(EnginePtr engine) : engine_(std::move(engine)) {}

  [[nodiscard]] absl::Status Begin(const BeginParams& params, std::span<Claim> claims) override {
    const auto is_done = [&](std::string_view key) -> absl::StatusOr<bool> {
      if (!engine_->keys().Contains(key)) return false;
      OMNI_ASSIGN_OR_RETURN(const auto known, engine_->FindKey(key));
      return known && (known->waiting || known->expires > params.now);
    };
    return engine_->claims().Begin(params, engine_->options().max_claims, is_done, claims);
  }
  absl::Status Complete(const CompleteParams& params) override {
    const absl::Time expires = params.now + params.keep;
    std::vector<ClaimBook::Done> done = engine_->claims().Complete(params.claims, expires);
    if (done.empty()) return absl::OkStatus();
    const auto job = std::make_shared<DoneJob>(std::move(done), expires, engine_->claims());
    absl::Status status = engine_->Post(job);
    if (!status.ok()) job->Finish(status);
    return status;
  }
  absl::Status Abandon(const AbandonParams& params) override {
    engine_->claims().Abandon(params.claims);
    return absl::OkStatus();
  }

 private:
  const EnginePtr engine_;
};

}  // namespace

std::shared_ptr<IdempotencyStore> MakeSqliteIdempotencyStore(EnginePtr engine) {
  return std::make_shared<SqliteIdempotencyStore>(std::move(engine));
}

}  // namespace internal
}  // namespace omni::inline v0_1
