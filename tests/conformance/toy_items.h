/// \file
/// What the toy carrier tells, as events.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace testing {

using ToyEventHook = std::function<void(InboundEvent&, JsonValue item,
                                        const ChannelAdapter::NormalizeParams& params)>;

/// The events of a body `{"account":…,"items":[…]}`, or of a query with one status. `hook`, where
/// there is one, has the last word on each.
[[nodiscard]] absl::StatusOr<InboundResult> ReadToyRequest(
    const ChannelAdapter::NormalizeParams& params, const ToyEventHook& hook);

}  // namespace testing
}  // namespace omni::inline v0_1
