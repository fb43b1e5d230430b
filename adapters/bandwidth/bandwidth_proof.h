/// \file
/// Whether a request is genuine.
#pragma once

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapters/bandwidth.h"

namespace omni::inline v0_1 {
namespace bandwidth {

inline constexpr char kPassword[] = "password";
inline constexpr char kOutboundPassword[] = "outboundPassword";
inline constexpr char kSignatureKey[] = "signatureKey";

/// Accepts the callback credentials, an allowed address, or a signature over the body: any one of
/// them, whatever else the request brings. Nothing of the body is parsed.
///
/// Errors: Unauthenticated; PermissionDenied where only an address can prove.
[[nodiscard]] absl::StatusOr<VerifyResult> VerifyRequest(const ChannelAdapter::VerifyParams& params,
                                                         const Options& options);

/// 401 `UNAUTHORIZED`: the request that the carrier makes first, to be challenged.
[[nodiscard]] absl::Status CredentialsMissingError();

}  // namespace bandwidth
}  // namespace omni::inline v0_1
