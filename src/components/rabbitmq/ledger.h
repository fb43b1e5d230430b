/// \file
/// Who waits for what: envelopes to be sent, sent and not confirmed, and those whom to answer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "omni/export.h"
#include "omni/ports/completion.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {
namespace internal::amqp {

/// One call of Enqueue. All but what never changes is the ledger's, under its lock.
struct OMNI_EXPORT Order {
  using TimePoint = std::chrono::steady_clock::time_point;
  using Deadlines = std::multimap<TimePoint, std::shared_ptr<Order>>;

  Envelopes envelopes = {};
  std::size_t bytes = 0;
  absl::Time enqueued_at = absl::InfinitePast();
  std::string dead_reason = {};
  TimePoint deadline = {};

  Completion<Settlement> done = {};
  std::vector<std::optional<absl::Status>> outcomes = {};  ///< those that have one are not sent
  std::size_t open = 0;                                    ///< envelopes without an outcome
  std::size_t sent = 0;                                    ///< those of them that are on their way
  bool is_answered = false;
  Deadlines::iterator alarm = {};

  /// The outcomes, and `rest` for those that have none.
  Settlement TakeSettlement(const absl::Status& rest);
};

/// An envelope on its way.
struct Sending {
  std::shared_ptr<Order> order = {};
  std::size_t index = 0;
  std::uint64_t tag = 0;
  std::optional<absl::Status> verdict = {};  ///< what came before the confirm

  [[nodiscard]] const Envelope& envelope() const { return order->envelopes[index]; }
};

/// Answers that are to be given. No lock is held meanwhile.
using Answers = std::vector<std::pair<Completion<Settlement>, Settlement>>;
void GiveAnswers(Answers answers);

/// Thread safety: thread-safe.
class OMNI_EXPORT Ledger {
 public:
  using TimePoint = Order::TimePoint;
  struct Limits {
    std::size_t envelopes = 0;
    std::size_t bytes = 0;
    std::size_t unconfirmed = 0;
    std::chrono::nanoseconds patience = {};
  };

  explicit Ledger(const Limits& limits) : limits_(limits) {}

  /// Takes the order over when OK; then `wakes` says whether the sender sleeps.
  absl::Status Add(const std::shared_ptr<Order>& order, bool& wakes);

  // The sender's.
  /// The next envelopes, in order, as many as may be unconfirmed; none: it may sleep.
  std::vector<Sending> TakeToSend(std::size_t limit);
  /// Before its confirm the broker has said what it will not do with this one: the first that was
  /// sent after `after` and is the one. Its tag.
  std::optional<std::uint64_t> Refuse(std::uint64_t after,
                                      const std::function<bool(const Envelope&)>& is_it,
                                      const absl::Status& verdict);
  /// The broker's confirm, of all up to the tag if `multiple`.
  Answers Settle(std::uint64_t tag, bool multiple, const absl::Status& outcome);
  /// It was not sent after all; the tags of those behind it move up.
  Answers Skip(const Sending& sending, const absl::Status& outcome);
  /// All that was sent fails. Tags begin anew.
  Answers FailSent(const absl::Status& outcome);
  /// What was sent and not confirmed is to be sent again, before all else. Tags begin anew.
  void Resend();
  /// The broker has confirmed none of the first for long, though many behind them; nobody waits for
  /// those first ones any more. A new connection forgets them.
  [[nodiscard]] bool is_clogged();
  /// It was stopped, and nobody waits any more.
  [[nodiscard]] bool is_over();

  /// The broker takes nothing from now on, and why; patience runs from the first time.
  void SetAway(const std::string& why);
  void SetBack();

  // The timekeeper's.
  /// Sleeps until somebody is to be answered. False: it is over.
  bool AwaitAlarm(Answers& answers);
  /// Takes nothing more. What waits is settled as far as the broker is there.
  void Stop();

 private:
  /// It is on its way no more.
  void Arrive(Order& order) OMNI_REQUIRES(mutex_);
  void SettleOne(Order& order, std::size_t index, const absl::Status& outcome, Answers& answers)
      OMNI_REQUIRES(mutex_);
  void Answer(Order& order, const absl::Status& rest, Answers& answers) OMNI_REQUIRES(mutex_);
  void DropAnswered() OMNI_REQUIRES(mutex_);
  void AnswerAll(const absl::Status& status, Answers& answers) OMNI_REQUIRES(mutex_);
  [[nodiscard]] bool has_lost_patience(TimePoint now) const OMNI_REQUIRES(mutex_);
  [[nodiscard]] TimePoint NextAlarm() const OMNI_REQUIRES(mutex_);

  const Limits limits_;

  Mutex mutex_;
  std::condition_variable_any alarm_;
  std::deque<Sending> waiting_ OMNI_GUARDED_BY(mutex_);
  std::deque<Sending> sent_ OMNI_GUARDED_BY(mutex_);     // by tag, without gaps
  std::size_t unconfirmed_ OMNI_GUARDED_BY(mutex_) = 0;  // of sent_: somebody waits for them
  std::uint64_t last_tag_ OMNI_GUARDED_BY(mutex_) = 0;
  Order::Deadlines deadlines_ OMNI_GUARDED_BY(mutex_);
  std::size_t envelopes_ OMNI_GUARDED_BY(mutex_) = 0;
  std::size_t bytes_ OMNI_GUARDED_BY(mutex_) = 0;
  std::size_t answered_waiting_ OMNI_GUARDED_BY(mutex_) = 0;  // of waiting_: nobody waits for them
  std::optional<TimePoint> away_since_ OMNI_GUARDED_BY(mutex_);
  std::string why_away_ OMNI_GUARDED_BY(mutex_);
  bool refuses_ OMNI_GUARDED_BY(mutex_) = false;
  TimePoint sleeps_until_ OMNI_GUARDED_BY(mutex_) = TimePoint::min();  // the timekeeper
  bool sleeps_ OMNI_GUARDED_BY(mutex_) = false;
  bool stopping_ OMNI_GUARDED_BY(mutex_) = false;
};

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
