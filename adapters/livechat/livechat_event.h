/// \file
/// The events of a chat: its messages, and what the system and the agents note.
#pragma once

#include <string_view>

#include "livechat_scope.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {

/// The action of the webhook that tells of an edit.
inline constexpr std::string_view kUpdated = "event_updated";

/// Adds the message or notice that an event is. What is for agents only becomes a notice without
/// what was said.
void AddChatEvent(const Scope& scope, JsonValue item, Batch& batch);

/// Adds the notice that an event was changed; `item` is the event as it is now.
void AddEdit(const Scope& scope, JsonValue item, Batch& batch);

}  // namespace livechat
}  // namespace omni::inline v0_1
