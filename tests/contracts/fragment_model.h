/// \file
/// What a fragment store does, written for clarity: lists, walked from end to end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "omni/ports/fragment_store.h"

namespace omni::inline v0_1 {
namespace testing {

/// Thread safety: confined.
class FragmentModel {
 public:
  struct Limits {
    std::size_t groups = std::numeric_limits<std::size_t>::max();
    std::size_t groups_per_tenant = std::numeric_limits<std::size_t>::max();
  };

  FragmentModel() = default;
  explicit FragmentModel(const Limits& limits) : limits_(limits) {}

  std::vector<FragmentGroup> Put(const FragmentStore::PutParams& params) {
    std::vector<FragmentGroup> leaving;
    Group* group = Waiting(params.key);
    if (group != nullptr && group->end <= params.now) {
      leaving.push_back(GiveUp(*group, params.now));
      group = nullptr;
    }
    if (const Group* again = HandedOutWith(params)) {
      if (leaving.empty() || leaving.back().id != again->content.id) {
        leaving.push_back(again->content);
      }
      return leaving;
    }
    if (group != nullptr) {
      if (const FragmentPart* there = Find(*group, params.part.number)) {
        if (there->id == params.part.id || there->content == params.part.content) return leaving;
        leaving.push_back(GiveUp(*group, params.now));
      }
    }
    while (NeedsRoom(params)) leaving.push_back(GiveUp(Oldest(params), params.now));
    if (Waiting(params.key) == nullptr && Settle(params)) {
      leaving.push_back(HandOut(Add(params), FragmentGroup::State::kLate));
      return leaving;
    }
    Group& home = Waiting(params.key) == nullptr ? Add(params) : *Waiting(params.key);
    if (Find(home, params.part.number) == nullptr) home.content.parts.push_back(params.part);
    if (std::ssize(home.content.parts) == home.total) {
      leaving.push_back(HandOut(home, FragmentGroup::State::kComplete));
    }
    return leaving;
  }

  std::vector<FragmentGroup> Due(absl::Time now) {
    for (Group& group : groups_) {
      if (group.waits && group.end <= now) GiveUp(group, now);
    }
    std::vector<FragmentGroup> leaving;
    for (const Group& group : groups_) {
      if (!group.waits) leaving.push_back(group.content);
    }
    return leaving;
  }

  void Remove(std::uint64_t id) {
    std::erase_if(groups_, [id](const Group& group) { return group.content.id == id; });
  }

 private:
  struct Group {
    FragmentGroup content = {};
    std::string key = {};
    std::string tenant = {};
    std::int64_t total = 0;
    absl::Time end = absl::InfinitePast();
    absl::Duration memory = absl::ZeroDuration();
    bool waits = true;
  };
  struct Debt {
    std::string key = {};
    std::set<std::int64_t> numbers = {};
    absl::Time until = absl::InfinitePast();
  };

  static const FragmentPart* Find(const Group& group, std::int64_t number) {
    for (const FragmentPart& part : group.content.parts) {
      if (part.number == number) return &part;
    }
    return nullptr;
  }

  Group* Waiting(const std::string& key) {
    for (Group& group : groups_) {
      if (group.waits && group.key == key) return &group;
    }
    return nullptr;
  }

  const Group* HandedOutWith(const FragmentStore::PutParams& params) {
    for (const Group& group : groups_) {
      if (group.waits || group.key != params.key) continue;
      const FragmentPart* part = Find(group, params.part.number);
      if (part != nullptr && part->id == params.part.id) return &group;
    }
    return nullptr;
  }

  /// A part that begins a group needs room, and one that is owed or joins its group needs none.
  bool NeedsRoom(const FragmentStore::PutParams& params) {
    if (Waiting(params.key) != nullptr || IsOwed(params)) return false;
    return Count("") >= limits_.groups || Count(params.tenant) >= limits_.groups_per_tenant;
  }
  std::size_t Count(const std::string& tenant) const {
    return static_cast<std::size_t>(
        std::count_if(groups_.begin(), groups_.end(), [&](const Group& group) {
          return group.waits && (tenant.empty() || group.tenant == tenant);
        }));
  }
  Group& Oldest(const FragmentStore::PutParams& params) {
    const bool own = Count(params.tenant) >= limits_.groups_per_tenant;
    return *std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
      return group.waits && (!own || group.tenant == params.tenant);
    });
  }

  Group& Add(const FragmentStore::PutParams& params) {
    groups_.push_back({.content = {.id = ++last_id_, .parts = {params.part}},
                       .key = params.key,
                       .tenant = params.tenant,
                       .total = params.total,
                       .end = params.now + params.patience,
                       .memory = params.memory});
    return groups_.back();
  }

  FragmentGroup HandOut(Group& group, FragmentGroup::State state) {
    group.waits = false;
    group.content.state = state;
    std::sort(group.content.parts.begin(), group.content.parts.end(),
              [](const FragmentPart& a, const FragmentPart& b) { return a.number < b.number; });
    return group.content;
  }

  FragmentGroup GiveUp(Group& group, absl::Time now) {
    std::erase_if(debts_, [&](const Debt& debt) { return debt.key == group.key; });
    Debt debt{.key = group.key, .until = std::min(now, group.end) + group.memory};
    for (std::int64_t n = 1; n <= group.total; ++n) {
      if (Find(group, n) == nullptr) debt.numbers.insert(n);
    }
    debts_.push_back(debt);
    return HandOut(group, FragmentGroup::State::kIncomplete);
  }

  bool IsOwed(const FragmentStore::PutParams& params) const {
    return std::any_of(debts_.begin(), debts_.end(), [&](const Debt& debt) {
      return debt.key == params.key && debt.until > params.now &&
             debt.numbers.contains(params.part.number);
    });
  }
  bool Settle(const FragmentStore::PutParams& params) {
    if (!IsOwed(params)) return false;
    for (Debt& debt : debts_) {
      if (debt.key == params.key) debt.numbers.erase(params.part.number);
    }
    return true;
  }

  Limits limits_;
  std::uint64_t last_id_ = 0;
  std::vector<Group> groups_;  // by age
  std::vector<Debt> debts_;
};

}  // namespace testing
}  // namespace omni::inline v0_1
