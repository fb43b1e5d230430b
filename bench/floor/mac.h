/// \file
/// HMAC from states that were keyed ahead.
#pragma once

#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace omni::bench {

template <class Context, int (*kInit)(Context*), int (*kUpdate)(Context*, const void*, std::size_t),
          int (*kFinal)(unsigned char*, Context*), std::size_t kSize>
struct Hmac {
  static constexpr std::size_t size = kSize;

  explicit Hmac(std::string_view secret) {
    std::array<unsigned char, 64> block = {};
    std::memcpy(block.data(), secret.data(), secret.size() < 64 ? secret.size() : 64);
    for (unsigned char& byte : block) byte ^= 0x36;
    kInit(&inner);
    kUpdate(&inner, block.data(), block.size());
    for (unsigned char& byte : block) byte ^= 0x36 ^ 0x5c;
    kInit(&outer);
    kUpdate(&outer, block.data(), block.size());
  }
  void Finish(Context& context, unsigned char* digest) const {
    kFinal(digest, &context);
    context = outer;
    kUpdate(&context, digest, kSize);
    kFinal(digest, &context);
  }
  void Sign(std::string_view text, unsigned char* digest) const {
    Context context = inner;
    kUpdate(&context, text.data(), text.size());
    Finish(context, digest);
  }

  Context inner;
  Context outer;
};

using HmacSha1 = Hmac<SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final, 20>;
using HmacSha256 = Hmac<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final, 32>;

/// In constant time.
inline bool SameBytes(const void* a, const void* b, std::size_t size) {
  const auto* x = static_cast<const unsigned char*>(a);
  const auto* y = static_cast<const unsigned char*>(b);
  unsigned char difference = 0;
  for (std::size_t i = 0; i < size; ++i) {
    difference = static_cast<unsigned char>(difference | (x[i] ^ y[i]));
  }
  asm volatile("" : "+r"(difference));
  return difference == 0;
}

/// 64 hexadecimal digits as 32 bytes.
inline bool ParseHex(const char* digits, unsigned char* out) {
  const auto value = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  int bad = 0;
  for (int i = 0; i < 32; ++i) {
    const int high = value(digits[2 * i]);
    const int low = value(digits[2 * i + 1]);
    bad |= high | low;
    out[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return bad >= 0;
}

}  // namespace omni::bench
