/// \file
/// History that is synchronized from the phone app of the business.
#pragma once

#include "omni/event.h"
#include "omni/json.h"
#include "whatsapp_scope.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// Adds the messages of one chunk of `history`, or a notice where there are none: the chunk's
/// errors, or the chunk itself.
void AddHistory(const Scope& scope, JsonValue chunk, Batch& batch);

/// Outbound when the message is from the business's own number.
[[nodiscard]] Direction HistoryDirection(const Scope& scope, JsonValue message);

}  // namespace whatsapp
}  // namespace omni::inline v0_1
