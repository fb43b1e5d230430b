/// \file
/// A request's body: every callback of it, each read by what it is itself.
#pragma once

#include "bandwidth_batch.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// Adds the events of a body. `root` is a list of callbacks, or one callback alone. Nothing is left
/// out: what has no known shape is added as a notice of type `unknown`.
void AddPayload(JsonValue root, const Destination& destination, Batch& batch);

/// What the sender of such a body must hear.
[[nodiscard]] HttpResponse AckFor(JsonValue root);

}  // namespace bandwidth
}  // namespace omni::inline v0_1
