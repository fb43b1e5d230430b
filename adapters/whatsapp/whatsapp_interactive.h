/// \file
/// Answers to buttons, lists, flows and forms.
#pragma once

#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// Reads an `interactive` object into `event.message`. One of an unknown type is kept whole as the
/// payload.
void ReadInteractive(JsonValue interactive, Event& event);

}  // namespace whatsapp
}  // namespace omni::inline v0_1
