#include "components/rabbitmq/ledger.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/absl_bridge.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

/// So many times what may be unconfirmed is remembered behind one that is not confirmed.
constexpr std::size_t kMostSent = 16;

// So that no status is shared by two threads.
absl::Status CopyOf(const absl::Status& status) {
  return {status.code(), ToAbsl(ToStd(status.message()))};
}

absl::Status NotConfirmed() {
  return absl::DeadlineExceededError("the broker did not confirm in time");
}

}  // namespace

Settlement Order::TakeSettlement(const absl::Status& rest) {
  Settlement settlement;
  settlement.outcomes.reserve(outcomes.size());
  for (std::optional<absl::Status>& outcome : outcomes) {
    settlement.outcomes.push_back(outcome ? *std::move(outcome) : CopyOf(rest));
  }
  return settlement;
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): they are given away
void GiveAnswers(Answers answers) {
  for (auto& [done, settlement] : answers) std::move(done)(std::move(settlement));
}

absl::Status Ledger::Add(const std::shared_ptr<Order>& order, bool& wakes) {
  const std::size_t count = order->envelopes.size();
  MutexLock lock(mutex_);
  if (stopping_) return absl::UnavailableError("the sink was closed");
  if (refuses_) return absl::UnavailableError(why_away_);
  if (count > limits_.envelopes - std::min(envelopes_, limits_.envelopes) ||
      order->bytes > limits_.bytes - std::min(bytes_, limits_.bytes)) {
    return absl::UnavailableError("too much waits for the broker");
  }
  envelopes_ += count;
  bytes_ += order->bytes;
  order->outcomes.resize(count);
  order->alarm = deadlines_.emplace(order->deadline, order);
  for (std::size_t i = 0; i < count; ++i) {
    if (order->outcomes[i]) continue;
    ++order->open;
    waiting_.push_back({.order = order, .index = i});
  }
  if (order->deadline < sleeps_until_) alarm_.notify_one();
  wakes = std::exchange(sleeps_, false);
  return absl::OkStatus();
}

std::vector<Sending> Ledger::TakeToSend(std::size_t limit) {
  std::vector<Sending> taken;
  MutexLock lock(mutex_);
  sleeps_ = false;
  while (taken.size() < limit && unconfirmed_ < limits_.unconfirmed && !waiting_.empty()) {
    Sending sending = std::move(waiting_.front());
    waiting_.pop_front();
    if (sending.order->is_answered) {
      --answered_waiting_;
      continue;
    }
    sending.tag = ++last_tag_;
    ++sending.order->sent;
    ++unconfirmed_;
    sent_.push_back(sending);
    taken.push_back(std::move(sending));
  }
  if (taken.empty()) sleeps_ = waiting_.empty();
  return taken;
}

std::optional<std::uint64_t> Ledger::Refuse(std::uint64_t after,
                                            const std::function<bool(const Envelope&)>& is_it,
                                            const absl::Status& verdict) {
  MutexLock lock(mutex_);
  for (Sending& sending : sent_) {
    if (sending.order == nullptr) continue;  // it is confirmed
    if (sending.tag <= after || !is_it(sending.envelope())) continue;
    sending.verdict = CopyOf(verdict);
    return sending.tag;
  }
  return std::nullopt;
}

Answers Ledger::Settle(std::uint64_t tag, bool multiple, const absl::Status& outcome) {
  Answers answers;
  MutexLock lock(mutex_);
  if (sent_.empty() || tag < sent_.front().tag || tag > last_tag_) return answers;
  const auto settle = [&](Sending& sending) OMNI_REQUIRES(mutex_) {
    if (sending.order == nullptr) return;
    const absl::Status& verdict = sending.verdict ? *sending.verdict : outcome;
    Arrive(*sending.order);
    SettleOne(*sending.order, sending.index, verdict, answers);
    sending.order.reset();
  };
  if (multiple) {
    while (!sent_.empty() && sent_.front().tag <= tag) {
      settle(sent_.front());
      sent_.pop_front();
    }
  } else {
    settle(sent_[static_cast<std::size_t>(tag - sent_.front().tag)]);
  }
  while (!sent_.empty() && sent_.front().order == nullptr) sent_.pop_front();
  return answers;
}

Answers Ledger::Skip(const Sending& sending, const absl::Status& outcome) {
  Answers answers;
  MutexLock lock(mutex_);
  const auto it = std::find_if(sent_.begin(), sent_.end(), [&](const Sending& other) {
    return other.order == sending.order && other.index == sending.index;
  });
  if (it == sent_.end()) return answers;
  Arrive(*it->order);
  SettleOne(*it->order, it->index, outcome, answers);
  for (auto behind = sent_.erase(it); behind != sent_.end(); ++behind) --behind->tag;
  --last_tag_;
  return answers;
}

