/// \file
/// Status callbacks of outbound messages.
#pragma once

#include <string>

#include "omni/event.h"
#include "twilio_parameter_reader.h"

namespace omni::inline v0_1 {
namespace twilio {

/// Whether it tells how far Twilio is with an inbound message, which comes by itself.
[[nodiscard]] bool IsReceptionReport(const ParameterReader& in);

/// The event of a status callback, without metadata. Needs MessageSid, or SmsSid in its place;
/// so may SmsStatus stand in the place of MessageStatus.
[[nodiscard]] Event ReadStatus(ParameterReader& in);

/// Whether it is the status of a message that failed because the recipient has opted out.
[[nodiscard]] bool TellsOptOut(const Event& event);
/// What such a status tells of the recipient, who is the one that the notice is from.
[[nodiscard]] Event OptOutOf(const Event& status, const ParameterReader& in, bool keep_raw);
/// The `{carrier's id}` of that notice's dedupe key.
[[nodiscard]] std::string OptOutIdentity(const Event& opt_out);

}  // namespace twilio
}  // namespace omni::inline v0_1
