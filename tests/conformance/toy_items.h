/// \file
/// What the toy carrier tells, as events.
#pragma once

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace testing {

using ToyEventHook = std::function<void(InboundEvent&, JsonValue item,
                                        const ChannelAdapter::NormalizeParams& params)>;

/// A body that was read to find a credential in it. Thread safety: immutable.
class ToyReading final : public Reading {
 public:
  explicit ToyReading(JsonDocument document) : document_(std::move(document)) {}
  [[nodiscard]] JsonValue root() const { return document_.root(); }

 private:
  JsonDocument document_;
};

/// The events of a body `{"account":…,"items":[…]}`, or of a query with one status. `hook`, where
/// there is one, has the last word on each.
[[nodiscard]] absl::StatusOr<InboundResult> ReadToyRequest(
    const ChannelAdapter::NormalizeParams& params, const ToyEventHook& hook);

}  // namespace testing
}  // namespace omni::inline v0_1
