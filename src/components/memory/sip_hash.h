/// \file
/// SipHash with a digest of 128 bits: a hash under a secret key, so that nobody who chooses what is
/// hashed can choose where it collides.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

struct SipKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

/// SipHash-C-D.
///
/// Thread safety: confined.
template <int kCompressions, int kFinalizations>
class SipHash {
 public:
  [[nodiscard]] static Fingerprint Of(std::string_view text, const SipKey& key) {
    SipHash hash(key);
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left >= kWord; left -= kWord, at += kWord) hash.Take(Load(at));
    hash.Take(LastWord(text, left));
    Fingerprint digest;
    digest.low = hash.Finish(0xEE);
    hash.v_[1] ^= 0xDD;
    digest.high = hash.Finish(0);
    return digest;
  }

 private:
  static constexpr std::size_t kWord = sizeof(std::uint64_t);

  explicit SipHash(const SipKey& key)
      : v_{key.low ^ 0x736f6d6570736575, key.high ^ 0x646f72616e646f6d ^ 0xEE,
           key.low ^ 0x6c7967656e657261, key.high ^ 0x7465646279746573} {}

  static std::uint64_t Load(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, kWord);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
  }
  /// The text's last `left` bytes, and how long it is.
  static std::uint64_t LastWord(std::string_view text, std::size_t left) {
    std::uint64_t word = std::uint64_t{text.size()} << 56;
    if (left > 0 && text.size() >= kWord) {
      return word | Load(text.data() + text.size() - kWord) >> (8 * (kWord - left));
    }
    for (std::size_t i = 0; i < left; ++i) {
      word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    return word;
  }
  void Take(std::uint64_t word) {
    v_[3] ^= word;
    for (int i = 0; i < kCompressions; ++i) Round();
    v_[0] ^= word;
  }
  std::uint64_t Finish(std::uint64_t mark) {
    v_[2] ^= mark;
    for (int i = 0; i < kFinalizations; ++i) Round();
    return v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
  }
  void Round() {
    v_[0] += v_[1];
    v_[1] = std::rotl(v_[1], 13) ^ v_[0];
    v_[0] = std::rotl(v_[0], 32);
    v_[2] += v_[3];
    v_[3] = std::rotl(v_[3], 16) ^ v_[2];
    v_[0] += v_[3];
    v_[3] = std::rotl(v_[3], 21) ^ v_[0];
    v_[2] += v_[1];
    v_[1] = std::rotl(v_[1], 17) ^ v_[2];
    v_[2] = std::rotl(v_[2], 32);
  }

  std::array<std::uint64_t, 4> v_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
