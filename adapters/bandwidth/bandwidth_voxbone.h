/// \file
/// Voxbone's SMS API: one object a message, its recipient only in the path.
#pragma once

#include "bandwidth_batch.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// Whether `item` is a message of Voxbone's.
[[nodiscard]] bool IsVoxboneMessage(JsonValue item);

void AddVoxboneMessage(const Callback& callback, Batch& batch);

/// A delivery report, `{transaction}` of whose path names the message. A path that the proof does
/// not cover names nothing: then the report is an unknown notice.
void AddVoxboneReport(JsonValue root, const ChannelAdapter::NormalizeParams& params,
                      const Destination& destination, Batch& batch);

}  // namespace bandwidth
}  // namespace omni::inline v0_1
