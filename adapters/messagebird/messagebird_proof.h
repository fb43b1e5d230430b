/// \file
/// How a request is proved: by one of the carrier's four kinds of signature, or by the address it
/// comes from.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapters/messagebird.h"
#include "omni/provenance.h"

namespace omni::inline v0_1 {
namespace messagebird {

inline constexpr char kSigningKey[] = "signingKey";

/// Proves a request. Its headers tell the scheme, and the strongest of several decides: what fails
/// there is not tried again with a weaker one.
///
/// Errors: Unauthenticated with the reason `signature_missing`, `signature_repeated`,
/// `signature_malformed`, `signature_mismatch`, `timestamp_missing`, `timestamp_malformed`,
/// `timestamp_out_of_window`, `body_not_covered`, `url_unknown`, `url_hash_mismatch`,
/// `body_hash_missing`, `body_hash_mismatch`, `jwt_id_missing` or those of VerifyJwt;
/// PermissionDenied (403) where only the address could have proved it.
[[nodiscard]] absl::StatusOr<VerifyResult> VerifyRequest(const ChannelAdapter::VerifyParams& params,
                                                         const Options& options);

/// `webhook-id`, which names one webhook through all its redeliveries, where the proof covers it;
/// else empty. Lifetime: the request's.
[[nodiscard]] std::string_view WebhookId(const SignedRequest& request);

}  // namespace messagebird
}  // namespace omni::inline v0_1
