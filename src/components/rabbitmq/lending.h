/// \file
/// What the broker has handed to this source: what waits, what is lent, and what is done.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "components/queue/schedule.h"
#include "components/rabbitmq/message.h"
#include "components/rabbitmq/settings.h"
#include "omni/export.h"
#include "omni/ports/queue_source.h"

namespace omni::inline v0_1 {
namespace internal::amqp {

/// Number of a queue that the source consumes, from 0.
using QueueNumber = std::int64_t;

/// An envelope that was tried too often and is to be moved to the dead letters.
struct DeadLetter {
  std::int64_t seq = 0;
  Envelope envelope = {};  ///< with the queue of the dead letters
  absl::Time enqueued_at = absl::InfinitePast();
  std::string reason = {};
};

/// The broker knows messages by connection; this knows them over connections. What was lent when a
/// connection was lost stays lent, and is known again when the broker delivers it once more; what
/// was done is acknowledged again and not lent.
///
/// Thread safety: thread-safe.
class OMNI_EXPORT Lending {
 public:
  explicit Lending(std::shared_ptr<const Settings> settings);

  // The callers'.
  struct Leased {
    std::vector<Delivery> deliveries = {};
    std::vector<DeadLetter> dead = {};  ///< to be moved
    absl::Status problem = {};          ///< with the queue, when there was nothing
  };
  [[nodiscard]] bool Knows(const std::string& queue);
  /// The number of the queue, new when nobody asked for it before. Errors: ResourceExhausted.
  absl::StatusOr<QueueNumber> NumberOf(const std::string& queue);
  /// What may be lent, until `end` waiting for something; returns early when there are dead ones.
  Leased Lease(QueueNumber queue, const QueueSource::LeaseParams& params, absl::Time end);
  /// Whether the loan was there.
  bool Ack(const std::string& receipt);
  /// Errors: NotFound. `dead` is filled when that was the last attempt.
  absl::Status Nack(const QueueSource::NackParams& params, std::optional<DeadLetter>& dead);
  absl::Status Extend(const QueueSource::ExtendParams& params);
  /// The dead letter was moved, or could not be.
  void OnMoved(std::int64_t seq, bool is_moved);
  /// Lends what waits in the queue, until it is said what becomes of it.
  std::vector<Delivery> TakeWaiting(QueueNumber queue, std::size_t limit);

  // The consumer's.
  struct Acknowledgement {
    QueueNumber queue = 0;
    std::uint64_t tag = 0;
  };
  std::vector<std::string> Queues();
  void OnDelivery(QueueNumber number, std::uint64_t tag, bool is_again, Message message);
  /// The broker delivers again what was not acknowledged.
  void OnLost(QueueNumber number);
  void SetProblem(QueueNumber queue, const absl::Status& problem);
  void SetConnectionProblem(const absl::Status& problem);
  std::vector<Acknowledgement> TakeAcks();

 private:
  struct Held {
    Schedule::Place place = {};
    std::uint64_t tag = 0;  ///< 0: the broker has it
    std::string identity = {};
    int attempts = 0;
    absl::Time due = absl::InfinitePast();
    std::string reason = {};
    Message message = {};
    bool is_moving = false;
  };
  struct Queue {
    std::string name = {};
    bool is_dead = false;
    absl::Status problem = {};
    std::unordered_multimap<std::string, std::int64_t> absent = {};  ///< by identity
    std::unordered_set<std::string> done = {};                       ///< identities
    std::deque<std::string> done_in_order = {};
  };

  const Schedule::Loan* FindLoan(const std::string& receipt) OMNI_REQUIRES(mutex_);
  Held& HeldOf(std::int64_t seq) OMNI_REQUIRES(mutex_) { return held_.find(seq)->second; }
  void LendAll(QueueNumber queue, const QueueSource::LeaseParams& params, Leased& leased)
      OMNI_REQUIRES(mutex_);
  Delivery Lend(const Schedule::Loan& loan, Held& held) OMNI_REQUIRES(mutex_);
  DeadLetter MakeDead(Held& held, const std::string& reason) OMNI_REQUIRES(mutex_);
  void GiveBack(Held& held, absl::Time due) OMNI_REQUIRES(mutex_);
  void Finish(std::int64_t seq) OMNI_REQUIRES(mutex_);
  static void Forget(Queue& queue, const std::string& identity);
  void Remember(Queue& queue, const std::string& identity) OMNI_REQUIRES(mutex_);
  bool Recognize(QueueNumber number, std::uint64_t tag, const std::string& identity)
      OMNI_REQUIRES(mutex_);
  void ForgetAbsent(QueueNumber number) OMNI_REQUIRES(mutex_);
  [[nodiscard]] absl::Time Now() const { return settings_->options.clock->Now(); }
  [[nodiscard]] int max_attempts() const { return settings_->options.topology.max_attempts; }

  const std::shared_ptr<const Settings> settings_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  Schedule schedule_ OMNI_GUARDED_BY(mutex_);
  std::map<std::int64_t, Held> held_ OMNI_GUARDED_BY(mutex_);
  std::deque<Queue> queues_ OMNI_GUARDED_BY(mutex_);
  std::unordered_map<std::string, QueueNumber> numbers_ OMNI_GUARDED_BY(mutex_);
  std::vector<Acknowledgement> acks_ OMNI_GUARDED_BY(mutex_);
  absl::Status connection_problem_ OMNI_GUARDED_BY(mutex_);
  std::int64_t last_seq_ OMNI_GUARDED_BY(mutex_) = 0;
};

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
