#include "components/sqlite/engine.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <system_error>

#include "absl/strings/cord.h"
#include "base/status_macros.h"
#include "components/sqlite/schema.h"
#include "components/sqlite/upkeep.h"
#include "omni/error.h"
#include "omni/ports/entropy.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

absl::Status Busy() {
  return MakeError(absl::StatusCode::kUnavailable, "too many writes are waiting for the disk",
                   {.reason = "too_much_pending", .blame = Blame::kDependency});
}

absl::Status TooSlow() {
  return MakeError(absl::StatusCode::kDeadlineExceeded, "the disk took too long",
                   {.reason = "disk_too_slow", .blame = Blame::kDependency});
}

/// How long to wait on the machine's clock. Bounded, because the host's may be set meanwhile.
std::chrono::nanoseconds Bounded(absl::Duration wait) {
  return absl::ToChronoNanoseconds(std::clamp(wait, absl::ZeroDuration(), absl::Minutes(1)));
}

}  // namespace

absl::Status CopyOf(const absl::Status& status) {
  if (status.ok()) return status;
  absl::Status copy(status.code(), status.message());
  status.ForEachPayload([&copy](absl::string_view type, const absl::Cord& payload) {
    copy.SetPayload(type, absl::Cord(std::string(payload)));
  });
  return copy;
}

absl::StatusOr<std::shared_ptr<Engine>> Engine::Open(const SqliteOptions& options) {
  std::shared_ptr<Engine> engine(new Engine(options));
  OMNI_RETURN_IF_ERROR(engine->OpenFile());
  try {
    engine->writer_ = std::thread([engine] { engine->RunWriter(); });
    engine->deadlines_ = std::thread([engine] { engine->RunDeadlines(); });
  } catch (const std::system_error&) {
    Stop(engine);
    return absl::UnavailableError("no thread is left");
  }
  // The threads hold the engine; the reference that is given away stops them.
  return std::shared_ptr<Engine>(engine.get(),
                                 [engine](Engine*) mutable { Stop(std::move(engine)); });
}

Engine::~Engine() {
  database_.reset();
  reader_.reset();
  look_up_reader_.reset();
  if (lock_file_ >= 0) close(lock_file_);
}

absl::Status Engine::OpenFile() {
  const std::string lock_path = options_.path + ".lock";
  lock_file_ = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_file_ < 0) return absl::UnavailableError("the lock beside the file cannot be opened");
  if (flock(lock_file_, LOCK_EX | LOCK_NB) != 0) {
    return absl::UnavailableError("another process has the file");
  }
  OMNI_ASSIGN_OR_RETURN(database_, Database::Open(options_.path, options_.vfs));
  database_->SetRowMemoryAside();
  OMNI_RETURN_IF_ERROR(Configure(*database_, options_.max_file_bytes));
  OMNI_RETURN_IF_ERROR(Migrate(*database_));
  OMNI_RETURN_IF_ERROR(state_.Load(*database_));
  std::array<std::uint8_t, sizeof(std::uint64_t)> seed = {};
  MakeSystemEntropy()->Fill(seed);
  state_.schedule.SeedTokens(std::bit_cast<std::uint64_t>(seed) >> 1);
  {
    MutexLock lock(read_mutex_);
    OMNI_ASSIGN_OR_RETURN(reader_, Database::Open(options_.path, options_.vfs));
    OMNI_RETURN_IF_ERROR(ConfigureReader(*reader_));
  }
  MutexLock lock(look_up_mutex_);
  OMNI_ASSIGN_OR_RETURN(look_up_reader_, Database::Open(options_.path, options_.vfs));
  return ConfigureReader(*look_up_reader_);
}