Answers Ledger::FailSent(const absl::Status& outcome) {
  Answers answers;
  MutexLock lock(mutex_);
  for (const Sending& sending : sent_) {
    if (sending.order == nullptr) continue;
    Arrive(*sending.order);
    SettleOne(*sending.order, sending.index, outcome, answers);
  }
  sent_.clear();
  last_tag_ = 0;
  return answers;
}

void Ledger::Resend() {
  MutexLock lock(mutex_);
  while (!sent_.empty()) {
    Sending& last = sent_.back();
    if (last.order != nullptr && !last.order->is_answered) {
      Arrive(*last.order);
      waiting_.push_front({.order = std::move(last.order), .index = last.index});
    }
    sent_.pop_back();
  }
  last_tag_ = 0;
}

bool Ledger::is_clogged() {
  MutexLock lock(mutex_);
  return sent_.size() > kMostSent * limits_.unconfirmed && sent_.front().order->is_answered;
}

bool Ledger::is_over() {
  MutexLock lock(mutex_);
  return stopping_ && deadlines_.empty();
}

void Ledger::Arrive(Order& order) {
  if (order.is_answered) return;
  --order.sent;
  --unconfirmed_;
}

void Ledger::SettleOne(Order& order, std::size_t index, const absl::Status& outcome,
                       Answers& answers) {
  if (order.is_answered || order.outcomes[index]) return;
  order.outcomes[index] = CopyOf(outcome);
  if (--order.open == 0) Answer(order, absl::OkStatus(), answers);
}

void Ledger::Answer(Order& order, const absl::Status& rest, Answers& answers) {
  Settlement settlement = order.TakeSettlement(rest);
  order.is_answered = true;
  envelopes_ -= order.outcomes.size();
  bytes_ -= order.bytes;
  unconfirmed_ -= std::exchange(order.sent, 0);
  answers.emplace_back(std::move(order.done), std::move(settlement));
  deadlines_.erase(order.alarm);
  if (stopping_ && deadlines_.empty()) alarm_.notify_one();
}

void Ledger::DropAnswered() {
  // Mostly they are in front, because deadlines mostly have the order of the calls.
  while (!waiting_.empty() && waiting_.front().order->is_answered) {
    waiting_.pop_front();
    --answered_waiting_;
  }
  if (answered_waiting_ * 2 < waiting_.size()) return;
  std::erase_if(waiting_, [](const Sending& sending) { return sending.order->is_answered; });
  answered_waiting_ = 0;
}

void Ledger::AnswerAll(const absl::Status& status, Answers& answers) {
  while (!deadlines_.empty()) {
    const std::shared_ptr<Order> order = deadlines_.begin()->second;
    Answer(*order, status, answers);
  }
  waiting_.clear();
  answered_waiting_ = 0;
}

void Ledger::SetAway(const std::string& why) {
  MutexLock lock(mutex_);
  if (!away_since_) away_since_ = std::chrono::steady_clock::now();
  why_away_ = why;
  alarm_.notify_one();
}

void Ledger::SetBack() {
  MutexLock lock(mutex_);
  away_since_.reset();
  refuses_ = false;
}

bool Ledger::has_lost_patience(TimePoint now) const {
  return away_since_ && now - *away_since_ >= limits_.patience;
}

Ledger::TimePoint Ledger::NextAlarm() const {
  TimePoint next = deadlines_.empty() ? TimePoint::max() : deadlines_.begin()->first;
  if (away_since_ && !refuses_) next = std::min(next, *away_since_ + limits_.patience);
  return next;
}

bool Ledger::AwaitAlarm(Answers& answers) {
  MutexLock lock(mutex_);
  while (true) {
    const TimePoint now = std::chrono::steady_clock::now();
    if (has_lost_patience(now)) {
      refuses_ = true;
      AnswerAll(absl::UnavailableError(why_away_), answers);
    }
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      const std::shared_ptr<Order> order = deadlines_.begin()->second;
      const std::size_t open = order->open;
      Answer(*order, NotConfirmed(), answers);
      answered_waiting_ += open;  // at most: some of it may be on its way
    }
    if (!answers.empty()) {
      DropAnswered();
      return true;
    }
    if (stopping_ && deadlines_.empty()) return false;
    sleeps_until_ = NextAlarm();
    if (sleeps_until_ == TimePoint::max()) {
      alarm_.wait(mutex_);
    } else {
      alarm_.wait_until(mutex_, sleeps_until_);
    }
    sleeps_until_ = TimePoint::min();
  }
}

void Ledger::Stop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  alarm_.notify_one();
}

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
