/// \file
/// Pairs of texts in one piece of memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <string_view>
#include <utility>

namespace omni::inline v0_1 {

using TextPair = std::pair<std::string_view, std::string_view>;

/// Goes over pairs, each of which is the lengths of two texts and then both. `HttpHeaders` and
/// `Metadata` are made of them: many small texts, of which each would be memory of its own.
///
/// Lifetime: until the memory changes or is moved.
class TextPairIterator {
 public:
  using value_type = TextPair;
  using difference_type = std::ptrdiff_t;
  using reference = TextPair;
  using pointer = void;
  using iterator_category = std::input_iterator_tag;

  /// No text is longer.
  static constexpr std::size_t kMaxLength = std::numeric_limits<std::uint32_t>::max();
  struct Lengths {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
  };
  using Head = std::array<char, sizeof(Lengths)>;

  /// What stands before two texts of up to kMaxLength bytes each.
  [[nodiscard]] static Head HeadFor(std::string_view first, std::string_view second) {
    const Lengths lengths = {.first = static_cast<std::uint32_t>(first.size()),
                             .second = static_cast<std::uint32_t>(second.size())};
    Head head;
    std::memcpy(head.data(), &lengths, sizeof(lengths));
    return head;
  }

  TextPairIterator() = default;
  /// At the head of a pair, or where the last one ends.
  explicit TextPairIterator(const char* at) : at_(at) {}

  [[nodiscard]] TextPair operator*() const {
    const Lengths lengths = ReadLengths();
    const char* const first = at_ + sizeof(lengths);
    return {{first, lengths.first}, {first + lengths.first, lengths.second}};
  }
  TextPairIterator& operator++() {
    const Lengths lengths = ReadLengths();
    at_ += sizeof(lengths) + lengths.first + lengths.second;
    return *this;
  }
  TextPairIterator operator++(int) {
    TextPairIterator before = *this;
    ++*this;
    return before;
  }
  [[nodiscard]] bool operator==(const TextPairIterator&) const = default;

  /// Where the pair's head is.
  [[nodiscard]] const char* base() const { return at_; }

 private:
  [[nodiscard]] Lengths ReadLengths() const {
    Lengths lengths;
    std::memcpy(&lengths, at_, sizeof(lengths));
    return lengths;
  }

  const char* at_ = nullptr;
};

}  // namespace omni::inline v0_1
