/// \file
/// What a message says, by its type.
#pragma once

#include <string_view>

#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// Reads what a message of that type says into `event.message` and the metadata. False, and nothing
/// is changed, when the type is not known or its object is not what it should be.
[[nodiscard]] bool ReadContent(std::string_view type, JsonValue message, Event& event);

/// What rides along with any type: the message it answers, forwarding, the advertisement it comes
/// from, errors.
void ReadContext(JsonValue message, Event& event);

/// Keeps the members of `message` that nothing else represents, once the rest is read.
void KeepMessageRest(std::string_view type, JsonValue message, Metadata& metadata);

}  // namespace whatsapp
}  // namespace omni::inline v0_1
