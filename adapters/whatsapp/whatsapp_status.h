/// \file
/// Delivery updates of what the business sent.
#pragma once

#include "omni/json.h"
#include "whatsapp_scope.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// Adds the event that an element of `statuses` becomes.
void AddStatus(const Scope& scope, JsonValue item, Batch& batch);

}  // namespace whatsapp
}  // namespace omni::inline v0_1
