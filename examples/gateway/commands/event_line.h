/// \file
/// An event in one line, for people.
#pragma once

#include <string>

#include "omni/ports/queue_sink.h"

namespace host {

/// `2024-01-15T10:30:00.412Z  twilio message sms +14155550143 -> +15550100300  text "Is my
/// order…"`. Printable, whatever a stranger wrote.
[[nodiscard]] std::string EventLine(const omni::Envelope& envelope);

}  // namespace host
