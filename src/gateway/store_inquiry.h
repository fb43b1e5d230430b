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

struct AskParams {
  const GatewayCore& core;
  const VerificationGroup& group;  ///< whose keys proved the request that asks
  std::string_view bound_account;  ///< as in Verdict
  absl::Time now = absl::InfinitePast();
};
/// Asks on behalf of a tenant: that of the channel which serves the account in question, of the
/// group's first channel where no account is told.
///
/// Errors: NotFound when the host has no such store, no channel serves the account, or the store
/// has no such thing; Unavailable when the store cannot be reached; the store's others.
[[nodiscard]] absl::StatusOr<InquiryResult> AskStores(const AskParams& params, Inquiry inquiry);

}  // namespace internal
}  // namespace omni::inline v0_1
