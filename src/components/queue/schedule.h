/// \file
/// Who may be lent next: the order of groups, loans and delays, in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "omni/export.h"

namespace omni::inline v0_1 {
namespace internal {

/// The waiting entries of every queue by group. Of each group at most one is lent. Memory: 8 bytes
/// an entry and some 200 a group; every operation is logarithmic in the count of groups.
///
/// Thread safety: confined.
class OMNI_EXPORT Schedule {
 public:
  /// An entry and where it belongs. An entry without a group is a group of its own.
  struct Place {
    std::int64_t queue = 0;
    std::string group = {};
    std::int64_t seq = 0;
  };
  struct Loan {
    Place place = {};
    std::uint64_t token = 0;
    absl::Time until = absl::InfinitePast();
  };

  /// Where tokens begin: somewhere else in every process, so that a receipt does not outlast it.
  void SeedTokens(std::uint64_t seed) { last_token_ = seed; }

  /// The entry waits. Its group waits until `due`, if that is later than what it waits for.
  void Add(const Place& place, absl::Time due = absl::InfinitePast());
  /// Lends the oldest entry of the queue that may be lent; nothing when there is none.
  std::optional<Loan> Lend(std::int64_t queue, absl::Time now, absl::Time until);
  /// The loan of that entry under that token, unless it is over.
  [[nodiscard]] const Loan* Find(std::int64_t seq, std::uint64_t token, absl::Time now) const;
  /// Whether the entry is lent, to whomever; also when that loan has just run out.
  [[nodiscard]] bool IsLent(std::int64_t seq) const { return loans_.contains(seq); }
  /// How many entries of the queue are lent.
  [[nodiscard]] std::size_t CountLent(std::int64_t queue, absl::Time now) const;
  void Extend(std::int64_t seq, absl::Time until);
  /// The loan is over and its entry gone from the queue.
  void Finish(std::int64_t seq);
  /// The loan is over and its entry waits again, where it was.
  void Return(std::int64_t seq, absl::Time due);
  /// Entries that wait in that queue, the oldest first; not those that are lent.
  [[nodiscard]] std::vector<Place> Waiting(std::int64_t queue, std::size_t limit) const;
  /// Takes a waiting entry out.
  void Remove(const Place& place);
  /// When something may be lent that may not now: the earliest end of a loan or a delay.
  [[nodiscard]] absl::Time NextChange(std::int64_t queue) const;

 private:
  /// Numbers in ascending order, mostly added at the end and taken from the front.
  class Line {
   public:
    [[nodiscard]] bool empty() const { return begin_ == numbers_.size(); }
    [[nodiscard]] std::int64_t front() const { return numbers_[begin_]; }
    void Insert(std::int64_t number);
    void PopFront();
    void Remove(std::int64_t number);

   private:
    std::vector<std::int64_t> numbers_;
    std::size_t begin_ = 0;
  };
  struct Group {
    std::string name = {};
    Line line = {};
    bool lent = false;
    absl::Time due = absl::InfinitePast();
    std::optional<std::int64_t> ready_at = {};     ///< its place in Queue::ready
    std::optional<absl::Time> delayed_until = {};  ///< its place in Queue::delayed
  };
  struct Queue {
    absl::flat_hash_map<std::string, std::unique_ptr<Group>> groups = {};
    std::set<std::pair<std::int64_t, Group*>> ready = {};  ///< by the entry at the front
    std::set<std::pair<absl::Time, Group*>> delayed = {};
    std::set<std::pair<absl::Time, std::int64_t>> loans = {};  ///< by their ends
  };

  static std::string NameOf(const Place& place);
  static Group& GroupOf(Queue& queue, const Place& place);
  /// Puts the group where it belongs after a change; drops one that is empty.
  static void Settle(Queue& queue, Group& group);
  void Advance(Queue& queue, absl::Time now);
  Loan Take(std::int64_t seq);

  absl::flat_hash_map<std::int64_t, Queue> queues_;
  absl::flat_hash_map<std::int64_t, Loan> loans_;  // by entry
  std::uint64_t last_token_ = 0;
};

}  // namespace internal
}  // namespace omni::inline v0_1
