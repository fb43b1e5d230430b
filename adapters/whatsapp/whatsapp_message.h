/// \file
/// Messages: from customers, echoes of what the business sent, and history.
#pragma once

#include "omni/event.h"
#include "omni/json.h"
#include "whatsapp_scope.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// Adds the event that an element of `messages` or `message_echoes` becomes: a message, or a notice
/// where it tells of an edit, a deletion, a chat that was opened, or something unknown.
/// `direction` is outbound for what the business sent.
void AddMessage(const Scope& scope, Direction direction, JsonValue item, Batch& batch);

}  // namespace whatsapp
}  // namespace omni::inline v0_1
