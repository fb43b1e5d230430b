/// \file
/// What customers do: messages, taps on suggestions, shared locations.
#pragma once

#include "bandwidth_batch.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// `message-received`.
void AddMessage(const Callback& callback, Batch& batch);
/// `suggestion-response`.
void AddSuggestion(const Callback& callback, Batch& batch);
/// `requested-location-response`.
void AddLocation(const Callback& callback, Batch& batch);

}  // namespace bandwidth
}  // namespace omni::inline v0_1
