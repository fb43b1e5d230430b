/// \file
/// Webhooks of Bird Channels.
#pragma once

#include "messagebird_batch.h"
#include "messagebird_fields.h"
#include "omni/adapters/messagebird.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// Whether the object is one of these webhooks: it names a service and an event.
[[nodiscard]] bool IsChannels(const Fields& root);

/// Adds a message, the state of one, or a notice.
void AddChannels(Fields& root, const Options& options, Batch& batch);

}  // namespace messagebird
}  // namespace omni::inline v0_1
