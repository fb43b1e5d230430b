/// \file
/// Webhooks of Bird's newest API.
#pragma once

#include <string_view>

#include "messagebird_batch.h"
#include "messagebird_fields.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// Whether the object is one of these webhooks: it has a type and data.
[[nodiscard]] bool IsEvents(const Fields& root);

/// Adds a message, the state of one, or a notice. `webhook_id` names the webhook through its
/// redeliveries, where the proof covers it; else it is empty.
void AddEvents(Fields& root, std::string_view webhook_id, Batch& batch);

}  // namespace messagebird
}  // namespace omni::inline v0_1
