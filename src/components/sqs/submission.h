/// \file
/// One call of Enqueue, until each of its envelopes is settled.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: confined to the loop.
class Submission {
 public:
  Submission(std::size_t count, absl::Time deadline, Completion<Settlement> done)
      : deadline_(deadline), left_(count), outcomes_(count), done_(std::move(done)) {}

  [[nodiscard]] absl::Time deadline() const { return deadline_; }
  [[nodiscard]] bool is_settled(std::size_t index) const { return outcomes_[index].has_value(); }
  [[nodiscard]] bool is_done() const { return left_ == 0; }

  /// The first outcome of an envelope counts; the last envelope's completes the call.
  void Settle(std::size_t index, absl::Status outcome) {
    if (outcomes_[index]) return;
    outcomes_[index] = std::move(outcome);
    if (--left_ > 0) return;
    Settlement settlement;
    settlement.outcomes.reserve(outcomes_.size());
    for (auto& settled : outcomes_) settlement.outcomes.push_back(std::exchange(*settled, {}));
    std::move(done_)(std::move(settlement));
  }
  void SettleRest(const absl::Status& outcome) {
    for (std::size_t i = 0; i < outcomes_.size(); ++i) Settle(i, outcome);
  }

 private:
  const absl::Time deadline_;
  std::size_t left_;
  std::vector<std::optional<absl::Status>> outcomes_;
  Completion<Settlement> done_;
};

/// Settles what was not settled in time, with one alarm for all.
///
/// Thread safety: confined to the loop.
class Deadlines {
 public:
  void Add(const std::shared_ptr<Submission>& submission) {
    if (submission->deadline() == absl::InfiniteFuture()) return;
    due_.emplace(std::pair(submission->deadline(), submission.get()), submission);
  }
  void Remove(const Submission& submission) { due_.erase({submission.deadline(), &submission}); }
  /// When the next one is due; InfiniteFuture when none is.
  [[nodiscard]] absl::Time next() const {
    return due_.empty() ? absl::InfiniteFuture() : due_.begin()->first.first;
  }
  /// One that is due, removed; none when there is none.
  std::shared_ptr<Submission> TakeDue(absl::Time now) {
    if (due_.empty() || due_.begin()->first.first > now) return nullptr;
    return std::move(due_.extract(due_.begin()).mapped());
  }

 private:
  std::map<std::pair<absl::Time, const Submission*>, std::shared_ptr<Submission>> due_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
