/// \file
/// What Twilio's delivery error codes mean.
#pragma once

#include <string_view>

#include "omni/event.h"

namespace omni::inline v0_1 {
namespace twilio {

/// The meaning of one code.
struct ErrorMeaning {
  int code = 0;
  ErrorClass error_class = ErrorClass::kUnknown;
  bool retryable = false;
  std::string_view message = {};
};

/// The meaning of a code; class `unknown`, not retryable and without words for one that is not in
/// the table. Lifetime: static.
[[nodiscard]] const ErrorMeaning& FindError(std::string_view code);

}  // namespace twilio
}  // namespace omni::inline v0_1
