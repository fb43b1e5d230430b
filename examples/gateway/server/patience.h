// How long a connection may take for what it is doing.
#pragma once

#include <array>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>

namespace host::internal {

using Clock = std::chrono::steady_clock;

enum class Patience { kIdle, kHandshake, kHead, kBody, kWrite, kLinger, kCount };

/// Whose time can run out.
struct Waiter
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  Clock::time_point deadline = {};
};

/// One queue for each kind of patience. Since all of a kind have the same time, a queue is in the
/// order of its deadlines: to set one, to take one back and to find the next are a few
/// instructions, where a timer for each connection would be a heap.
///
/// Thread safety: confined.
class PatienceQueues {
 public:
  using Queue = boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>>;

  void Set(Waiter& waiter, Patience patience, Clock::time_point deadline) {
    waiter.unlink();
    waiter.deadline = deadline;
    Queue& queue = of(patience);
    // From the back: a deadline that was set before is rarely older than another.
    auto position = queue.end();
    while (position != queue.begin() && std::prev(position)->deadline > deadline) --position;
    queue.insert(position, waiter);
  }

  [[nodiscard]] Queue& of(Patience patience) { return queues_[static_cast<std::size_t>(patience)]; }

  /// The first whose time has run out, no longer in a queue; null when there is none.
  [[nodiscard]] Waiter* PopExpired(Clock::time_point now) {
    for (Queue& queue : queues_) {
      if (queue.empty() || queue.front().deadline > now) continue;
      Waiter& waiter = queue.front();
      queue.pop_front();
      return &waiter;
    }
    return nullptr;
  }

 private:
  std::array<Queue, static_cast<std::size_t>(Patience::kCount)> queues_;
};

}  // namespace host::internal
