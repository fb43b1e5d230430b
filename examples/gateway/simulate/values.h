/// \file
/// Values and the templates that they fill.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace host {

/// Named values. Thread safety: thread-compatible.
class Values {
 public:
  void Set(std::string_view name, std::string value);
  /// Null when there is no such value. Lifetime: until the values change.
  [[nodiscard]] const std::string* Find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

/// How a value is written where it stands.
enum class Quoting {
  kNone,
  kJson,  ///< as the content of a JSON string
};

/// The template with each `{{name}}` replaced by that value; `{{name|digits}}` leaves out all but
/// its digits, where it has any.
///
/// Errors: Internal, for a template that names a value which is not there.
[[nodiscard]] absl::StatusOr<std::string> Fill(std::string_view text, const Values& values,
                                               Quoting quoting);

/// Whether the template names that value.
[[nodiscard]] bool Mentions(std::string_view text, std::string_view name);

}  // namespace host
