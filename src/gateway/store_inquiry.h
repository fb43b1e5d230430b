/// \file
/// Putting an adapter's question to the host's stores.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core.h"
#include "gateway/plan.h"
#include "omni/inquiry.h"

namespace omni::inline v0_1 {
namespace internal {

/// Asks on behalf of the channel's tenant.
///
/// Errors: NotFound when the host has no such store, or the store no such thing; the store's.
[[nodiscard]] absl::StatusOr<InquiryResult> AskStores(const GatewayCore& core,
                                                      const Channel& channel, Inquiry inquiry,
                                                      absl::Time now);

}  // namespace internal
}  // namespace omni::inline v0_1
