#include "components/rabbitmq/lending.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/absl_bridge.h"
#include "components/queue/receipt.h"
#include "components/rabbitmq/topology.h"
#include "omni/ports/entropy.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

/// What tells a message from others, over connections. Empty when nothing does: from a stranger.
std::string IdentityOf(const Message& message) {
  const Envelope& envelope = message.envelope;
  if (envelope.event_id.empty() && envelope.dedupe_key.empty()) return {};
  const char separator = '\0';
  return absl::StrCat(absl::ToUnixMicros(message.enqueued_at), absl::string_view(&separator, 1),
                      envelope.event_id, absl::string_view(&separator, 1), envelope.dedupe_key);
}

// So that no status is shared by two threads.
absl::Status CopyOf(const absl::Status& status) {
  return {status.code(), ToAbsl(ToStd(status.message()))};
}

absl::Status NoSuchLoan() { return absl::NotFoundError("the loan is over"); }

}  // namespace

Lending::Lending(std::shared_ptr<const Settings> settings) : settings_(std::move(settings)) {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes = {};
  MakeSystemEntropy()->Fill(bytes);
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof(seed));
  MutexLock lock(mutex_);
  schedule_.SeedTokens(seed);
}

bool Lending::Knows(const std::string& queue) {
  MutexLock lock(mutex_);
  return numbers_.contains(queue);
}

absl::StatusOr<QueueNumber> Lending::NumberOf(const std::string& queue) {
  MutexLock lock(mutex_);
  if (const auto found = numbers_.find(queue); found != numbers_.end()) return found->second;
  if (queues_.size() >= settings_->options.max_queues) {
    return absl::ResourceExhaustedError("the source consumes as many queues as it may");
  }
  const auto number = static_cast<QueueNumber>(queues_.size());
  queues_.push_back({.name = queue, .is_dead = HoldsDeadLetters(queue)});
  numbers_.emplace(queue, number);
  return number;
}

std::vector<std::string> Lending::Queues() {
  MutexLock lock(mutex_);
  std::vector<std::string> names;
  names.reserve(queues_.size());
  for (const Queue& queue : queues_) names.push_back(queue.name);
  return names;
}

Lending::Leased Lending::Lease(QueueNumber queue, const QueueSource::LeaseParams& params,
                               absl::Time end) {
  Leased leased;
  MutexLock lock(mutex_);
  while (true) {
    LendAll(queue, params, leased);
    if (!leased.deliveries.empty() || !leased.dead.empty() || params.limit == 0) return leased;
    const absl::Time now = absl::Now();
    if (now >= end) break;
    // Loans and delays are by the host's clock, which need not go as ours.
    const absl::Duration change = schedule_.NextChange(queue) - Now();
    const absl::Duration nap =
        std::min({end - now, std::max(change, absl::Milliseconds(1)), absl::Hours(1)});
    changed_.wait_for(mutex_, absl::ToChronoNanoseconds(nap));
  }
  const absl::Status& own = queues_[static_cast<std::size_t>(queue)].problem;
  leased.problem = CopyOf(connection_problem_.ok() ? own : connection_problem_);
  return leased;
}

void Lending::LendAll(QueueNumber queue, const QueueSource::LeaseParams& params, Leased& leased) {
  const absl::Time now = Now();
  while (leased.deliveries.size() < params.limit) {
    const auto loan = schedule_.Lend(queue, now, now + params.visibility);
    if (!loan) return;
    Held& held = HeldOf(loan->place.seq);
    if (held.tag == 0) {  // its loan ran out while the broker had it
      schedule_.Finish(loan->place.seq);
    } else if (held.attempts >= max_attempts() &&
               !queues_[static_cast<std::size_t>(queue)].is_dead) {
      leased.dead.push_back(
          MakeDead(held, held.reason.empty() ? "not acknowledged in time" : held.reason));
    } else {
      leased.deliveries.push_back(Lend(*loan, held));
    }
  }
}

Delivery Lending::Lend(const Schedule::Loan& loan, Held& held) {
  ++held.attempts;
  const Queue& queue = queues_[static_cast<std::size_t>(loan.place.queue)];
  Delivery delivery{.receipt = WriteReceipt({.seq = loan.place.seq, .token = loan.token}),
                    .envelope = held.message.envelope,
                    .attempt = held.attempts,
                    .enqueued_at = held.message.enqueued_at};
  delivery.envelope.queue = queue.name;
  if (queue.is_dead) delivery.dead_reason = held.message.dead_reason;
  return delivery;
}

