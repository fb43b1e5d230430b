#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "components/sqlite/ports.h"
#include "components/sqlite/schema.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// A key that is known a little shorter than asked for is not written again: the sink wrote it when
/// it took the envelope, and Complete comes moments later.
constexpr absl::Duration kCloseEnough = absl::Hours(1);

class BeginJob final : public WaitedJob {
 public:
  explicit BeginJob(const IdempotencyStore::BeginParams& params)
      : keys_(params.keys.begin(), params.keys.end()), now_(params.now), lease_(params.lease) {}

  absl::Status Apply(Writing& writing) override;
  void OnRollback(Writing& writing) override {
    for (const std::size_t index : fresh_) writing.state.claims.erase(keys_[index]);
    fresh_.clear();
    claims.clear();
  }

  bool too_many = false;
  std::vector<Claim> claims = {};

 private:
  absl::StatusOr<ClaimState> StateOf(Writing& writing, const std::string& key) const;
  [[nodiscard]] bool HasRoom(Writing& writing) const;

  const std::vector<std::string> keys_;
  const absl::Time now_;
  const absl::Duration lease_;
  std::vector<std::size_t> fresh_;
};

absl::Status BeginJob::Apply(Writing& writing) {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    OMNI_ASSIGN_OR_RETURN(const ClaimState state, StateOf(writing, keys_[i]));
    claims.push_back({.state = state});
    if (state == ClaimState::kNew) fresh_.push_back(i);
  }
  too_many = !HasRoom(writing);
  if (too_many) {
    fresh_.clear();
    return absl::OkStatus();
  }
  for (const std::size_t index : fresh_) {
    claims[index].token = ++writing.state.last_claim;
    writing.state.claims[keys_[index]] = {.token = claims[index].token, .expires = now_ + lease_};
  }
  return absl::OkStatus();
}

absl::StatusOr<ClaimState> BeginJob::StateOf(Writing& writing, const std::string& key) const {
  OMNI_ASSIGN_OR_RETURN(const auto known, writing.state.keys.Find(writing.database, key));
  if (known && (known->waiting || known->expires > now_)) return ClaimState::kDone;
  const auto claim = writing.state.claims.find(key);
  if (claim == writing.state.claims.end() || claim->second.expires <= now_) {
    return ClaimState::kNew;
  }
  return ClaimState::kInFlight;
}

bool BeginJob::HasRoom(Writing& writing) const {
  auto& open = writing.state.claims;
  if (open.size() + fresh_.size() <= writing.options.max_claims) return true;
  absl::erase_if(open, [this](const auto& claim) { return claim.second.expires <= now_; });
  return open.size() + fresh_.size() <= writing.options.max_claims;
}

/// Makes keys done, or only gives claims up. Nobody waits for it: a crash just before it would have
/// had the same effect as one just after.
class EndJob final : public Job {
 public:
  EndJob(std::span<const IdempotencyStore::Held> claims, bool done, absl::Time expires)
      : claims_(claims.begin(), claims.end()), done_(done), expires_(expires) {}

  absl::Status Apply(Writing& writing) override;
  void OnCommit(Writing& writing) override {
    if (done_) GiveUp(writing);
    writing.state.key_count += std::ssize(added_);
  }
  void OnRollback(Writing& writing) override {
    for (auto change = added_.rbegin(); change != added_.rend(); ++change) {
      writing.state.keys.Undo(*change);
    }
    added_.clear();
  }
  void Finish(absl::Status) override {}

 private:
  void GiveUp(Writing& writing);
  absl::Status MakeDone(Writing& writing, const IdempotencyStore::Held& held);

  const std::vector<IdempotencyStore::Held> claims_;
  const bool done_;
  const absl::Time expires_;
  std::vector<KeyBook::Change> added_;
};

absl::Status EndJob::Apply(Writing& writing) {
  if (!done_) {  // nothing of it is in the file, and the next in the transaction may claim it
    GiveUp(writing);
    return absl::OkStatus();
  }
  for (const IdempotencyStore::Held& held : claims_) {
    OMNI_RETURN_IF_ERROR(MakeDone(writing, held));
  }
  return absl::OkStatus();
}

void EndJob::GiveUp(Writing& writing) {
  for (const IdempotencyStore::Held& held : claims_) {
    const auto claim = writing.state.claims.find(held.key);
    if (claim != writing.state.claims.end() && claim->second.token == held.token) {
      writing.state.claims.erase(claim);
    }
  }
}

absl::Status EndJob::MakeDone(Writing& writing, const IdempotencyStore::Held& held) {
  QueueState& state = writing.state;
  const auto claim = state.claims.find(held.key);
  const bool is_anothers = claim != state.claims.end() && claim->second.token != held.token;
  if (is_anothers || held.key.empty()) return absl::OkStatus();
  OMNI_ASSIGN_OR_RETURN(const auto known, state.keys.Find(writing.database, held.key));
  if (known && known->expires + kCloseEnough >= expires_) return absl::OkStatus();
  const std::int64_t seq = ++state.last_seq;
  added_.push_back(state.keys.Add(held.key, seq));
  return Query(writing.database,
               "INSERT INTO entry(seq, queue, grp, key, expires, state, attempts, due, reason) "
               "VALUES(?, 0, x'', ?, ?, 1, 0, 0, x'')",
               seq, held.key, expires_)
      .Run();
}

/// Thread safety: thread-safe.
class SqliteIdempotencyStore final : public IdempotencyStore {
 public:
  explicit SqliteIdempotencyStore(EnginePtr engine) : engine_(std::move(engine)) {}

  [[nodiscard]] absl::StatusOr<std::vector<Claim>> Begin(const BeginParams& params) override {
    const auto job = std::make_shared<BeginJob>(params);
    OMNI_RETURN_IF_ERROR(engine_->Run(job));
    if (job->too_many) return absl::UnavailableError("too many claims are in flight");
    return std::move(job->claims);
  }
  absl::Status Complete(const CompleteParams& params) override {
    return engine_->Post(std::make_shared<EndJob>(params.claims, true, params.now + params.keep));
  }
  absl::Status Abandon(const AbandonParams& params) override {
    return engine_->Post(std::make_shared<EndJob>(params.claims, false, absl::InfinitePast()));
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
