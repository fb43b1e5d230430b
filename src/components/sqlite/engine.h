/// \file
/// The writer: one thread that owns the writing connection and commits for everybody.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "components/sqlite/database.h"
#include "components/sqlite/queue_state.h"
#include "omni/components/sqlite.h"

namespace omni::inline v0_1 {
namespace internal {

/// What a job works on.
struct Writing {
  Database& database;
  QueueState& state;
  const SqliteOptions& options;
  absl::Time now = absl::InfinitePast();
  bool arrived = false;  ///< something came into a queue, or may be lent again
};

/// A piece of work of the writer. All but Finish runs on its thread.
class Job {
 public:
  virtual ~Job() = default;

  /// In a transaction that it may share with others. An error voids the transaction.
  virtual absl::Status Apply(Writing& writing) = 0;
  /// The transaction is committed.
  virtual void OnCommit(Writing&) {}
  /// It was rolled back: undo what Apply did to the state.
  virtual void OnRollback(Writing&) {}
  /// Says what became of it. Called once; before Apply is over, when the deadline has passed.
  virtual void Finish(absl::Status status) = 0;
  /// Whether it is tried by itself when a transaction failed that it shared. Not what needs room:
  /// it would fail again and hold up what makes room.
  [[nodiscard]] virtual bool retries_alone() const { return true; }

  absl::Time deadline = absl::InfiniteFuture();
  std::size_t envelopes = 1;
  std::size_t bytes = 0;

  /// Whether the caller is the one to call Finish.
  [[nodiscard]] bool TakeFinish() { return !finished_.exchange(true); }
  [[nodiscard]] bool is_finished() const { return finished_.load(); }

 private:
  std::atomic<bool> finished_ = false;
};

/// What follows a commit that nothing follows.
struct Nothing {
  void operator()(Writing&) const {}
};

/// A copy that shares nothing with the original, so that each thread has a status of its own.
[[nodiscard]] absl::Status CopyOf(const absl::Status& status);

/// A job that somebody waits for.
class WaitedJob : public Job {
 public:
  void Finish(absl::Status status) override {
    MutexLock lock(mutex_);
    outcome_ = std::move(status);
    finished_.notify_one();
  }
  absl::Status Await() {
    MutexLock lock(mutex_);
    while (!outcome_) finished_.wait(mutex_);
    return *std::move(outcome_);
  }

 private:
  Mutex mutex_;
  std::condition_variable_any finished_;
  std::optional<absl::Status> outcome_ OMNI_GUARDED_BY(mutex_);
};

/// A commit takes everything that is waiting, so what comes during one shares the next.
///
/// Thread safety: thread-safe.
class Engine {
 public:
  /// The writer stops, after all that was accepted, when the last reference is dropped.
  static absl::StatusOr<std::shared_ptr<Engine>> Open(const SqliteOptions& options);
  ~Engine();

  /// Errors: Unavailable when too much is waiting; then Finish is not called.
  absl::Status Post(std::shared_ptr<Job> job);

  /// Does the job and waits until it is committed.
  absl::Status Run(const std::shared_ptr<WaitedJob>& job);

  /// As Run, but called from a completion it is done without being committed: that happens with
  /// what comes next, at once when nothing does, so that a completion costs no commit of its own.
  /// Until then only AwaitCommits makes it visible to Read.
  absl::Status RunSoon(const std::shared_ptr<WaitedJob>& job);
  /// Until what RunSoon has done is committed.
  absl::Status AwaitCommits();

  /// Runs `work(Writing&)`, which gives a status or a StatusOr, in a transaction and waits until it
  /// is committed. An error that is not the database's is a result like others. `work` may be run
  /// once more when the transaction is rolled back, so it must not change the state.
  /// Then `committed(Writing&)`, which may, when `work` succeeded.
  template <class F, class G = Nothing>
  auto Write(F work, G committed = {}) -> std::invoke_result_t<F, Writing&>;

  /// Runs `work(Database&)` on the connection for reading, on this thread.
  template <class F>
  auto Read(F work) -> std::invoke_result_t<F, Database&> {
    MutexLock lock(read_mutex_);
    return work(*reader_);
  }
  /// As Read, for what is no more than a look-up, on a connection for that alone: nobody's long
  /// reading is waited for.
  template <class F>
  auto LookUp(F work) -> std::invoke_result_t<F, Database&> {
    MutexLock lock(look_up_mutex_);
    return work(*look_up_reader_);
  }

  [[nodiscard]] const SqliteOptions& options() const { return options_; }

