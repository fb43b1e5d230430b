/// \file
/// What the carrier's error codes mean.
#pragma once

#include <string_view>

#include "omni/event.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// Lifetime: `message` is the program's.
struct ErrorMeaning {
  int code = 0;
  StatusValue value = StatusValue::kFailed;  ///< what has become of the message
  ErrorClass error_class = ErrorClass::kUnknown;
  bool retryable = false;
  std::string_view message = {};
};

/// The meaning of `errorCode`. A code that is not documented has what its range tells, with the
/// class kUnknown.
[[nodiscard]] ErrorMeaning MeaningOf(std::string_view code);

}  // namespace bandwidth
}  // namespace omni::inline v0_1
