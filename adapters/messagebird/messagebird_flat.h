/// \file
/// SMS and MMS as the older API tells them: one flat map, as JSON, form or query.
#pragma once

#include "absl/status/status.h"
#include "messagebird_batch.h"
#include "messagebird_fields.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// Adds an inbound message or the state of an outbound one; a map that is neither is an unknown
/// notice.
///
/// Errors: InvalidArgument (`MISSING_FIELD`).
[[nodiscard]] absl::Status AddFlat(Fields& fields, Batch& batch);

}  // namespace messagebird
}  // namespace omni::inline v0_1
