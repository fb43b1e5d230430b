/// \file
/// A request's body: every object of it, each read by what it is itself.
#pragma once

#include "inteliquent_batch.h"
#include "inteliquent_numbers.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace inteliquent {

/// What the body is read with. Lifetime: the adapter's.
struct PayloadParams {
  const OurNumbers& our_numbers;
  bool receipts_only = false;
};

/// Adds the events of a body. `root` is one object, or a list of them. Nothing is left out: what
/// breaks a rule is added as a notice of type `unknown`, beside others that do not.
void AddPayload(JsonValue root, const PayloadParams& params, Batch& batch);

}  // namespace inteliquent
}  // namespace omni::inline v0_1
