/// \file
/// Status callbacks of outbound messages.
#pragma once

#include "omni/event.h"
#include "twilio_parameter_reader.h"

namespace omni::inline v0_1 {
namespace twilio {

/// Whether it tells how far Twilio is with an inbound message, which comes by itself.
[[nodiscard]] bool IsReceptionReport(const ParameterReader& in);

/// The event of a status callback, without metadata. Needs MessageSid, or SmsSid in its place;
/// so may SmsStatus stand in the place of MessageStatus.
[[nodiscard]] Event ReadStatus(ParameterReader& in);

}  // namespace twilio
}  // namespace omni::inline v0_1
