/// \file
/// What a message of the newer products holds.
#pragma once

#include <string_view>

#include "messagebird_fields.h"
#include "omni/event.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// Reads the `content` of a Conversations message, an object with a member that is named by the
/// message's type, into the event's message. What it does not understand goes to the metadata.
void ReadContent(std::string_view type, JsonValue content, Event& event);

/// As above, the `body` of a message of Bird Channels, which names its type itself.
void ReadBody(JsonValue body, Event& event);

}  // namespace messagebird
}  // namespace omni::inline v0_1
