#include "omni/components/spool.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "components/spool/core.h"
#include "components/spool/drainer.h"
#include "components/spool/wrapping.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

absl::Status Full() {
  return MakeError(absl::StatusCode::kUnavailable, "the spool is full",
                   {.reason = "spool_full", .blame = Blame::kDependency});
}

/// One call of Enqueue. Thread safety: confined, to whoever works on it at the time.
struct Call {
  Envelopes envelopes = {};
  absl::Time deadline = absl::InfiniteFuture();
  Completion<Settlement> done = {};
  Settlement settlement = {};

  void Finish() { std::move(done)(std::move(settlement)); }
};
using CallPtr = std::shared_ptr<Call>;
using Indices = std::vector<std::size_t>;

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
/// So often one call comes to the engine with the next envelope of a group.
constexpr int kMaxOffers = 64;

/// Where the envelopes of a call go.
struct Ways {
  Indices engine = {};  ///< the first of each group
  Indices next = {};    ///< by envelope: the next one of its group that is for the engine, or kNone
  Indices file = {};
  absl::Time engine_deadline = absl::InfiniteFuture();
  int offers = 0;
  bool accepted = false;  ///< the engine has, or has judged, some

  /// The envelope goes to the file, and its group behind it.
  void TurnToFile(std::size_t index) {
    for (; index != kNone; index = next[index]) file.push_back(index);
  }
};

/// The sink's side of the spool. Outlives the spool where a completion is pending.
///
/// Thread safety: thread-safe.
class Intake : public std::enable_shared_from_this<Intake> {
 public:
  explicit Intake(std::shared_ptr<SpoolCore> core) : core_(std::move(core)), drainer_(core_) {}

  void Enqueue(const CallPtr& call);
  [[nodiscard]] Drainer& drainer() { return drainer_; }
  [[nodiscard]] SpoolCore& core() { return *core_; }

 private:
  [[nodiscard]] Ways Divide(const Envelopes& envelopes) const;
  [[nodiscard]] absl::Time EngineDeadline(absl::Time deadline) const;
  /// Of each group one envelope: what the engine refuses must not be overtaken by what comes behind
  /// it.
  void Offer(const CallPtr& call, Ways ways);
  // Whether the call is settled. Who finishes it lets go of the intake first: whoever hears of it
  // may take the spool down, and then the file is closed when that is done.
  [[nodiscard]] bool OnOffered(const CallPtr& call, Ways ways, const Settlement& settlement);
  [[nodiscard]] bool Keep(const CallPtr& call, Indices indices);
  void OnKept(const CallPtr& call, const Indices& indices,
              const std::vector<SpoolLedger::Note>& notes, const Settlement& settlement);

  const std::shared_ptr<SpoolCore> core_;
  Drainer drainer_;
};

void Intake::Enqueue(const CallPtr& call) {
  call->settlement.outcomes.resize(call->envelopes.size());
  Ways ways = Divide(call->envelopes);
  ways.engine_deadline = EngineDeadline(call->deadline);
  if (!ways.engine.empty()) return Offer(call, std::move(ways));
  if (Keep(call, std::move(ways.file))) call->Finish();
}

Ways Intake::Divide(const Envelopes& envelopes) const {
  const bool all = core_->options.mode == SpoolMode::kAlways ||
                   (core_->health.is_down() && core_->ledger.counts().waiting > 0);
  Ways ways;
  ways.next.resize(envelopes.size(), kNone);
  // Once behind, behind: a group may be drained while we look.
  std::set<std::string> behind;
  std::map<std::string, std::size_t> last;  // of each group, of those for the engine
  for (std::size_t i = 0; i < envelopes.size(); ++i) {
    std::string group = SpoolGroup(envelopes[i]);
    if (all || behind.contains(group) || core_->ledger.IsWaiting(group)) {
      ways.file.push_back(i);
      if (!group.empty()) behind.insert(std::move(group));
    } else if (const auto before = last.find(group); before != last.end()) {
      ways.next[std::exchange(before->second, i)] = i;
    } else {
      ways.engine.push_back(i);
      if (!group.empty()) last.emplace(std::move(group), i);
    }
  }
  return ways;
}

