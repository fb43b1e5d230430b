/// \file
/// What is neither a message nor a status, and what is not understood.
#pragma once

#include <string_view>

#include "bandwidth_batch.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// Adds the callback as it is, as a notice of type `unknown`. `subject`: the carrier's word for it.
void AddUnknown(std::string_view subject, const Callback& callback, Batch& batch);

/// As AddUnknown, for a callback of a known direction that lacks `field`.
void AddIncomplete(std::string_view field, Direction direction, const Callback& callback,
                   Batch& batch);

/// Whether `item` is what a toll-free verification subscription sends.
[[nodiscard]] bool IsVerification(JsonValue item);

/// Adds the verification's outcome as a notice of type `account`.
void AddVerification(const Callback& callback, Batch& batch);

}  // namespace bandwidth
}  // namespace omni::inline v0_1