DeadLetter Lending::MakeDead(Held& held, const std::string& reason) {
  held.is_moving = true;
  schedule_.Extend(held.place.seq, absl::InfiniteFuture());
  DeadLetter dead{.seq = held.place.seq,
                  .envelope = held.message.envelope,
                  .enqueued_at = held.message.enqueued_at,
                  .reason = reason};
  dead.envelope.queue =
      queues_[static_cast<std::size_t>(held.place.queue)].name + std::string(kDeadLetterSuffix);
  return dead;
}

const Schedule::Loan* Lending::FindLoan(const std::string& receipt) {
  const auto parsed = ParseReceipt(receipt);
  if (!parsed) return nullptr;
  const Schedule::Loan* loan = schedule_.Find(parsed->seq, parsed->token, Now());
  return loan == nullptr || HeldOf(loan->place.seq).is_moving ? nullptr : loan;
}

bool Lending::Ack(const std::string& receipt) {
  MutexLock lock(mutex_);
  const Schedule::Loan* loan = FindLoan(receipt);
  if (loan == nullptr) return false;
  Finish(loan->place.seq);
  return true;
}

/// The envelope is done with, here and, once it hears of it, at the broker.
void Lending::Finish(std::int64_t seq) {
  const auto found = held_.find(seq);
  const Held& held = found->second;
  Queue& queue = queues_[static_cast<std::size_t>(held.place.queue)];
  Remember(queue, held.identity);
  if (held.tag != 0) {
    acks_.push_back({.queue = held.place.queue, .tag = held.tag});
  } else {
    const auto [first, last] = queue.absent.equal_range(held.identity);
    const auto absent = std::find_if(first, last, [&](const auto& a) { return a.second == seq; });
    if (absent != last) queue.absent.erase(absent);
  }
  schedule_.Finish(seq);
  held_.erase(found);
  changed_.notify_all();
}

/// As many as the broker may not have heard of, and some.
void Lending::Remember(Queue& queue, const std::string& identity) {
  if (identity.empty() || !queue.done.insert(identity).second) return;
  queue.done_in_order.push_back(identity);
  if (queue.done_in_order.size() <= std::size_t{2} * settings_->options.prefetch) return;
  queue.done.erase(queue.done_in_order.front());
  queue.done_in_order.pop_front();
}

void Lending::Forget(Queue& queue, const std::string& identity) {
  if (queue.done.erase(identity) != 0) std::erase(queue.done_in_order, identity);
}

absl::Status Lending::Nack(const QueueSource::NackParams& params, std::optional<DeadLetter>& dead) {
  MutexLock lock(mutex_);
  const Schedule::Loan* loan = FindLoan(params.receipt);
  if (loan == nullptr) return NoSuchLoan();
  Held& held = HeldOf(loan->place.seq);
  held.reason = params.reason;
  const bool is_last = held.attempts >= max_attempts() &&
                       !queues_[static_cast<std::size_t>(held.place.queue)].is_dead;
  if (is_last && held.tag != 0) {
    dead = MakeDead(held, params.reason);
  } else {
    GiveBack(held,
             params.delay > absl::ZeroDuration() ? Now() + params.delay : absl::InfinitePast());
  }
  return absl::OkStatus();
}

void Lending::GiveBack(Held& held, absl::Time due) {
  held.due = due;
  if (held.tag != 0) {
    schedule_.Return(held.place.seq, due);
  } else {
    schedule_.Finish(held.place.seq);  // it waits again once the broker has delivered it
  }
  changed_.notify_all();
}

absl::Status Lending::Extend(const QueueSource::ExtendParams& params) {
  MutexLock lock(mutex_);
  const Schedule::Loan* loan = FindLoan(params.receipt);
  if (loan == nullptr) return NoSuchLoan();
  schedule_.Extend(loan->place.seq, Now() + params.visibility);
  return absl::OkStatus();
}

void Lending::OnMoved(std::int64_t seq, bool is_moved) {
  MutexLock lock(mutex_);
  const auto found = held_.find(seq);
  if (found == held_.end()) return;
  if (is_moved) return Finish(seq);
  found->second.is_moving = false;
  GiveBack(found->second, Now() + settings_->options.min_backoff);
}

