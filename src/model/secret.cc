#include "omni/secret.h"

#include <openssl/crypto.h>

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

bool ConstantTimeEquals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace omni::inline v0_1
