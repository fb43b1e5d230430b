/// \file
/// What carriers make up for each webhook: ids, tokens, nonces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace host {

/// Not for secrets. The same texts for the same seed.
///
/// Thread safety: confined.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  [[nodiscard]] std::string Pick(std::string_view alphabet, std::size_t count) {
    std::uniform_int_distribution<std::size_t> index(0, alphabet.size() - 1);
    std::string text(count, ' ');
    for (char& c : text) c = alphabet[index(engine_)];
    return text;
  }
  [[nodiscard]] std::string Hex(std::size_t digits) { return Pick("0123456789abcdef", digits); }
  /// The first is not 0.
  [[nodiscard]] std::string Digits(std::size_t count) {
    return Pick("123456789", 1) + Pick("0123456789", count - 1);
  }
  /// A UUID of version 4.
  [[nodiscard]] std::string Uuid() {
    return Hex(8) + "-" + Hex(4) + "-4" + Hex(3) + "-" + Pick("89ab", 1) + Hex(3) + "-" + Hex(12);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace host
