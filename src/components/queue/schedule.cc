#include "components/queue/schedule.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace omni::inline v0_1 {
namespace internal {

void Schedule::Line::Insert(std::int64_t number) {
  if (empty() || numbers_.back() < number) {
    numbers_.push_back(number);
    return;
  }
  if (number < front() && begin_ > 0) {
    numbers_[--begin_] = number;
    return;
  }
  const auto first = numbers_.begin() + static_cast<std::ptrdiff_t>(begin_);
  numbers_.insert(std::lower_bound(first, numbers_.end(), number), number);
}

void Schedule::Line::PopFront() {
  ++begin_;
  if (begin_ < 64 || begin_ * 2 < numbers_.size()) return;
  numbers_.erase(numbers_.begin(), numbers_.begin() + static_cast<std::ptrdiff_t>(begin_));
  begin_ = 0;
}

void Schedule::Line::Remove(std::int64_t number) {
  const auto first = numbers_.begin() + static_cast<std::ptrdiff_t>(begin_);
  const auto found = std::lower_bound(first, numbers_.end(), number);
  if (found != numbers_.end() && *found == number) numbers_.erase(found);
}

// A name of a group cannot be that of an entry without one: the first byte tells them apart.
std::string Schedule::NameOf(const Place& place) {
  return place.group.empty() ? absl::StrCat("#", place.seq) : absl::StrCat("g", place.group);
}

Schedule::Group& Schedule::GroupOf(Queue& queue, const Place& place) {
  std::string name = NameOf(place);
  auto& group = queue.groups[name];
  if (group == nullptr) group = std::make_unique<Group>(Group{.name = std::move(name)});
  return *group;
}

// Most often another entry came behind one that waits, and nothing has to move.
void Schedule::Settle(Queue& queue, Group& group) {
  const bool waits = !group.lent && !group.line.empty();
  const bool is_delayed = group.due != absl::InfinitePast();
  const auto ready_at = waits && !is_delayed ? std::optional(group.line.front()) : std::nullopt;
  const auto delayed_until = waits && is_delayed ? std::optional(group.due) : std::nullopt;
  if (group.ready_at != ready_at) {
    if (group.ready_at) queue.ready.erase({*group.ready_at, &group});
    if (ready_at) queue.ready.emplace(*ready_at, &group);
    group.ready_at = ready_at;
  }
  if (group.delayed_until != delayed_until) {
    if (group.delayed_until) queue.delayed.erase({*group.delayed_until, &group});
    if (delayed_until) queue.delayed.emplace(*delayed_until, &group);
    group.delayed_until = delayed_until;
  }
  if (!group.lent && group.line.empty()) queue.groups.erase(std::string(group.name));
}

void Schedule::Add(const Place& place, absl::Time due) {
  Queue& queue = queues_[place.queue];
  Group& group = GroupOf(queue, place);
  group.line.Insert(place.seq);
  group.due = std::max(group.due, due);
  Settle(queue, group);
}

void Schedule::Advance(Queue& queue, absl::Time now) {
  while (!queue.delayed.empty() && queue.delayed.begin()->first <= now) {
    Group& group = *queue.delayed.begin()->second;
    group.due = absl::InfinitePast();
    Settle(queue, group);
  }
  while (!queue.loans.empty() && queue.loans.begin()->first <= now) {
    Return(queue.loans.begin()->second, absl::InfinitePast());
  }
}

std::optional<Schedule::Loan> Schedule::Lend(std::int64_t queue_id, absl::Time now,
                                             absl::Time until) {
  const auto found = queues_.find(queue_id);
  if (found == queues_.end()) return std::nullopt;
  Queue& queue = found->second;
  Advance(queue, now);
  if (queue.ready.empty()) return std::nullopt;
  Group& group = *queue.ready.begin()->second;
  const std::int64_t seq = group.line.front();
  Loan loan{.place = {.queue = queue_id,
                      .group = group.name[0] == 'g' ? group.name.substr(1) : "",
                      .seq = seq},
            .token = ++last_token_,
            .until = until};
  group.line.PopFront();
  group.lent = true;
  Settle(queue, group);
  queue.loans.emplace(until, seq);
  loans_.emplace(seq, loan);
  return loan;
}

const Schedule::Loan* Schedule::Find(std::int64_t seq, std::uint64_t token, absl::Time now) const {
  const auto found = loans_.find(seq);
  if (found == loans_.end() || found->second.token != token || found->second.until <= now) {
    return nullptr;
  }
  return &found->second;
}

void Schedule::Extend(std::int64_t seq, absl::Time until) {
  const auto found = loans_.find(seq);
  if (found == loans_.end()) return;
  auto& loans = queues_[found->second.place.queue].loans;
  loans.erase({found->second.until, seq});
  found->second.until = until;
  loans.emplace(until, seq);
}

Schedule::Loan Schedule::Take(std::int64_t seq) {
  const auto found = loans_.find(seq);
  Loan loan = std::move(found->second);
  loans_.erase(found);
  Queue& queue = queues_[loan.place.queue];
  queue.loans.erase({loan.until, seq});
  GroupOf(queue, loan.place).lent = false;
  return loan;
}

void Schedule::Finish(std::int64_t seq) {
  if (!loans_.contains(seq)) return;
  const Loan loan = Take(seq);
  Queue& queue = queues_[loan.place.queue];
  Settle(queue, GroupOf(queue, loan.place));
}

void Schedule::Return(std::int64_t seq, absl::Time due) {
  if (!loans_.contains(seq)) return;
  Add(Take(seq).place, due);
}

std::vector<Schedule::Place> Schedule::Waiting(std::int64_t queue_id, std::size_t limit) const {
  std::vector<Place> places;
  const auto found = queues_.find(queue_id);
  if (found == queues_.end()) return places;
  for (const auto& [seq, group] : found->second.ready) {
    if (places.size() >= limit) break;
    places.push_back({queue_id, group->name[0] == 'g' ? group->name.substr(1) : "", seq});
  }
  return places;
}

void Schedule::Remove(const Place& place) {
  Queue& queue = queues_[place.queue];
  Group& group = GroupOf(queue, place);
  group.line.Remove(place.seq);
  Settle(queue, group);
}

std::size_t Schedule::CountLent(std::int64_t queue_id, absl::Time now) const {
  const auto found = queues_.find(queue_id);
  if (found == queues_.end()) return 0;
  const auto& loans = found->second.loans;
  const auto over = std::find_if(loans.begin(), loans.end(),
                                 [now](const auto& loan) { return loan.first > now; });
  return static_cast<std::size_t>(std::distance(over, loans.end()));
}

absl::Time Schedule::NextChange(std::int64_t queue_id) const {
  absl::Time next = absl::InfiniteFuture();
  const auto found = queues_.find(queue_id);
  if (found == queues_.end()) return next;
  const Queue& queue = found->second;
  if (!queue.delayed.empty()) next = queue.delayed.begin()->first;
  if (!queue.loans.empty()) next = std::min(next, queue.loans.begin()->first);
  return next;
}

}  // namespace internal
}  // namespace omni::inline v0_1
