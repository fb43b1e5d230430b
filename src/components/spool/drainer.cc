#include "components/spool/drainer.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "components/spool/wrapping.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// So many are tried when the engine has refused everything, and twice as many after each pause, as
/// the pauses grow too: enough to see that it is back, and soon whom it does take.
constexpr std::size_t kProbe = 16;
constexpr int kMostDoublings = 10;
/// So many refused ones are kept from being tried again before the others.
constexpr std::size_t kMaxWithheld = 4'096;
constexpr absl::Duration kGrace = absl::Seconds(1);

using std::chrono::steady_clock;

steady_clock::time_point In(absl::Duration wait) {
  return steady_clock::now() + absl::ToChronoNanoseconds(wait);
}

/// The engine's answer, which may come when nobody waits for it any more.
class Answer {
 public:
  void Set(Settlement settlement) {
    MutexLock lock(mutex_);
    settlement_ = std::move(settlement);
    set_.notify_one();
  }
  /// No outcomes when it does not come in time.
  Settlement Await(steady_clock::time_point until) {
    MutexLock lock(mutex_);
    while (!settlement_) {
      if (set_.wait_until(mutex_, until) == std::cv_status::timeout) break;
    }
    return settlement_ ? *std::move(settlement_) : Settlement{};
  }

 private:
  Mutex mutex_;
  std::condition_variable_any set_;
  std::optional<Settlement> settlement_ OMNI_GUARDED_BY(mutex_);
};

}  // namespace

Drainer::Drainer(std::shared_ptr<SpoolCore> core)
    : core_(std::move(core)), backoff_(core_->options.min_backoff, core_->options.max_backoff) {}

absl::Status Drainer::Start() {
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    return absl::UnavailableError("no thread is left");
  }
  return absl::OkStatus();
}

void Drainer::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Drainer::Wake() {
  {
    MutexLock lock(mutex_);
    ++arrivals_;
  }
  changed_.notify_all();
}

void Drainer::Run() {
  while (true) {
    std::uint64_t seen = 0;
    {
      MutexLock lock(mutex_);
      if (stopping_) return;
      seen = arrivals_;
    }
    Sleep(Round(), seen);
  }
}

void Drainer::Sleep(const Pause& pause, std::uint64_t seen) {
  MutexLock lock(mutex_);
  while (!stopping_) {
    const bool is_called = pause.ends_by_arrival && arrivals_ != seen;
    const SteadyTime until = is_called ? std::min(pause.earliest_end, pause.until) : pause.until;
    if (steady_clock::now() >= until) return;
    if (until == SteadyTime::max()) {
      changed_.wait(mutex_);
    } else {
      changed_.wait_until(mutex_, until);
    }
  }
}

Drainer::Pause Drainer::Round() {
  if (!TellFile()) return PauseAfterFailure();
  if (core_->ledger.counts().waiting == 0) return {SteadyTime::max(), true};
  const std::size_t limit = Limit();
  auto deliveries = core_->store.source->Lease(
      {.queue = kSpoolQueue, .limit = limit, .visibility = absl::InfiniteDuration()});
  if (!deliveries.ok()) return PauseAfterFailure();
  if (deliveries->empty()) {
    Release();
    return TellFile() ? PauseUntilDue() : PauseAfterFailure();
  }
  const bool was_all = deliveries->size() < limit;
  const Settlement settlement = HandOver(*deliveries);
  const bool progressed = Judge(*std::move(deliveries), settlement);
  if (progressed || was_all || withheld_.size() >= kMaxWithheld) Release();
  if (!TellFile()) return PauseAfterFailure();
  if (progressed) {
    failures_ = 0;
    return {};
  }
  Pause pause = PauseAfterFailure();
  // Everything has been tried; what comes now may fare better.
  pause.ends_by_arrival = was_all;
  pause.earliest_end = In(core_->options.min_backoff);
  return pause;
}

std::size_t Drainer::Limit() const {
  const std::size_t most = core_->options.max_batch;
  if (failures_ == 0) return most;
  return std::min(most, kProbe << std::min(failures_ - 1, kMostDoublings));
}

void Drainer::Release() {
  untold_.insert(untold_.end(), std::make_move_iterator(withheld_.begin()),
                 std::make_move_iterator(withheld_.end()));
  withheld_.clear();
}

Settlement Drainer::HandOver(const std::vector<Delivery>& deliveries) const {
  QueueSink::EnqueueParams params;
  params.envelopes.reserve(deliveries.size());
  for (const Delivery& delivery : deliveries) params.envelopes.push_back(Unwrap(delivery.envelope));
  const absl::Duration patience = core_->options.engine_timeout;
  params.deadline = core_->options.clock->Now() + patience;
  const auto answer = std::make_shared<Answer>();
  core_->engine->Enqueue(std::move(params),
                         [answer](Settlement settlement) { answer->Set(std::move(settlement)); });
  return answer->Await(In(patience + kGrace));
}

