/// \file
/// Whether a request is genuine.
#pragma once

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapters/inteliquent.h"

namespace omni::inline v0_1 {
namespace inteliquent {

inline constexpr char kToken[] = "token";
inline constexpr char kApiKey[] = "apiKey";

/// Accepts the configured `Authorization`, or the carrier's verification token: either of them,
/// whatever else the request brings. Nothing of the body is looked at.
///
/// Errors: Unauthenticated when no proof is there; PermissionDenied when it is wrong.
[[nodiscard]] absl::StatusOr<VerifyResult> VerifyRequest(const ChannelAdapter::VerifyParams& params,
                                                         VerificationScheme scheme);

}  // namespace inteliquent
}  // namespace omni::inline v0_1
