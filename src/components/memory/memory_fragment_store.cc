#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "components/memory/fragment_room.h"
#include "components/memory/owed_parts.h"
#include "omni/components/memory_stores.h"

namespace omni::inline v0_1 {
namespace {

using internal::FragmentRoom;
using internal::OwedParts;

/// What the store needs besides the texts: nodes, index entries, the structs themselves.
constexpr std::size_t kGroupOverhead = 640;
constexpr std::size_t kPartOverhead = 192;

struct Group {
  FragmentGroup content = {};
  std::string key = {};
  std::string tenant = {};
  std::int64_t total = 0;
  absl::Time deadline = absl::InfinitePast();
  absl::Duration memory = absl::ZeroDuration();
  FragmentRoom::Amount taken = {};
};

std::size_t BytesOf(const FragmentPart& part) {
  return kPartOverhead + part.id.size() + part.content.size() + part.payload.size();
}

/// What a part takes that begins a group, or joins one.
FragmentRoom::Amount CostOf(const FragmentStore::PutParams& params, bool begins_group) {
  FragmentRoom::Amount cost{.bytes = BytesOf(params.part)};
  if (begins_group) {
    cost.bytes += kGroupOverhead + params.key.size() + params.tenant.size();
    cost.groups = 1;
  }
  return cost;
}

std::vector<FragmentPart>::iterator PlaceOf(std::vector<FragmentPart>& parts, std::int64_t number) {
  return std::lower_bound(parts.begin(), parts.end(), number,
                          [](const FragmentPart& part, std::int64_t n) { return part.number < n; });
}

const FragmentPart* FindPart(Group& group, std::int64_t number) {
  const auto place = PlaceOf(group.content.parts, number);
  return place == group.content.parts.end() || place->number != number ? nullptr : &*place;
}

bool Repeats(const FragmentPart& part, const FragmentPart& kept) {
  return (!part.id.empty() && part.id == kept.id) || part.content == kept.content;
}

OwedParts::Numbers NumbersLackedBy(const Group& group) {
  OwedParts::Numbers numbers;
  for (std::int64_t n = 1; n <= group.total; ++n) numbers.set(static_cast<std::size_t>(n));
  for (const FragmentPart& part : group.content.parts) {
    numbers.reset(static_cast<std::size_t>(part.number));
  }
  return numbers;
}

/// Groups in two maps, those that wait and those that were handed out, by age. Every operation is
/// logarithmic in their count.
///
/// Thread safety: thread-safe.
class MemoryFragmentStore final : public FragmentStore {
 public:
  explicit MemoryFragmentStore(const MemoryFragmentOptions& options)
      : room_({options.max_bytes, options.max_groups},
              {options.max_bytes_per_tenant, options.max_groups_per_tenant}),
        owed_(options.max_owed) {}

  [[nodiscard]] absl::StatusOr<std::vector<FragmentGroup>> Put(const PutParams& params) override;
  [[nodiscard]] absl::StatusOr<std::vector<FragmentGroup>> Due(const DueParams& params) override;
  absl::Status Remove(std::uint64_t group) override;

 private:
  using Groups = std::map<std::uint64_t, Group>;
  using PartName = std::tuple<absl::string_view, std::int64_t, absl::string_view>;

  Group* FindWaiting(const std::string& key) OMNI_REQUIRES(mutex_);
  const Group* FindHandedOut(const PutParams& params) OMNI_REQUIRES(mutex_);

  /// Takes the part in. Gives the groups that leave because of it.
  void Keep(const PutParams& params, std::vector<FragmentGroup>& leaving) OMNI_REQUIRES(mutex_);
  Group& AddGroup(const PutParams& params) OMNI_REQUIRES(mutex_);
  void AddPart(Group& group, const PutParams& params) OMNI_REQUIRES(mutex_);
  const FragmentGroup& HandOut(Group& group, FragmentGroup::State state) OMNI_REQUIRES(mutex_);
  const FragmentGroup& GiveUp(Group& group, absl::Time now) OMNI_REQUIRES(mutex_);

