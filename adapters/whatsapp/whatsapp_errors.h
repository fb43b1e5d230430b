/// \file
/// What the error codes of the Cloud API mean to a sender.
#pragma once

#include <cstdint>

#include "omni/event.h"

namespace omni::inline v0_1 {
namespace whatsapp {

struct ErrorMeaning {
  ErrorClass error_class = ErrorClass::kUnknown;
  bool retryable = false;  ///< the same message may succeed later
};

/// The meaning of a documented code; kUnknown for any other.
[[nodiscard]] ErrorMeaning MeaningOf(std::int64_t code);

}  // namespace whatsapp
}  // namespace omni::inline v0_1
