/// \file
/// Keys that are done, each as its fingerprint and when it may be forgotten.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/huge_pages.h"
#include "components/memory/sip_hash.h"

namespace omni::inline v0_1 {
namespace internal {

/// A table of 16-byte slots, sorted by fingerprint: where an entry belongs follows from its first
/// bits, and it stands there or a little after. So a lookup ends at the first larger entry, taking
/// one away leaves no mark, and nothing is allocated for each key.
///
/// What has expired goes when somebody comes by: a new entry takes its slot, and a hand moves on
/// over the slots, far enough to be round several times before all entries were added anew.
///
/// Times are milliseconds since 1970. Of a fingerprint the first 74 bits are kept.
///
/// Thread safety: thread-compatible.
class DoneTable {
 public:
  /// `max_entries`: more are never kept.
  explicit DoneTable(std::size_t max_entries) : max_entries_(max_entries) {}

  /// Whether the key is done at `now`.
  [[nodiscard]] bool Contains(const Fingerprint& key, std::uint64_t now) const;
  /// Adds a key that is done until `expires`, or moves its expiry.
  void Add(const Fingerprint& key, std::uint64_t expires, std::uint64_t now);
  /// Forgets keys until there are no more than so many: those that have expired, then those that
  /// are due first; beyond a few dozen keys, nearly first.
  void Shrink(std::size_t entries, std::uint64_t now) {
    if (size_ > entries) MakeRoom(entries, now);
  }
  /// Moves the hand where it is time to. Between Prefetch and Contains it costs the least: it does
  /// not need what is being fetched.
  void Tend(std::uint64_t now) {
    if (unswept_ >= kEntriesPerSweep) Sweep(now);
  }

  /// Entries, expired ones among them.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Fetches what Contains and Add will read. Any thread may call it, at any time: where the table
  /// grows meanwhile, what is fetched is of no use, and no harm.
  void Prefetch(const Fingerprint& key) const {
    const Slot* const table = table_.load(std::memory_order_relaxed);
    if (table == nullptr) return;
    const Slot* const home = table + HomeOf(Probe(key));
    __builtin_prefetch(home);
    __builtin_prefetch(home + kSlotsPerLine);
  }

 private:
  /// From its highest bits on: the fingerprint; the time until which the key is done; and which one
  /// of a millisecond's keys it was, so that the oldest is known of those that expire together.
  __extension__ using Slot = unsigned __int128;
  using Slots = std::vector<Slot, HugePageAllocator<Slot>>;
  /// The hand moves on by a window after so many entries: round it is after a tenth of the table.
  static constexpr std::size_t kEntriesPerSweep = 8;
  static constexpr std::size_t kSlotsPerLine = 64 / sizeof(Slot);
  static constexpr int kOrderBits = 10;
  static constexpr int kTimeBits = 44;
  static constexpr int kDueBits = kTimeBits + kOrderBits;
  static constexpr Slot kDueMask = (Slot{1} << kDueBits) - 1;
  static constexpr std::uint64_t kLastOrder = (std::uint64_t{1} << kOrderBits) - 1;
  static constexpr std::uint64_t kLastTime = (std::uint64_t{1} << kTimeBits) - 2;
  /// Larger than every entry, so that a search ends at it.
  static constexpr Slot kEmpty = ~Slot{0};

  static Slot Probe(const Fingerprint& key) {
    return ((Slot{key.high} << 64) | key.low) & ~kDueMask;
  }
  static bool SameKey(Slot a, Slot b) { return (a >> kDueBits) == (b >> kDueBits); }
  static std::uint64_t DueOf(Slot slot) { return static_cast<std::uint64_t>(slot & kDueMask); }
  /// What is due until then has expired at `now`.
  static std::uint64_t ExpiredAt(std::uint64_t now);

  [[nodiscard]] std::size_t HomeOf(Slot slot) const {
    // The order of homes is that of fingerprints.
    return static_cast<std::size_t>(((slot >> 64) * homes_.load(std::memory_order_relaxed)) >> 64);
  }
  /// Where the key stands, or before which slot it belongs.
  [[nodiscard]] std::size_t Find(Slot probe) const {
    std::size_t at = HomeOf(probe);
    while (slots_[at] < probe) ++at;
    return at;
  }
  void Put(Slot slot, std::uint64_t now);
  void Resize(std::size_t homes, std::uint64_t now);
  void AddSlot();
  /// Takes away at most `most` entries that are due until then, of `count` slots from `from` on.
  /// How many it were.
  std::size_t Forget(std::size_t from, std::size_t count, std::uint64_t due, std::size_t most);
  /// Takes away what has expired under the hand, and moves the hand.
  void Sweep(std::uint64_t now);
  void Remove(std::size_t at);
  void MakeRoom(std::size_t entries, std::uint64_t now);
  void ForgetOldest(std::size_t entries);

  const std::size_t max_entries_;
  Slots slots_;  ///< the homes, and room for what they push on; the last one is empty
  std::atomic<const Slot*> table_ = nullptr;  ///< where the slots are
  std::atomic<std::size_t> homes_ = 0;
  std::size_t size_ = 0;
  std::size_t hand_ = 0;
  std::size_t unswept_ = 0;       ///< entries added since the hand has moved
  std::size_t fruitless_ = 0;     ///< slots that it has passed since it took something away
  std::size_t second_hand_ = 0;   ///< where what is due first is looked for next
  std::uint64_t last_added_ = 0;  ///< when
  std::uint64_t order_ = 0;       ///< keys added at that time
};

}  // namespace internal
}  // namespace omni::inline v0_1
