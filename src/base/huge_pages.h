/// \file
/// Memory for large tables that are looked up at random.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <new>

namespace omni::inline v0_1 {
namespace internal {

/// Asks the system for pages of two megabytes where there is so much: with small ones, finding out
/// where an entry stands takes longer than fetching it.
///
/// Thread safety: thread-safe.
template <class T>
struct HugePageAllocator {
  using value_type = T;

  [[nodiscard]] T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < kPage) return std::allocator<T>().allocate(count);
    void* const memory = ::operator new(bytes, std::align_val_t(kPage));
    // Without them it is slower, and nothing else.
    static_cast<void>(madvise(memory, bytes, MADV_HUGEPAGE));
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) noexcept {
    if (count * sizeof(T) < kPage) return std::allocator<T>().deallocate(memory, count);
    ::operator delete(memory, std::align_val_t(kPage));
  }
  friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) { return true; }

 private:
  static constexpr std::size_t kPage = std::size_t{2} << 20;
};

}  // namespace internal
}  // namespace omni::inline v0_1
