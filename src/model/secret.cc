#include "omni/secret.h"

#include <openssl/crypto.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <utility>

namespace omni::inline v0_1 {
namespace {

/// More than any small-string buffer holds, so that the bytes live on the heap and move with it.
constexpr std::size_t kHeapCapacity = 64;

}  // namespace

Secret::Secret(std::string_view value) {
  value_.reserve(kHeapCapacity);
  value_.append(value);
}

Secret::~Secret() { Wipe(); }

Secret::Secret(Secret&& other) noexcept : value_(std::exchange(other.value_, {})) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe();
    value_ = std::exchange(other.value_, {});
  }
  return *this;
}

void Secret::Wipe() {
  if (!value_.empty()) OPENSSL_cleanse(value_.data(), value_.size());
  value_.clear();
}

std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "[redacted]"; }

// Not CRYPTO_memcmp, which goes byte by byte: on the digests of one request it took up to 1500
// instructions. All bytes are read, whatever is in them.
bool ConstantTimeEquals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  std::uint64_t different = 0;
  const auto compare = [&](std::size_t at, std::size_t size) {
    std::uint64_t of_a = 0;
    std::uint64_t of_b = 0;
    std::memcpy(&of_a, a.data() + at, size);
    std::memcpy(&of_b, b.data() + at, size);
    different |= of_a ^ of_b;
    // Who does not know what it is cannot end the loop early.
    asm volatile("" : "+r"(different));
  };
  std::size_t at = 0;
  for (; at + 8 <= a.size(); at += 8) compare(at, 8);
  for (; at < a.size(); ++at) compare(at, 1);
  return different == 0;
}

}  // namespace omni::inline v0_1