// By value, so that the engine is there until its threads are not.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void Engine::Stop(std::shared_ptr<Engine> engine) {
  {
    MutexLock lock(engine->mutex_);
    engine->stopping_ = true;
  }
  engine->work_.notify_all();
  engine->earlier_deadline_.notify_all();
  for (std::thread* thread : {&engine->writer_, &engine->deadlines_}) {
    if (!thread->joinable()) continue;
    // A completion may hold the last reference.
    if (thread->get_id() == std::this_thread::get_id()) {
      thread->detach();
    } else {
      thread->join();
    }
  }
}

absl::Status Engine::Post(std::shared_ptr<Job> job) {
  bool wakes_writer = false;
  bool wakes_deadlines = false;
  {
    MutexLock lock(mutex_);
    if (pending_envelopes_ + job->envelopes > options_.max_pending_envelopes ||
        pending_bytes_ + job->bytes > options_.max_pending_bytes) {
      return Busy();
    }
    pending_envelopes_ += job->envelopes;
    pending_bytes_ += job->bytes;
    if (job->deadline < next_deadline_) {
      next_deadline_ = job->deadline;
      wakes_deadlines = true;
    }
    pending_.push_back(std::move(job));
    wakes_writer = std::exchange(writer_waits_, false);
  }
  if (wakes_writer) work_.notify_one();
  if (wakes_deadlines) earlier_deadline_.notify_one();
  return absl::OkStatus();
}

absl::Status Engine::Run(const std::shared_ptr<WaitedJob>& job) {
  if (is_writer()) {
    Commit({job});  // a completion asks, and nobody else could answer
  } else {
    OMNI_RETURN_IF_ERROR(Post(job));
  }
  return job->Await();
}

absl::Status Engine::RunSoon(const std::shared_ptr<WaitedJob>& job) {
  if (!is_writer()) return Run(job);
  if (begun_.empty()) OMNI_RETURN_IF_ERROR(database_->Begin());
  begun_.push_back(job);
  uncommitted_ = begun_.size();
  Writing writing = MakeWriting();
  absl::Status status = job->Apply(writing);
  if (!status.ok()) {
    begun_.pop_back();
    job->OnRollback(writing);
    // The others lose their transaction with it, and get another.
    const Batch others = std::exchange(begun_, {});
    RollBack(others);
    for (const auto& other : others) static_cast<void>(ApplyAll({other}));
    uncommitted_ = 0;
  }
  return status;
}

absl::Status Engine::AwaitCommits() {
  if (uncommitted_ == 0) return absl::OkStatus();
  if (is_writer()) return ApplyAll({});
  return Write([](Writing&) { return absl::OkStatus(); });  // it is committed with them
}

absl::StatusOr<std::optional<KeyBook::Known>> Engine::FindKey(std::string_view key) {
  return LookUp([&](Database& database) { return state_.keys.Find(database, key); });
}

void Engine::Arrive() {
  {
    MutexLock lock(arrival_mutex_);
    ++arrivals_;
  }
  arrival_.notify_all();
}

void Engine::AwaitArrival(std::uint64_t seen, absl::Duration timeout) {
  const auto end = std::chrono::steady_clock::now() + Bounded(timeout);
  MutexLock lock(arrival_mutex_);
  while (arrivals_ == seen) {
    if (arrival_.wait_until(arrival_mutex_, end) == std::cv_status::timeout) return;
  }
}

Writing Engine::MakeWriting() {
  return {
      .database = *database_, .state = state_, .options = options_, .now = options_.clock->Now()};
}

void Engine::RunWriter() {
  while (true) {
    const Batch batch = TakeBatch();
    if (!batch.empty()) {
      Commit(batch);
      MutexLock lock(mutex_);
      in_flight_.clear();
    } else if (!begun_.empty()) {
      static_cast<void>(ApplyAll({}));
    } else {
      MutexLock lock(mutex_);
      if (stopping_ && pending_.empty()) return;
    }
    Writing writing = MakeWriting();
    if (next_upkeep_ > writing.now) continue;
    if (!begun_.empty()) static_cast<void>(ApplyAll({}));
    next_upkeep_ = writing.now + RunUpkeep(writing);
  }
}

