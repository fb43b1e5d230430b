/// \file
/// Blocks of memory of one size that wait for the next request.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <new>

#include "base/lanes.h"

#ifdef __has_feature
#define OMNI_ADDRESS_SANITIZER __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define OMNI_ADDRESS_SANITIZER 1
#else
#define OMNI_ADDRESS_SANITIZER 0
#endif

namespace omni::inline v0_1 {
namespace internal {

/// Hands blocks out and takes a few of them back: for what every request needs once, and what is
/// too large for the allocator to have at hand. Not `thread_local`: a request ends on whichever
/// thread its ports complete.
///
/// Thread safety: thread-safe.
template <std::size_t kSize>
class BlockShelf {
 public:
  static constexpr std::size_t kBlockSize = kSize;

  /// Never null.
  [[nodiscard]] static void* Take() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      std::atomic<void*>& slot = SlotAt(i);
      if (slot.load(std::memory_order_relaxed) == nullptr) continue;
      if (void* const block = slot.exchange(nullptr, std::memory_order_acquire)) return block;
    }
    return ::operator new(kSize);
  }

  /// A block that Take gave.
  static void Put(void* block) {
    for (std::size_t i = 0; i < kKept; ++i) {
      std::atomic<void*>& slot = SlotAt(i);
      void* none = nullptr;
      if (slot.load(std::memory_order_relaxed) != nullptr) continue;
      if (slot.compare_exchange_strong(none, block, std::memory_order_release,
                                       std::memory_order_relaxed)) {
        return;
      }
    }
    ::operator delete(block);
  }

 private:
  struct alignas(kLaneAlignment) Slot {
    std::atomic<void*> block = nullptr;
  };

  // Each thread begins at its own slot.
  static std::atomic<void*>& SlotAt(std::size_t i) {
    return slots_[(LaneOfThread() + i) % kLanes].block;
  }

  /// None under AddressSanitizer, or it would not see what is used too late.
  static constexpr std::size_t kKept = OMNI_ADDRESS_SANITIZER ? 0 : 8;
  /// Never destroyed: a request may end while the program does.
  inline static constinit std::array<Slot, kLanes> slots_ = {};
};

}  // namespace internal
}  // namespace omni::inline v0_1

#undef OMNI_ADDRESS_SANITIZER