  internal::Mutex mutex_;
  std::uint64_t last_id_ OMNI_GUARDED_BY(mutex_) = 0;
  // A group keeps its node, and so its address, from the one map to the other.
  Groups waiting_ OMNI_GUARDED_BY(mutex_);
  Groups handed_out_ OMNI_GUARDED_BY(mutex_);
  absl::flat_hash_map<absl::string_view, Group*> waiting_by_key_ OMNI_GUARDED_BY(mutex_);
  absl::flat_hash_map<PartName, const Group*> handed_out_by_part_ OMNI_GUARDED_BY(mutex_);
  std::set<std::pair<absl::Time, std::uint64_t>> deadlines_ OMNI_GUARDED_BY(mutex_);
  FragmentRoom room_ OMNI_GUARDED_BY(mutex_);
  OwedParts owed_ OMNI_GUARDED_BY(mutex_);
};

absl::StatusOr<std::vector<FragmentGroup>> MemoryFragmentStore::Put(const PutParams& params) {
  const FragmentPart& part = params.part;
  if (params.total < 2 || params.total > 255 || part.number < 1 || part.number > params.total) {
    return absl::InvalidArgumentError("not a part of a message of 2 to 255 parts");
  }
  std::vector<FragmentGroup> leaving;
  internal::MutexLock lock(mutex_);
  if (!room_.CanHold(CostOf(params, true))) {
    return absl::ResourceExhaustedError("the part is larger than the room for parts");
  }
  Group* group = FindWaiting(params.key);
  if (group != nullptr && group->deadline <= params.now) {
    leaving.push_back(GiveUp(*group, params.now));
    group = nullptr;
  }
  if (const Group* again = FindHandedOut(params)) {
    if (leaving.empty() || leaving.back().id != again->content.id) {
      leaving.push_back(again->content);
    }
    return leaving;
  }
  const FragmentPart* twin = group == nullptr ? nullptr : FindPart(*group, part.number);
  if (twin != nullptr && Repeats(part, *twin)) return leaving;
  if (room_.IsStuck(params.tenant)) {
    return absl::ResourceExhaustedError("too many parts were handed out and not removed");
  }
  if (twin != nullptr) leaving.push_back(GiveUp(*group, params.now));
  Keep(params, leaving);
  return leaving;
}

absl::StatusOr<std::vector<FragmentGroup>> MemoryFragmentStore::Due(const DueParams& params) {
  std::vector<FragmentGroup> leaving;
  internal::MutexLock lock(mutex_);
  for (std::size_t i = 0; i < params.limit; ++i) {
    if (deadlines_.empty() || deadlines_.begin()->first > params.now) break;
    GiveUp(waiting_.at(deadlines_.begin()->second), params.now);
  }
  for (const auto& [id, group] : handed_out_) {
    if (leaving.size() >= params.limit) break;
    leaving.push_back(group.content);
  }
  return leaving;
}

absl::Status MemoryFragmentStore::Remove(std::uint64_t group) {
  internal::MutexLock lock(mutex_);
  const auto found = handed_out_.find(group);
  if (found == handed_out_.end()) return absl::OkStatus();
  const Group& gone = found->second;
  for (const FragmentPart& part : gone.content.parts) {
    handed_out_by_part_.erase(PartName(gone.key, part.number, part.id));
  }
  room_.Free(gone.tenant, gone.taken);
  handed_out_.erase(found);
  return absl::OkStatus();
}

void MemoryFragmentStore::Keep(const PutParams& params, std::vector<FragmentGroup>& leaving) {
  while (true) {
    Group* group = FindWaiting(params.key);
    if (group == nullptr && owed_.Settle(params.key, params.part.number, params.now)) {
      group = &AddGroup(params);
      AddPart(*group, params);
      leaving.push_back(HandOut(*group, FragmentGroup::State::kLate));
      return;
    }
    if (group != nullptr && std::ssize(group->content.parts) + 1 == group->total) {
      AddPart(*group, params);
      leaving.push_back(HandOut(*group, FragmentGroup::State::kComplete));
      return;
    }
    const auto oldest = room_.InTheWay(params.tenant, CostOf(params, group == nullptr));
    if (!oldest) {
      AddPart(group != nullptr ? *group : AddGroup(params), params);
      return;
    }
    leaving.push_back(GiveUp(waiting_.at(*oldest), params.now));
  }
}

Group* MemoryFragmentStore::FindWaiting(const std::string& key) {
  const auto found = waiting_by_key_.find(key);
  return found == waiting_by_key_.end() ? nullptr : found->second;
}

const Group* MemoryFragmentStore::FindHandedOut(const PutParams& params) {
  if (params.part.id.empty()) return nullptr;
  const auto found =
      handed_out_by_part_.find(PartName(params.key, params.part.number, params.part.id));
  return found == handed_out_by_part_.end() ? nullptr : found->second;
}

Group& MemoryFragmentStore::AddGroup(const PutParams& params) {
  const std::uint64_t id = ++last_id_;
  Group& group = waiting_
                     .emplace(id, Group{.content = {.id = id},
                                        .key = params.key,
                                        .tenant = params.tenant,
                                        .total = params.total,
                                        .deadline = params.now + params.patience,
                                        .memory = params.memory})
                     .first->second;
  waiting_by_key_.emplace(group.key, &group);
  deadlines_.emplace(group.deadline, id);
  return group;
}

void MemoryFragmentStore::AddPart(Group& group, const PutParams& params) {
  std::vector<FragmentPart>& parts = group.content.parts;
  const FragmentRoom::Amount cost = CostOf(params, parts.empty());
  parts.insert(PlaceOf(parts, params.part.number), params.part);
  group.taken.bytes += cost.bytes;
  group.taken.groups += cost.groups;
  room_.Enter(group.tenant, group.content.id, cost);
}

const FragmentGroup& MemoryFragmentStore::HandOut(Group& group, FragmentGroup::State state) {
  const std::uint64_t id = group.content.id;
  waiting_by_key_.erase(group.key);
  deadlines_.erase({group.deadline, id});
  room_.HandOut(group.tenant, id, group.taken);
  for (const FragmentPart& part : group.content.parts) {
    if (!part.id.empty()) {
      handed_out_by_part_.emplace(PartName(group.key, part.number, part.id), &group);
    }
  }
  group.content.state = state;
  handed_out_.insert(waiting_.extract(id));
  return group.content;
}

const FragmentGroup& MemoryFragmentStore::GiveUp(Group& group, absl::Time now) {
  const absl::Time end = std::min(now, group.deadline);
  owed_.Owe(group.key, NumbersLackedBy(group), end + group.memory);
  return HandOut(group, FragmentGroup::State::kIncomplete);
}

}  // namespace

std::shared_ptr<FragmentStore> MakeMemoryFragmentStore(const MemoryFragmentOptions& options) {
  return std::make_shared<MemoryFragmentStore>(options);
}

}  // namespace omni::inline v0_1