absl::Time Intake::EngineDeadline(absl::Time deadline) const {
  const absl::Time now = core_->options.clock->Now();
  // The rest is for the file.
  return now + std::min(core_->options.engine_timeout, (deadline - now) / 2);
}

void Intake::Offer(const CallPtr& call, Ways ways) {
  QueueSink::EnqueueParams params;
  params.deadline = ways.engine_deadline;
  params.envelopes.reserve(ways.engine.size());
  for (const std::size_t index : ways.engine) params.envelopes.push_back(call->envelopes[index]);
  core_->engine->Enqueue(std::move(params),
                         [self = shared_from_this(), call,
                          ways = std::move(ways)](const Settlement& settlement) mutable {
                           if (!self->OnOffered(call, std::move(ways), settlement)) return;
                           self.reset();
                           call->Finish();
                         });
}

bool Intake::OnOffered(const CallPtr& call, Ways ways, const Settlement& settlement) {
  const absl::Time now = core_->options.clock->Now();
  const Indices offered = std::exchange(ways.engine, {});
  const bool may_go_on = ++ways.offers < kMaxOffers && now < ways.engine_deadline;
  bool failed = false;
  for (std::size_t i = 0; i < offered.size(); ++i) {
    const std::size_t index = offered[i];
    const std::size_t next = ways.next[index];
    absl::Status outcome = OutcomeOf(settlement, i);
    if (IsAccepted(outcome) || IsRefusedForGood(outcome)) {
      ways.accepted = true;
      call->settlement.outcomes[index] = std::move(outcome);
      if (may_go_on && next != kNone) {
        ways.engine.push_back(next);
      } else {
        ways.TurnToFile(next);
      }
    } else {
      failed = true;
      core_->health.Refused(outcome, now);
      ways.TurnToFile(index);
    }
  }
  if (failed && !ways.accepted) core_->health.AcceptedNothing();
  if (!ways.engine.empty()) {
    Offer(call, std::move(ways));
    return false;
  }
  std::sort(ways.file.begin(), ways.file.end());
  return ways.file.empty() || Keep(call, std::move(ways.file));
}

bool Intake::Keep(const CallPtr& call, Indices indices) {
  QueueSink::EnqueueParams params;
  params.deadline = call->deadline;
  params.envelopes.reserve(indices.size());
  std::vector<SpoolLedger::Note> notes;
  notes.reserve(indices.size());
  for (const std::size_t index : indices) {
    params.envelopes.push_back(Wrap(std::move(call->envelopes[index])));
    notes.push_back(SpoolLedger::NoteOf(params.envelopes.back()));
  }
  if (!core_->ledger.Reserve(notes)) {
    for (const std::size_t index : indices) call->settlement.outcomes[index] = Full();
    return true;
  }
  core_->store.sink->Enqueue(std::move(params),
                             [self = shared_from_this(), call, indices = std::move(indices),
                              notes = std::move(notes)](const Settlement& settlement) mutable {
                               self->OnKept(call, indices, notes, settlement);
                               self.reset();
                               call->Finish();
                             });
  return false;
}

void Intake::OnKept(const CallPtr& call, const Indices& indices,
                    const std::vector<SpoolLedger::Note>& notes, const Settlement& settlement) {
  using Kept = SpoolLedger::Kept;
  std::vector<Kept> kept;
  kept.reserve(indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    absl::Status outcome = OutcomeOf(settlement, i);
    // Too late for the caller is not too late for the file.
    const bool in_doubt = absl::IsDeadlineExceeded(outcome);
    kept.push_back(outcome.ok() ? Kept::kYes : in_doubt ? Kept::kInDoubt : Kept::kNo);
    call->settlement.outcomes[indices[i]] = std::move(outcome);
  }
  core_->ledger.Settle(notes, kept);
  drainer_.Wake();
}

/// Thread safety: thread-safe.
class FileSpool final : public Spool {
 public:
  explicit FileSpool(std::shared_ptr<Intake> intake) : intake_(std::move(intake)) {}
  ~FileSpool() override { intake_->drainer().Stop(); }

  void Enqueue(EnqueueParams params, Completion<Settlement> done) override {
    if (params.envelopes.empty()) return std::move(done)(Settlement{});
    intake_->Enqueue(std::make_shared<Call>(Call{.envelopes = std::move(params.envelopes),
                                                 .deadline = params.deadline,
                                                 .done = std::move(done)}));
  }

