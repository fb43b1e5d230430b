/// \file
/// Tokenizers that wait for the next text.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>

#include "base/lanes.h"
#include "model/simdjson.h"

namespace omni::inline v0_1 {
namespace internal {

/// A tokenizer, taken out of the program's few and put back when this goes. Not `thread_local`: a
/// host may have more threads than requests at one time, and threads that omni never sees again.
///
/// Thread safety: confined.
class BorrowedTokenizer {
 public:
  /// Texts longer than this get none: their tokens' offsets would take more memory than it is worth
  /// to keep.
  static constexpr std::size_t kMaxText = std::size_t{1} << 17;

  /// For a text of that size; false where there is no memory.
  explicit BorrowedTokenizer(std::size_t text_size) {
    for (std::size_t i = 0; i < kSlots && tokenizer_ == nullptr; ++i) {
      auto& waiting = SlotAt(i).waiting;
      if (waiting.load(std::memory_order_relaxed) == nullptr) continue;
      tokenizer_.reset(waiting.exchange(nullptr, std::memory_order_acquire));
    }
    if (tokenizer_ != nullptr && tokenizer_->capacity() >= text_size) return;
    constexpr std::size_t kUsual = std::size_t{1} << 14;
    tokenizer_ = JsonTokenizer::Make(text_size <= kUsual ? kUsual : kMaxText);
  }
  ~BorrowedTokenizer() {
    for (std::size_t i = 0; i < kSlots && tokenizer_ != nullptr; ++i) {
      auto& waiting = SlotAt(i).waiting;
      JsonTokenizer* none = nullptr;
      if (waiting.load(std::memory_order_relaxed) != nullptr) continue;
      if (waiting.compare_exchange_strong(none, tokenizer_.get(), std::memory_order_release,
                                          std::memory_order_relaxed)) {
        static_cast<void>(tokenizer_.release());
      }
    }
  }
  BorrowedTokenizer(const BorrowedTokenizer&) = delete;
  BorrowedTokenizer& operator=(const BorrowedTokenizer&) = delete;

  [[nodiscard]] explicit operator bool() const { return tokenizer_ != nullptr; }
  [[nodiscard]] JsonTokenizer* operator->() const { return tokenizer_.get(); }

 private:
  static constexpr std::size_t kSlots = 8;
  struct alignas(kLaneAlignment) Slot {
    std::atomic<JsonTokenizer*> waiting;
  };

  /// The slots in an order that is the thread's own, which finds the one that it put back.
  static Slot& SlotAt(std::size_t i) { return slots_[(LaneOfThread() + i) % kSlots]; }

  /// Never destroyed: whoever parses while the program ends may still need them.
  inline static constinit std::array<Slot, kSlots> slots_ = {};

  std::unique_ptr<JsonTokenizer> tokenizer_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