  [[nodiscard]] ClaimBook& claims() { return state_.claims; }
  [[nodiscard]] const KeyBook& keys() const { return state_.keys; }
  [[nodiscard]] const MappingBook& mappings() const { return state_.mappings; }
  /// What the committed file says of a key.
  [[nodiscard]] absl::StatusOr<std::optional<KeyBook::Known>> FindKey(std::string_view key);

  /// A count that changes whenever something comes into a queue, or may be lent again.
  [[nodiscard]] std::uint64_t arrivals() const { return arrivals_.load(); }
  /// Until the count is not `seen` any more, or the time is over.
  void AwaitArrival(std::uint64_t seen, absl::Duration timeout);

 private:
  using Batch = std::vector<std::shared_ptr<Job>>;

  explicit Engine(SqliteOptions options) : options_(std::move(options)) {}
  absl::Status OpenFile();
  static void Stop(std::shared_ptr<Engine> engine);
  void Arrive();

  void RunWriter();
  void RunDeadlines();
  /// The next jobs; none when it is time for upkeep or to stop.
  Batch TakeBatch();
  void Commit(const Batch& batch);
  /// In one transaction with what RunSoon has begun.
  absl::Status ApplyAll(const Batch& batch);
  void RollBack(const Batch& applied);
  static void FinishAll(const Batch& batch, const absl::Status& status);
  Batch TakeOverdue(absl::Time now) OMNI_REQUIRES(mutex_);
  [[nodiscard]] Writing MakeWriting();
  [[nodiscard]] bool is_writer() const { return std::this_thread::get_id() == writer_.get_id(); }

  SqliteOptions options_;
  int lock_file_ = -1;

  // The writer's own, and before it is started Open's.
  std::optional<Database> database_;
  QueueState state_;
  absl::Time next_upkeep_ = absl::InfinitePast();
  Batch begun_;  ///< by RunSoon: a transaction is open

  std::atomic<std::size_t> uncommitted_ = 0;  ///< how many those are, for everybody

  Mutex read_mutex_;
  std::optional<Database> reader_ OMNI_GUARDED_BY(read_mutex_);
  Mutex look_up_mutex_;
  std::optional<Database> look_up_reader_ OMNI_GUARDED_BY(look_up_mutex_);

  Mutex mutex_;
  std::condition_variable_any work_;
  std::condition_variable_any earlier_deadline_;
  std::deque<std::shared_ptr<Job>> pending_ OMNI_GUARDED_BY(mutex_);
  Batch in_flight_ OMNI_GUARDED_BY(mutex_);
  std::size_t pending_envelopes_ OMNI_GUARDED_BY(mutex_) = 0;
  std::size_t pending_bytes_ OMNI_GUARDED_BY(mutex_) = 0;
  absl::Time next_deadline_ OMNI_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  bool writer_waits_ OMNI_GUARDED_BY(mutex_) = false;  ///< and nobody has woken it yet
  bool stopping_ OMNI_GUARDED_BY(mutex_) = false;

  std::atomic<std::uint64_t> arrivals_ = 0;
  Mutex arrival_mutex_;
  std::condition_variable_any arrival_;

  std::thread writer_;
  std::thread deadlines_;
};

/// A function as a job, and another for what follows its commit.
template <class F, class G = Nothing>
class FunctionJob final : public WaitedJob {
 public:
  using Result = std::invoke_result_t<F, Writing&>;

  explicit FunctionJob(F work, G committed = {})
      : work_(std::move(work)), committed_(std::move(committed)) {}

  absl::Status Apply(Writing& writing) override {
    result = work_(writing);
    const absl::Status& status = StatusOf(result);
    return IsDatabaseError(status) ? CopyOf(status) : absl::OkStatus();
  }
  void OnCommit(Writing& writing) override {
    if (StatusOf(result).ok()) committed_(writing);
  }

  Result result = absl::CancelledError("not run");

 private:
  static const absl::Status& StatusOf(const absl::Status& status) { return status; }
  template <class T>
  static const absl::Status& StatusOf(const absl::StatusOr<T>& value) {
    return value.status();
  }

  F work_;
  G committed_;
};

template <class F, class G>
auto Engine::Write(F work, G committed) -> std::invoke_result_t<F, Writing&> {
  const auto job = std::make_shared<FunctionJob<F, G>>(std::move(work), std::move(committed));
  OMNI_RETURN_IF_ERROR(Run(job));
  return std::move(job->result);
}

}  // namespace internal
}  // namespace omni::inline v0_1