std::vector<Delivery> Lending::TakeWaiting(QueueNumber queue, std::size_t limit) {
  std::vector<Delivery> deliveries;
  MutexLock lock(mutex_);
  while (deliveries.size() < limit) {
    const auto loan = schedule_.Lend(queue, Now(), absl::InfiniteFuture());
    if (!loan) break;
    Held& held = HeldOf(loan->place.seq);
    if (held.tag == 0) {
      schedule_.Finish(loan->place.seq);
      continue;
    }
    deliveries.push_back(Lend(*loan, held));
  }
  return deliveries;
}

void Lending::OnDelivery(QueueNumber number, std::uint64_t tag, bool is_again, Message message) {
  MutexLock lock(mutex_);
  const std::string identity = IdentityOf(message);
  if (is_again && Recognize(number, tag, identity)) return;
  if (!is_again) {
    ForgetAbsent(number);
    // One of that identity was put there anew, and is not what was done.
    Forget(queues_[static_cast<std::size_t>(number)], identity);
  }
  const std::int64_t seq = ++last_seq_;
  // A classic queue does not count.
  const std::int64_t returns = std::max<std::int64_t>(message.returns, is_again ? 1 : 0);
  Held held{.place = {.queue = number, .group = message.envelope.group, .seq = seq},
            .tag = tag,
            .identity = identity,
            .attempts = static_cast<int>(std::min<std::int64_t>(returns, 1'000'000)),
            .message = {}};
  held.message = std::move(message);
  schedule_.Add(held.place);
  held_.emplace(seq, std::move(held));
  changed_.notify_all();
}

/// Whether it is one that was here before the connection was lost.
bool Lending::Recognize(QueueNumber number, std::uint64_t tag, const std::string& identity) {
  if (identity.empty()) return false;
  Queue& queue = queues_[static_cast<std::size_t>(number)];
  if (queue.done.contains(identity)) {
    acks_.push_back({.queue = number, .tag = tag});
    return true;
  }
  const auto absent = queue.absent.find(identity);
  if (absent == queue.absent.end()) return false;
  const std::int64_t seq = absent->second;
  queue.absent.erase(absent);
  Held& held = HeldOf(seq);
  held.tag = tag;
  if (!schedule_.IsLent(seq)) {
    schedule_.Remove(held.place);  // where a loan that ran out meanwhile has put it
    schedule_.Add(held.place, held.due);
    changed_.notify_all();
  }
  return true;
}

/// What the broker delivers for the first time comes after all that it delivers again: whatever it
/// has not delivered by then, somebody else has.
void Lending::ForgetAbsent(QueueNumber number) {
  Queue& queue = queues_[static_cast<std::size_t>(number)];
  std::erase_if(queue.absent, [&](const auto& absent) OMNI_REQUIRES(mutex_) {
    if (schedule_.IsLent(absent.second)) return false;
    schedule_.Remove(HeldOf(absent.second).place);
    held_.erase(absent.second);
    return true;
  });
}

void Lending::OnLost(QueueNumber number) {
  MutexLock lock(mutex_);
  Queue& queue = queues_[static_cast<std::size_t>(number)];
  std::erase_if(acks_, [&](const Acknowledgement& ack) { return ack.queue == number; });
  for (auto it = held_.begin(); it != held_.end();) {
    Held& held = it->second;
    const std::int64_t seq = it->first;
    ++it;
    if (held.place.queue != number || held.tag == 0) continue;
    held.tag = 0;
    const bool is_lent = schedule_.IsLent(seq);
    if (!is_lent) schedule_.Remove(held.place);
    if (!held.identity.empty()) {
      queue.absent.emplace(held.identity, seq);
      continue;
    }
    if (is_lent) schedule_.Finish(seq);  // nothing tells that it is the same when it comes again
    held_.erase(seq);
  }
}

void Lending::SetProblem(QueueNumber queue, const absl::Status& problem) {
  MutexLock lock(mutex_);
  queues_[static_cast<std::size_t>(queue)].problem = CopyOf(problem);
}

void Lending::SetConnectionProblem(const absl::Status& problem) {
  MutexLock lock(mutex_);
  connection_problem_ = CopyOf(problem);
}

std::vector<Lending::Acknowledgement> Lending::TakeAcks() {
  MutexLock lock(mutex_);
  return std::exchange(acks_, {});
}

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
