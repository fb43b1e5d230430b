/// \file
/// Digests and message authentication codes, with keys prepared once. OpenSSL stays behind it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "omni/export.h"
#include "omni/secret.h"

namespace omni::inline v0_1 {

using Sha1Digest = std::array<char, 20>;
using Sha256Digest = std::array<char, 32>;

/// The bytes of a digest as a view. Lifetime: the digest's.
template <std::size_t N>
[[nodiscard]] constexpr std::string_view AsView(const std::array<char, N>& digest) {
  return {digest.data(), N};
}

[[nodiscard]] OMNI_EXPORT Sha256Digest Sha256(std::string_view data);

/// An HMAC-SHA1 key whose inner and outer states were computed once. Use it as
/// `key.Prepared<HmacSha1Key>()`.
///
/// Thread safety: immutable.
class OMNI_EXPORT HmacSha1Key {
 public:
  explicit HmacSha1Key(std::string_view secret);
  ~HmacSha1Key();
  HmacSha1Key(const HmacSha1Key&) = delete;
  HmacSha1Key& operator=(const HmacSha1Key&) = delete;

  /// The code of the concatenation of `parts`.
  [[nodiscard]] Sha1Digest Sign(std::initializer_list<std::string_view> parts) const;
  [[nodiscard]] Sha1Digest Sign(std::string_view message) const { return Sign({message}); }

 private:
  std::array<std::uint32_t, 2 * 5> states_;
};

/// As HmacSha1Key, for HMAC-SHA256.
///
/// Thread safety: immutable.
class OMNI_EXPORT HmacSha256Key {
 public:
  explicit HmacSha256Key(std::string_view secret);
  ~HmacSha256Key();
  HmacSha256Key(const HmacSha256Key&) = delete;
  HmacSha256Key& operator=(const HmacSha256Key&) = delete;

  [[nodiscard]] Sha256Digest Sign(std::initializer_list<std::string_view> parts) const;
  [[nodiscard]] Sha256Digest Sign(std::string_view message) const { return Sign({message}); }

 private:
  std::array<std::uint32_t, 2 * 8> states_;
};

}  // namespace omni::inline v0_1
