/// \file
/// What HTTP Basic credentials decode to, to be compared and forgotten.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "omni/export.h"

namespace omni::inline v0_1 {
namespace internal {

/// A user and a password. Takes no memory on the heap while they are short; wiped when it goes.
///
/// Thread safety: thread-compatible.
class OMNI_EXPORT BasicPair {
 public:
  /// Of the value of an `Authorization` header.
  explicit BasicPair(std::string_view authorization);
  ~BasicPair();
  BasicPair(const BasicPair&) = delete;
  BasicPair& operator=(const BasicPair&) = delete;

  /// Whether the header is well-formed; the other two are empty when it is not.
  [[nodiscard]] explicit operator bool() const { return valid_; }
  /// Lifetime: this object's, as that of the password.
  [[nodiscard]] std::string_view username() const { return username_; }
  [[nodiscard]] std::string_view password() const { return password_; }

 private:
  std::array<char, 128> short_;
  std::string long_;
  std::size_t used_ = 0;  ///< of the one or the other
  bool valid_ = false;
  std::string_view username_;
  std::string_view password_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
