/// \file
/// What a request may measure before anything else is looked at.
#pragma once

#include "absl/status/status.h"
#include "omni/gateway.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace internal {

/// Errors: 413, 414 or 431, checked in this order.
[[nodiscard]] absl::Status CheckLimits(const WebhookRequest& request,
                                       const GatewayOptions& options);

}  // namespace internal
}  // namespace omni::inline v0_1
