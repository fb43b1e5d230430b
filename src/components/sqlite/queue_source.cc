#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "components/queue/receipt.h"
#include "components/sqlite/header_codec.h"
#include "components/sqlite/ports.h"
#include "components/sqlite/schema.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

const Schedule::Loan* FindLoan(const Writing& writing, std::string_view receipt) {
  const auto parsed = ParseReceipt(receipt);
  return parsed ? writing.state.schedule.Find(parsed->seq, parsed->token, writing.now) : nullptr;
}

absl::Status NoSuchLoan() { return absl::NotFoundError("the loan is over"); }

bool HoldsDeadLetters(std::string_view queue) {
  return queue.size() > kDeadLetterSuffix.size() &&
         queue.substr(queue.size() - kDeadLetterSuffix.size()) == kDeadLetterSuffix;
}

/// What is known of an entry that moves to another queue once that is committed.
struct Move {
  std::int64_t seq = 0;
  std::string queue = {};
  Schedule::Place to = {};
};

absl::StatusOr<Move> MoveEntry(Writing& writing, const Schedule::Place& from,
                               const std::string& queue, std::string_view reason,
                               absl::Duration keep) {
  OMNI_ASSIGN_OR_RETURN(const std::int64_t id, QueueId(writing.database, writing.state, queue));
  OMNI_RETURN_IF_ERROR(Query(writing.database,
                             "UPDATE entry SET queue = ?, attempts = 0, due = 0, reason = ?, "
                             "expires = max(expires, ?) WHERE seq = ?",
                             id, reason, writing.now + keep, from.seq)
                           .Run());
  return Move{
      .seq = from.seq, .queue = queue, .to = {.queue = id, .group = from.group, .seq = from.seq}};
}

absl::StatusOr<Move> MakeDead(Writing& writing, const Schedule::Place& place,
                              std::string_view reason) {
  std::string queue;
  {
    Query query(writing.database, "SELECT name FROM queue WHERE id = ?", place.queue);
    OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
    if (!found) return absl::InternalError("SQLite: no row");
    queue = absl::StrCat(query.String(0), std::string(kDeadLetterSuffix));
  }
  return MoveEntry(writing, place, queue, reason, writing.options.keep_dead);
}

void Arrived(Writing& writing, const Move& move) {
  writing.state.schedule.Add(move.to);
  writing.state.queue_ids.emplace(move.queue, move.to.queue);
  writing.arrived = true;
}

class LeaseJob final : public WaitedJob {
 public:
  explicit LeaseJob(QueueSource::LeaseParams params) : params_(std::move(params)) {}

  absl::Status Apply(Writing& writing) override;
  void OnCommit(Writing& writing) override {
    for (const Move& move : dead_) Arrived(writing, move);
  }
  void OnRollback(Writing& writing) override {
    for (const std::int64_t seq : lent_) {
      writing.state.schedule.Return(seq, absl::InfinitePast());
    }
    for (const auto& place : left_) writing.state.schedule.Add(place);
    lent_.clear();
    left_.clear();
    dead_.clear();
    deliveries.clear();
  }

  std::vector<Delivery> deliveries = {};
  absl::Time next_change = absl::InfiniteFuture();

 private:
  /// Nothing when the entry is not to be delivered after all.
  absl::StatusOr<std::optional<Delivery>> Read(Writing& writing, const Schedule::Loan& loan);
  absl::Status Deliver(Writing& writing, const Schedule::Loan& loan);

  const QueueSource::LeaseParams params_;
  std::vector<std::int64_t> lent_;
  std::vector<Schedule::Place> left_;
  std::vector<Move> dead_;
};

absl::Status LeaseJob::Apply(Writing& writing) {
  Schedule& schedule = writing.state.schedule;
  const auto queue = writing.state.queue_ids.find(params_.queue);
  if (queue == writing.state.queue_ids.end()) return absl::OkStatus();
  while (deliveries.size() < params_.limit) {
    const auto loan = schedule.Lend(queue->second, writing.now, writing.now + params_.visibility);
    if (!loan) break;
    OMNI_RETURN_IF_ERROR(Deliver(writing, *loan));
  }
  next_change = schedule.NextChange(queue->second);
  return absl::OkStatus();
}

