/// \file
/// A secret that is wiped when it goes, and that cannot be printed by accident.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "omni/export.h"

namespace omni::inline v0_1 {

/// Owns a secret. Its memory is overwritten on destruction and on move; it has no equality (use
/// ConstantTimeEquals) and prints as `[redacted]`.
///
/// Thread safety: thread-compatible.
class OMNI_EXPORT Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view value);
  ~Secret();

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  /// Copies are explicit, through Clone.
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  [[nodiscard]] Secret Clone() const { return Secret(value_); }
  /// The secret itself. Lifetime: until this object is moved from or destroyed.
  [[nodiscard]] std::string_view Reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

 private:
  void Wipe();

  // Never in the small-string buffer: a moved std::string would leave the bytes behind.
  std::string value_;
};

OMNI_EXPORT std::ostream& operator<<(std::ostream& out, const Secret& secret);

/// Equal or not, in a time that depends only on the lengths.
[[nodiscard]] OMNI_EXPORT bool ConstantTimeEquals(std::string_view a, std::string_view b);

}  // namespace omni::inline v0_1
