/// \file
/// What the carrier's delivery errors mean.
#pragma once

#include <string_view>

#include "omni/event.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// Whose codes they are: the same number means something else elsewhere.
enum class ErrorFamily {
  kSms,            ///< the operators' (GSM MAP), and 103; also what Bird calls the source's code
  kConversations,  ///< `error.code` of a message
  kChannels,       ///< `failure.code` of Bird Channels
  kEvents,         ///< `error.code` of Bird's newest events: words
};

/// An error as a webhook tells it. Lifetime: the webhook's.
struct ErrorReport {
  ErrorFamily family = ErrorFamily::kSms;
  std::string_view code = {};
  std::string_view reason = {};  ///< in words, perhaps a set phrase
  std::string_view detail = {};  ///< a set phrase beside a reason that is none
};

/// Lifetime: `message` is the program's.
struct ErrorMeaning {
  ErrorClass error_class = ErrorClass::kUnknown;
  bool retryable = false;
  std::string_view message = {};
};

/// What the code means or, where it tells nothing, the reason or the detail; of class kUnknown
/// where none does.
[[nodiscard]] ErrorMeaning MeaningOf(const ErrorReport& report);

}  // namespace messagebird
}  // namespace omni::inline v0_1
