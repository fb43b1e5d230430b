/// \file
/// The envelopes that wait in one queue.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {
namespace internal {

/// First in, first out. The texts of many envelopes stand one behind the other in large blocks, so
/// that an envelope which waits costs its bytes and no allocation of its own.
///
/// Thread safety: confined.
class EnvelopeLine {
 public:
  struct Entry {
    std::uint64_t number = 0;
    Envelope envelope = {};  ///< without its queue
  };

  [[nodiscard]] bool empty() const { return blocks_.empty(); }
  /// `number`: whatever the caller knows it by.
  void Push(std::uint64_t number, const Envelope& envelope);
  /// The oldest, removed. There is one.
  [[nodiscard]] Entry Pop();

 private:
  // A line that holds little takes little.
  static constexpr std::size_t kLargestBlock = std::size_t{256} << 10;

  struct Block {
    std::string bytes = {};
    std::size_t read = 0;
  };

  /// Where the next entry goes: a block with room for that many bytes more.
  std::string& Room(std::size_t size);

  std::deque<Block> blocks_;  ///< none is read to its end
};

}  // namespace internal
}  // namespace omni::inline v0_1
