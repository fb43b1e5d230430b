#include "components/memory/done_table.h"

#include <algorithm>
#include <array>
#include <utility>

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Entries for each home, at most: beyond it, searches get long.
constexpr std::size_t kFullTenths = 8;
constexpr std::size_t kSmallest = 16;
/// Slots that are swept or searched at one time.
constexpr std::size_t kWindow = 64;
/// Windows that are swept before a key goes that has not expired.
constexpr int kSweepsForRoom = 4;
/// So many entries of a window make room, so that the search is worth its while.
constexpr std::size_t kOldest = 8;

std::size_t HomesFor(std::size_t entries) {
  return std::max(entries * 10 / kFullTenths + 1, kSmallest);
}

}  // namespace

std::uint64_t DoneTable::ExpiredAt(std::uint64_t now) {
  return (std::min(now, kLastTime - 1) << kOrderBits) | kLastOrder;
}

bool DoneTable::Contains(const Fingerprint& key, std::uint64_t now) const {
  if (size_ == 0) return false;
  const Slot probe = Probe(key);
  const Slot found = slots_[Find(probe)];
  return SameKey(found, probe) && found != kEmpty && DueOf(found) > ExpiredAt(now);
}

void DoneTable::Add(const Fingerprint& key, std::uint64_t expires, std::uint64_t now) {
  if (max_entries_ == 0) return;
  Tend(now);
  ++unswept_;
  Shrink(max_entries_ - 1, now);
  if (const std::size_t homes = homes_; size_ * 10 >= homes * kFullTenths) {
    Resize(std::clamp(homes + homes / 4, kSmallest, HomesFor(max_entries_)), now);
  }
  if (std::exchange(last_added_, now) != now) order_ = 0;
  const std::uint64_t order = std::min(order_++, kLastOrder);
  Put(Probe(key) | (std::min(expires, kLastTime) << kOrderBits) | order, now);
}

void DoneTable::Put(Slot slot, std::uint64_t now) {
  const std::size_t at = Find(slot & ~kDueMask);
  if (SameKey(slots_[at], slot) && slots_[at] != kEmpty) {
    slots_[at] = slot;
    return;
  }
  const std::uint64_t expired = ExpiredAt(now);
  std::size_t free = at;
  while (slots_[free] != kEmpty && DueOf(slots_[free]) > expired) ++free;
  if (slots_[free] == kEmpty) ++size_;
  // Chance does not push the last homes' entries that far, but the last slot is to stay empty.
  if (free + 1 == slots_.size()) AddSlot();
  const auto slots = slots_.begin();
  const auto place = slots + static_cast<std::ptrdiff_t>(at);
  const auto end = slots + static_cast<std::ptrdiff_t>(free);
  std::move_backward(place, end, end + 1);
  *place = slot;
}

void DoneTable::Resize(std::size_t homes, std::uint64_t now) {
  const Slots old = std::exchange(slots_, Slots(homes + kWindow, kEmpty));
  const std::uint64_t expired = ExpiredAt(now);
  homes_ = homes;
  table_ = slots_.data();
  size_ = 0;
  hand_ = 0;
  fruitless_ = 0;
  second_hand_ = 0;
  std::size_t to = 0;
  for (const Slot slot : old) {
    if (slot == kEmpty || DueOf(slot) <= expired) continue;
    to = std::max(to, HomeOf(slot));
    if (to + 1 == slots_.size()) AddSlot();
    slots_[to++] = slot;
    ++size_;
  }
}

void DoneTable::AddSlot() {
  slots_.push_back(kEmpty);
  table_ = slots_.data();
}

std::size_t DoneTable::Forget(std::size_t from, std::size_t count, std::uint64_t due,
                              std::size_t most) {
  const std::size_t end = std::min(from + count, slots_.size() - 1);
  std::size_t left = most;
  for (std::size_t at = from; at < end && left > 0;) {
    if (DueOf(slots_[at]) > due) {
      ++at;
      continue;
    }
    Remove(at);  // another entry may stand there now
    --left;
  }
  return most - left;
}

void DoneTable::Remove(std::size_t at) {
  // What was pushed on moves back.
  for (; slots_[at + 1] != kEmpty && HomeOf(slots_[at + 1]) <= at; ++at) {
    slots_[at] = slots_[at + 1];
  }
  slots_[at] = kEmpty;
  --size_;
}

void DoneTable::Sweep(std::uint64_t now) {
  unswept_ = 0;
  if (size_ == 0) return;
  const std::size_t gone = Forget(hand_, kWindow, ExpiredAt(now), kWindow);
  fruitless_ = gone == 0 ? fruitless_ + kWindow : 0;
  hand_ = hand_ + kWindow < slots_.size() ? hand_ + kWindow : 0;
  // The next window is on its way from memory until its turn comes.
  for (std::size_t at = hand_; at < std::min(hand_ + kWindow, slots_.size()); at += kSlotsPerLine) {
    __builtin_prefetch(slots_.data() + at);
  }
}

void DoneTable::MakeRoom(std::size_t entries, std::uint64_t now) {
  // Where the hand has found nothing all round, it is no use to go on.
  for (int i = 0; i < kSweepsForRoom && size_ > entries && fruitless_ < slots_.size(); ++i) {
    Sweep(now);
  }
  while (size_ > entries) ForgetOldest(entries);
}

void DoneTable::ForgetOldest(std::size_t entries) {
  // The dues that are first, in their order: so few that putting them there one by one is quickest.
  std::array<std::uint64_t, kOldest> first;
  first.fill(kDueMask);
  std::size_t found = 0;
  const std::size_t from = second_hand_;
  std::size_t end = from;
  for (; end < slots_.size() && found < kWindow; ++end) {
    const std::uint64_t due = DueOf(slots_[end]);
    found += slots_[end] != kEmpty ? 1 : 0;
    if (due >= first.back()) continue;
    std::size_t at = kOldest - 1;
    for (; at > 0 && first[at - 1] > due; --at) first[at] = first[at - 1];
    first[at] = due;
  }
  second_hand_ = end < slots_.size() ? end : 0;
  if (found == 0) return;
  // Where the window is the whole table no more goes than has to.
  const std::size_t part = std::max<std::size_t>(found / (kWindow / kOldest), 1);
  const std::size_t most = std::min(found == size_ ? size_ - entries : part, kOldest);
  Forget(from, end - from, first[most - 1], most);
}

}  // namespace internal
}  // namespace omni::inline v0_1