absl::Status LeaseJob::Deliver(Writing& writing, const Schedule::Loan& loan) {
  const std::int64_t seq = loan.place.seq;
  lent_.push_back(seq);
  OMNI_ASSIGN_OR_RETURN(std::optional<Delivery> delivery, Read(writing, loan));
  if (!delivery) {  // upkeep has deleted it
    lent_.pop_back();
    writing.state.schedule.Finish(seq);
    return absl::OkStatus();
  }
  if (delivery->attempt > writing.options.max_attempts && !HoldsDeadLetters(params_.queue)) {
    OMNI_ASSIGN_OR_RETURN(Move move, MakeDead(writing, loan.place, "not acknowledged in time"));
    lent_.pop_back();
    left_.push_back(loan.place);
    writing.state.schedule.Finish(seq);
    dead_.push_back(std::move(move));
    return absl::OkStatus();
  }
  OMNI_RETURN_IF_ERROR(Query(writing.database,
                             "UPDATE entry SET attempts = ?, due = 0 WHERE seq = ?",
                             delivery->attempt, seq)
                           .Run());
  deliveries.push_back(*std::move(delivery));
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Delivery>> LeaseJob::Read(Writing& writing,
                                                       const Schedule::Loan& loan) {
  Query query(writing.database,
              "SELECT e.key, e.attempts, e.reason, b.enqueued_at, b.event_id, b.headers, b.body "
              "FROM entry e JOIN body b ON b.seq = e.seq WHERE e.seq = ?",
              loan.place.seq);
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return std::nullopt;
  return Delivery{.receipt = WriteReceipt({.seq = loan.place.seq, .token = loan.token}),
                  .envelope = {.queue = params_.queue,
                               .group = loan.place.group,
                               .dedupe_key = query.String(0),
                               .event_id = query.String(4),
                               .body = query.String(6),
                               .headers = UnpackPairs(query.Text(5))},
                  .attempt = static_cast<int>(query.Int(1)) + 1,
                  .enqueued_at = query.Time(3),
                  .dead_reason = query.String(2)};
}

class AckJob final : public WaitedJob {
 public:
  explicit AckJob(const QueueSource::AckParams& params)
      : receipts_(params.receipts.begin(), params.receipts.end()) {}

  absl::Status Apply(Writing& writing) override;
  void OnCommit(Writing& writing) override {
    for (const std::int64_t seq : done_) writing.state.schedule.Finish(seq);
    writing.state.key_count += std::ssize(done_);
    writing.arrived = true;  // the next of their groups
  }
  void OnRollback(Writing&) override { done_.clear(); }

 private:
  const std::vector<std::string> receipts_;
  std::vector<std::int64_t> done_;
};

absl::Status AckJob::Apply(Writing& writing) {
  for (const std::string& receipt : receipts_) {
    const Schedule::Loan* loan = FindLoan(writing, receipt);
    if (loan == nullptr) continue;
    const std::int64_t seq = loan->place.seq;
    Query done(writing.database,
               "UPDATE entry SET state = 1, grp = x'', reason = x'' WHERE seq = ? AND state = 0",
               seq);
    OMNI_RETURN_IF_ERROR(done.Run());
    if (writing.database.changes() == 0) continue;
    OMNI_RETURN_IF_ERROR(Query(writing.database, "DELETE FROM body WHERE seq = ?", seq).Run());
    done_.push_back(seq);
  }
  return absl::OkStatus();
}

class NackJob final : public WaitedJob {
 public:
  /// `is_last`: to the dead letters, whatever attempts are left.
  NackJob(QueueSource::NackParams params, bool is_last)
      : params_(std::move(params)), is_last_(is_last) {}

  absl::Status Apply(Writing& writing) override;
  void OnCommit(Writing& writing) override {
    if (dead_) {
      writing.state.schedule.Finish(dead_->seq);
      Arrived(writing, *dead_);
    } else if (result.ok()) {
      writing.state.schedule.Return(seq_, due_);
      writing.arrived = true;
    }
  }

  absl::Status result = absl::OkStatus();

 private:
  const QueueSource::NackParams params_;
  const bool is_last_;
  std::int64_t seq_ = 0;
  absl::Time due_ = absl::InfinitePast();
  std::optional<Move> dead_ = {};
};

absl::Status NackJob::Apply(Writing& writing) {
  dead_.reset();
  const Schedule::Loan* loan = FindLoan(writing, params_.receipt);
  result = loan == nullptr ? NoSuchLoan() : absl::OkStatus();
  if (loan == nullptr) return absl::OkStatus();
  const Schedule::Place place = loan->place;
  seq_ = place.seq;
  bool was_last = false;
  {
    Query query(writing.database,
                "SELECT e.attempts, q.name FROM entry e JOIN queue q ON q.id = e.queue "
                "WHERE e.seq = ?",
                seq_);
    OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
    was_last = found && (is_last_ || query.Int(0) >= writing.options.max_attempts) &&
               !HoldsDeadLetters(query.Text(1));
  }
  if (was_last) {
    OMNI_ASSIGN_OR_RETURN(dead_, MakeDead(writing, place, params_.reason));
    return absl::OkStatus();
  }
  if (params_.delay > absl::ZeroDuration()) due_ = writing.now + params_.delay;
  return Query(writing.database, "UPDATE entry SET due = ? WHERE seq = ?",
               due_ == absl::InfinitePast() ? 0 : ToMicros(due_), seq_)
      .Run();
}

class RedriveJob final : public WaitedJob {
 public:
  explicit RedriveJob(QueueSource::RedriveParams params) : params_(std::move(params)) {}

  absl::Status Apply(Writing& writing) override;
  void OnCommit(Writing& writing) override {
    for (const Move& move : moves) Arrived(writing, move);
  }
  void OnRollback(Writing& writing) override {
    for (const auto& place : left_) writing.state.schedule.Add(place);
    left_.clear();
    moves.clear();
  }

  std::vector<Move> moves = {};

 private:
  const QueueSource::RedriveParams params_;
  std::vector<Schedule::Place> left_;
};

absl::Status RedriveJob::Apply(Writing& writing) {
  const auto dead =
      writing.state.queue_ids.find(absl::StrCat(params_.queue, std::string(kDeadLetterSuffix)));
  if (dead == writing.state.queue_ids.end()) return absl::OkStatus();
  Schedule& schedule = writing.state.schedule;
  // Each look shows the first of every group.
  while (moves.size() < params_.limit) {
    const auto places = schedule.Waiting(dead->second, params_.limit - moves.size());
    if (places.empty()) break;
    for (const Schedule::Place& place : places) {
      OMNI_ASSIGN_OR_RETURN(Move move,
                            MoveEntry(writing, place, params_.queue, "", absl::ZeroDuration()));
      schedule.Remove(place);
      left_.push_back(place);
      moves.push_back(std::move(move));
    }
  }
  return absl::OkStatus();
}

/// Thread safety: thread-safe.
class FileQueueSource final : public SqliteQueueSource {
 public:
  explicit FileQueueSource(EnginePtr engine) : engine_(std::move(engine)) {}

  [[nodiscard]] absl::StatusOr<std::vector<Delivery>> Lease(const LeaseParams& params) override;
  absl::Status Ack(const AckParams& params) override {
    if (params.receipts.empty()) return absl::OkStatus();
    return engine_->Run(std::make_shared<AckJob>(params));
  }
  absl::Status Nack(const NackParams& params) override { return Nack(params, /*is_last=*/false); }
  absl::Status Bury(const BuryParams& params) override {
    return Nack({.receipt = params.receipt, .reason = params.reason}, /*is_last=*/true);
  }
  absl::Status Extend(const ExtendParams& params) override {
    return engine_->Write([params](Writing& writing) -> absl::Status {
      const Schedule::Loan* loan = FindLoan(writing, params.receipt);
      if (loan == nullptr) return NoSuchLoan();
      writing.state.schedule.Extend(loan->place.seq, writing.now + params.visibility);
      return absl::OkStatus();
    });
  }
  [[nodiscard]] absl::StatusOr<std::size_t> Redrive(const RedriveParams& params) override {
    const auto job = std::make_shared<RedriveJob>(params);
    OMNI_RETURN_IF_ERROR(engine_->Run(job));
    return job->moves.size();
  }

 private:
  absl::Status Nack(const NackParams& params, bool is_last) {
    const auto job = std::make_shared<NackJob>(params, is_last);
    OMNI_RETURN_IF_ERROR(engine_->Run(job));
    return std::move(job->result);
  }

  const EnginePtr engine_;
};

absl::StatusOr<std::vector<Delivery>> FileQueueSource::Lease(const LeaseParams& params) {
  const auto begin = std::chrono::steady_clock::now();
  while (true) {
    const std::uint64_t seen = engine_->arrivals();
    const auto job = std::make_shared<LeaseJob>(params);
    OMNI_RETURN_IF_ERROR(engine_->Run(job));
    const absl::Duration left =
        params.wait - absl::FromChrono(std::chrono::steady_clock::now() - begin);
    if (!job->deliveries.empty() || left <= absl::ZeroDuration() || params.limit == 0) {
      return std::move(job->deliveries);
    }
    const absl::Time now = engine_->options().clock->Now();
    engine_->AwaitArrival(seen, std::min(left, job->next_change - now));
  }
}

}  // namespace

std::shared_ptr<SqliteQueueSource> MakeSqliteQueueSource(EnginePtr engine) {
  return std::make_shared<FileQueueSource>(std::move(engine));
}

}  // namespace internal
}  // namespace omni::inline v0_1