bool Drainer::Judge(std::vector<Delivery> deliveries, const Settlement& settlement) {
  bool accepted = false;
  bool buried = false;
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    const absl::Status outcome = OutcomeOf(settlement, i);
    Verdict verdict{.delivery = std::move(deliveries[i])};
    if (IsAccepted(outcome)) {
      accepted = true;
      verdict.kind = Verdict::Kind::kAcknowledge;
    } else {
      core_->health.Refused(outcome, core_->options.clock->Now());
      verdict.reason.assign(outcome.message().data(), outcome.message().size());
      const bool for_good = IsRefusedForGood(outcome);
      if (for_good) buried = true;
      verdict.kind = for_good ? Verdict::Kind::kBury : Verdict::Kind::kRetry;
    }
    if (verdict.kind == Verdict::Kind::kRetry) {
      verdict.delivery.envelope = {};  // the file has it; there may be many
      withheld_.push_back(std::move(verdict));
    } else {
      untold_.push_back(std::move(verdict));
    }
  }
  if (accepted || buried) {
    core_->health.Accepted();
  } else {
    core_->health.AcceptedNothing();
  }
  return accepted || buried;
}

bool Drainer::TellFile() {
  std::vector<Verdict> verdicts = std::exchange(untold_, {});
  const auto accepted = std::stable_partition(
      verdicts.begin(), verdicts.end(),
      [](const Verdict& verdict) { return verdict.kind != Verdict::Kind::kAcknowledge; });
  std::vector<Verdict> done(std::make_move_iterator(accepted),
                            std::make_move_iterator(verdicts.end()));
  verdicts.erase(accepted, verdicts.end());
  if (!AcknowledgeAll(done)) untold_ = std::move(done);
  for (Verdict& verdict : verdicts) {
    if (!Tell(verdict)) untold_.push_back(std::move(verdict));
  }
  return untold_.empty();
}

bool Drainer::AcknowledgeAll(const std::vector<Verdict>& verdicts) {
  std::vector<std::string> receipts;
  receipts.reserve(verdicts.size());
  for (const Verdict& verdict : verdicts) receipts.push_back(verdict.delivery.receipt);
  if (!core_->store.source->Ack({.receipts = receipts}).ok()) return false;
  for (const Verdict& verdict : verdicts) Settle(verdict);
  core_->drained += verdicts.size();
  return true;
}

bool Drainer::Tell(const Verdict& verdict) {
  const std::string& receipt = verdict.delivery.receipt;
  absl::Status status;
  if (verdict.kind == Verdict::Kind::kBury) {
    status = core_->store.source->Bury({.receipt = receipt, .reason = verdict.reason});
  } else {
    const absl::Duration delay = backoff_.After(verdict.delivery.attempt);
    status = core_->store.source->Nack({.receipt = receipt, .delay = delay});
    if (status.ok()) dues_.push(In(delay));
  }
  if (!status.ok() && !absl::IsNotFound(status)) return false;
  Settle(verdict);
  return true;
}

void Drainer::Settle(const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::kRetry) return;
  const SpoolLedger::Note note = SpoolLedger::NoteOf(verdict.delivery.envelope);
  if (verdict.kind == Verdict::Kind::kBury) {
    core_->ledger.Bury(note);
  } else {
    core_->ledger.Release(note);
  }
}

Drainer::Pause Drainer::PauseAfterFailure() { return {In(backoff_.After(++failures_)), false}; }

std::optional<std::size_t> Drainer::CountWaiting() const {
  const auto depths = core_->store.browser->Depths();
  if (!depths.ok()) return std::nullopt;
  for (const QueueDepth& depth : *depths) {
    if (depth.queue == kSpoolQueue) return depth.envelopes;
  }
  return 0;
}

Drainer::Pause Drainer::PauseUntilDue() {
  if (const std::uint64_t mark = core_->ledger.BeginRecount(); mark != 0) {
    if (const auto waiting = CountWaiting()) core_->ledger.EndRecount(mark, *waiting);
  }
  const SteadyTime now = steady_clock::now();
  while (!dues_.empty() && dues_.top() <= now) dues_.pop();
  // What was delayed before the spool was opened is due by then as well.
  const SteadyTime latest = In(core_->options.max_backoff);
  return {dues_.empty() ? latest : std::min(latest, dues_.top()), true};
}

}  // namespace internal
}  // namespace omni::inline v0_1
