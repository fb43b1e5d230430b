/// \file
/// The envelope: every entry, change and list of a webhook, each routed by what it is itself.
#pragma once

#include "omni/json.h"
#include "whatsapp_scope.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// Adds the events of a webhook. `root` is an object. What has another shape than documented is
/// added as a notice of type `unknown`; nothing is left out.
void AddPayload(JsonValue root, Batch& batch);

}  // namespace whatsapp
}  // namespace omni::inline v0_1
