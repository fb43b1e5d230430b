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
/// The hand moves on by a window after so many entries: round it is after a tenth of the table.
constexpr std::size_t kEntriesPerSweep = 8;
/// Windows that are swept before a key goes that has not expired.
constexpr int kSweepsForRoom = 4;
/// Of the entries of a window, the part that makes room, so that the search is worth its while.
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
  if (++unswept_ >= kEntriesPerSweep) Sweep(now);
  if (size_ >= max_entries_) Shrink(max_entries_ - 1, now);
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

void DoneTable::Forget(std::size_t from, std::size_t count, std::uint64_t due, std::size_t most) {
  const std::size_t end = std::min(from + count, slots_.size() - 1);
  for (std::size_t at = from; at < end && most > 0;) {
    if (DueOf(slots_[at]) > due) {
      ++at;
      continue;
    }
    Remove(at);  // another entry may stand there now
    --most;
  }
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
  Forget(hand_, kWindow, ExpiredAt(now), kWindow);
  hand_ = hand_ + kWindow < slots_.size() ? hand_ + kWindow : 0;
}

void DoneTable::Shrink(std::size_t entries, std::uint64_t now) {
  for (int i = 0; i < kSweepsForRoom && size_ > entries; ++i) Sweep(now);
  while (size_ > entries) ForgetOldest(entries);
}

void DoneTable::ForgetOldest(std::size_t entries) {
  std::array<std::uint64_t, kWindow> dues;
  std::size_t found = 0;
  const std::size_t from = second_hand_;
  std::size_t end = from;
  for (; end < slots_.size() && found < kWindow; ++end) {
    if (slots_[end] != kEmpty) dues[found++] = DueOf(slots_[end]);
  }
  second_hand_ = end < slots_.size() ? end : 0;
  if (found == 0) return;
  // Where the window is the whole table no more goes than has to.
  const std::size_t most =
      found == size_ ? size_ - entries : std::max<std::size_t>(found / kOldest, 1);
  const auto last = dues.begin() + static_cast<std::ptrdiff_t>(most - 1);
  std::nth_element(dues.begin(), last, dues.begin() + static_cast<std::ptrdiff_t>(found));
  Forget(from, end - from, *last, most);
}

}  // namespace internal
}  // namespace omni::inline v0_1