Engine::Batch Engine::TakeBatch() {
  MutexLock lock(mutex_);
  if (pending_.empty() && !stopping_ && begun_.empty()) {
    writer_waits_ = true;
    work_.wait_for(mutex_, Bounded(next_upkeep_ - options_.clock->Now()));
    writer_waits_ = false;
  }
  std::size_t envelopes = 0;
  while (!pending_.empty()) {
    const Job& job = *pending_.front();
    envelopes += job.envelopes;
    if (!in_flight_.empty() && envelopes > options_.max_commit_envelopes) break;
    pending_envelopes_ -= job.envelopes;
    pending_bytes_ -= job.bytes;
    in_flight_.push_back(std::move(pending_.front()));
    pending_.pop_front();
  }
  return in_flight_;
}

void Engine::Commit(const Batch& batch) {
  const absl::Time now = options_.clock->Now();
  for (const auto& job : batch) {
    if (job->deadline <= now && job->TakeFinish()) job->Finish(TooSlow());
  }
  const absl::Status status = ApplyAll(batch);
  if (status.ok() || batch.size() == 1) {
    FinishAll(batch, status);
    return;
  }
  for (const auto& job : batch) {
    const Batch alone{job};
    FinishAll(alone, job->retries_alone() ? ApplyAll(alone) : status);
  }
}

absl::Status Engine::ApplyAll(const Batch& batch) {
  Writing writing = MakeWriting();
  const Batch begun = std::exchange(begun_, {});
  Batch applied = begun;
  applied.reserve(begun.size() + batch.size());
  absl::Status status = begun.empty() ? database_->Begin() : absl::OkStatus();
  for (const auto& job : batch) {
    if (!status.ok()) break;
    if (job->is_finished()) continue;
    applied.push_back(job);
    status = job->Apply(writing);
  }
  if (status.ok()) status = database_->Commit();
  if (status.ok()) {
    uncommitted_ = 0;
    for (const auto& job : applied) job->OnCommit(writing);
    if (writing.arrived) Arrive();
    return status;
  }
  RollBack(applied);
  for (const auto& job : begun) static_cast<void>(ApplyAll({job}));
  uncommitted_ = 0;
  return status;
}

void Engine::RollBack(const Batch& applied) {
  database_->Rollback();
  Writing writing = MakeWriting();
  std::for_each(applied.rbegin(), applied.rend(),
                [&](const auto& job) { job->OnRollback(writing); });
}

void Engine::FinishAll(const Batch& batch, const absl::Status& status) {
  for (const auto& job : batch) {
    if (job->TakeFinish()) job->Finish(CopyOf(status));
  }
}

void Engine::RunDeadlines() {
  while (true) {
    Batch overdue;
    {
      MutexLock lock(mutex_);
      if (stopping_) return;
      const absl::Time now = options_.clock->Now();
      if (next_deadline_ == absl::InfiniteFuture()) {
        earlier_deadline_.wait(mutex_);
      } else if (next_deadline_ > now) {
        earlier_deadline_.wait_for(mutex_, Bounded(next_deadline_ - now));
      } else {
        overdue = TakeOverdue(now);
      }
    }
    FinishAll(overdue, TooSlow());
  }
}

Engine::Batch Engine::TakeOverdue(absl::Time now) {
  Batch overdue;
  next_deadline_ = absl::InfiniteFuture();
  const auto look = [&overdue, now](const std::shared_ptr<Job>& job) {
    if (job->is_finished()) return absl::InfiniteFuture();
    if (job->deadline > now) return job->deadline;
    overdue.push_back(job);
    return absl::InfiniteFuture();
  };
  for (const auto& job : in_flight_) next_deadline_ = std::min(next_deadline_, look(job));
  for (const auto& job : pending_) next_deadline_ = std::min(next_deadline_, look(job));
  return overdue;
}

}  // namespace internal
}  // namespace omni::inline v0_1
