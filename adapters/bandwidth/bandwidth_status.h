/// \file
/// What has become of a message that we sent.
#pragma once

#include "bandwidth_batch.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// Adds the status `value`. For StatusValue::kFailed, the error code says what it comes to.
void AddStatus(const Callback& callback, StatusValue value, Batch& batch);

}  // namespace bandwidth
}  // namespace omni::inline v0_1
