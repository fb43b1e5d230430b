/// \file
/// Status callbacks of outbound messages.
#pragma once

#include "omni/event.h"
#include "twilio_parameter_reader.h"

namespace omni::inline v0_1 {
namespace twilio {

/// The event of a status callback, without metadata. Needs MessageSid.
[[nodiscard]] Event ReadStatus(ParameterReader& in);

}  // namespace twilio
}  // namespace omni::inline v0_1
