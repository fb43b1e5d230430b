/// \file
/// Inbound messages: SMS, MMS, WhatsApp, RCS and Messenger.
#pragma once

#include "omni/event.h"
#include "twilio_parameters.h"

namespace omni::inline v0_1 {
namespace twilio {

/// The event of an inbound message, without metadata. Needs MessageSid, From and To.
[[nodiscard]] Event ReadMessage(ParameterReader& in);

}  // namespace twilio
}  // namespace omni::inline v0_1
