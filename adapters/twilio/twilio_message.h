/// \file
/// Inbound messages: SMS, MMS, WhatsApp, RCS and Messenger.
#pragma once

#include "omni/event.h"
#include "twilio_parameter_reader.h"

namespace omni::inline v0_1 {
namespace twilio {

/// Whether there is anything that a message consists of.
[[nodiscard]] bool HasContent(const ParameterReader& in);

/// Makes of `event`, which is new, that of an inbound message, without metadata. Needs MessageSid,
/// From and To.
void ReadMessage(ParameterReader& in, Event& event);

}  // namespace twilio
}  // namespace omni::inline v0_1
