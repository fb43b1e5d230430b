/// \file
/// Keys that were seen: a table of a fixed size, eight short fingerprints to a cache line, the
/// oldest of a line making room. It forgets too early and believes too much with small odds, which
/// omni's own store does not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace omni::bench {

/// Thread safety: confined.
class Seen {
 public:
  /// A multiplicative hash, eight bytes at a time.
  static std::uint64_t Hash(std::string_view text, std::uint64_t seed) {
    __extension__ using Wide = unsigned __int128;
    std::uint64_t hash = seed ^ 0x9E3779B97F4A7C15;
    const auto mix = [&hash](std::uint64_t word) {
      const Wide product = static_cast<Wide>(hash ^ word) * 0xD6E8FEB86659FD93;
      hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    for (; text.size() >= 8; text.remove_prefix(8)) {
      std::uint64_t word;
      std::memcpy(&word, text.data(), 8);
      mix(word);
    }
    std::uint64_t word = text.size() + 1;
    for (const char c : text) word = (word << 8) | static_cast<unsigned char>(c);
    mix(word);
    return hash;
  }

  /// Whether the key is new; then it is not any more.
  bool Insert(std::uint64_t hash) {
    Line& line = lines_[hash % kLines];
    const std::uint64_t mark = hash | 1;
    for (const std::uint64_t known : line.marks) {
      if (known == mark) return false;
    }
    line.marks[line.next++ % line.marks.size()] = mark;
    return true;
  }

 private:
  static constexpr std::size_t kLines = std::size_t{1} << 14;
  struct alignas(64) Line {
    std::array<std::uint64_t, 7> marks = {};
    std::uint64_t next = 0;
  };
  std::vector<Line> lines_ = std::vector<Line>(kLines);
};

}  // namespace omni::bench