  [[nodiscard]] SpoolStats stats() const override {
    SpoolCore& core = intake_->core();
    const SpoolLedger::Counts counts = core.ledger.counts();
    EngineHealth::Report health = core.health.report();
    SpoolStats stats{.waiting = counts.waiting,
                     .dead = counts.dead,
                     .bytes = counts.bytes,
                     .drained = core.drained,
                     .engine_is_down = health.is_down,
                     .last_error = std::move(health.last_error),
                     .last_error_at = health.last_error_at};
    const auto oldest = core.store.browser->Browse({.queue = kSpoolQueue, .limit = 1});
    if (oldest.ok() && !oldest->empty()) {
      stats.oldest_age =
          std::max(absl::ZeroDuration(), core.options.clock->Now() - oldest->front().enqueued_at);
    }
    return stats;
  }

  [[nodiscard]] absl::StatusOr<std::vector<QueuedEnvelope>> ListDead(std::size_t limit) override {
    OMNI_ASSIGN_OR_RETURN(auto dead, intake_->core().store.browser->Browse(
                                         {.queue = SpoolDeadQueue(), .limit = limit}));
    for (QueuedEnvelope& letter : dead) letter.envelope = Unwrap(std::move(letter.envelope));
    return dead;
  }

  [[nodiscard]] absl::StatusOr<std::size_t> Redrive(std::size_t limit) override {
    SpoolCore& core = intake_->core();
    const std::size_t begun = core.ledger.BeginRedrive(limit);
    if (begun == 0) return 0;
    auto moved = core.store.source->Redrive({.queue = kSpoolQueue, .limit = begun});
    core.ledger.EndRedrive(begun, moved.ok() ? *moved : 0);
    intake_->drainer().Wake();
    return moved;
  }

 private:
  const std::shared_ptr<Intake> intake_;
};

absl::Status OptionError(const std::string& problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, problem,
                   {.reason = "invalid_option", .blame = Blame::kHost});
}

absl::Status CheckOptions(const SpoolOptions& options) {
  if (options.max_batch == 0) return OptionError("max_batch must be positive");
  if (options.engine_timeout <= absl::ZeroDuration()) {
    return OptionError("engine_timeout must be positive");
  }
  if (options.min_backoff <= absl::ZeroDuration() || options.max_backoff < options.min_backoff) {
    return OptionError("min_backoff must be positive and not above max_backoff");
  }
  return absl::OkStatus();
}

/// What the file holds from before.
absl::StatusOr<SpoolLedger::Counts> CountsOf(QueueBrowser& browser) {
  OMNI_ASSIGN_OR_RETURN(const std::vector<QueueDepth> depths, browser.Depths());
  SpoolLedger::Counts counts;
  for (const QueueDepth& depth : depths) {
    (depth.queue == kSpoolQueue ? counts.waiting : counts.dead) += depth.envelopes;
    counts.bytes += depth.bytes;
  }
  return counts;
}

}  // namespace
}  // namespace internal

absl::StatusOr<std::shared_ptr<Spool>> OpenSpool(std::shared_ptr<QueueSink> engine,
                                                 const SpoolOptions& options) {
  OMNI_RETURN_IF_ERROR(internal::CheckOptions(options));
  SpoolOptions complete = options;
  if (complete.clock == nullptr) complete.clock = MakeSystemClock();
  SqliteOptions file;
  file.path = complete.path;
  file.clock = complete.clock;
  file.keep_keys = complete.keep_keys;
  // It is for the engine to say what is hopeless, and for a person what is forgotten.
  file.max_attempts = std::numeric_limits<int>::max();
  file.keep_dead = absl::Hours(24 * 365 * 100);
  OMNI_ASSIGN_OR_RETURN(SqliteStore store, OpenSqlite(file));
  OMNI_ASSIGN_OR_RETURN(const auto counts, internal::CountsOf(*store.browser));
  const auto core =
      std::make_shared<internal::SpoolCore>(std::move(engine), complete, std::move(store), counts);
  const auto intake = std::make_shared<internal::Intake>(core);
  OMNI_RETURN_IF_ERROR(intake->drainer().Start());
  return std::make_shared<internal::FileSpool>(intake);
}

}  // namespace omni::inline v0_1
