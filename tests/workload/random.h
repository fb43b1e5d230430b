/// \file
/// Chance that is the same in every run, and what it chooses from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace omni::workload {

/// SplitMix64: small, and the same everywhere.
class Random {
 public:
  /// The seed is mixed first: streams of neighbouring seeds would be one stream, a step apart.
  explicit Random(std::uint64_t seed) : state_(Mix(seed + 1)) {}

  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15U;
    return Mix(state_);
  }
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(Next() % bound); }
  std::string Digits(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('0' + Below(10));
    return text;
  }
  std::string Hex(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "0123456789abcdef"[Below(16)];
    return text;
  }

 private:
  static std::uint64_t Mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

/// What people write.
inline std::string Words(Random& random) {
  static constexpr std::array<std::string_view, 16> kWords = {
      "hello", "where", "is",    "my",     "order", "it",     "should", "have",
      "been",  "here",  "since", "Monday", "Grüße", "please", "call",   "📦"};
  std::string text;
  for (std::size_t i = 0, count = 3 + random.Below(18); i < count; ++i) {
    if (i > 0) text += ' ';
    text += kWords[random.Below(kWords.size())];
  }
  return text;
}

inline std::string_view Name(Random& random) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "Ada", "Marta Weiss", "João P.", "Nguyễn Thị Hoa", "Bob", "Olamide A."};
  return kNames[random.Below(kNames.size())];
}

}  // namespace omni::workload
