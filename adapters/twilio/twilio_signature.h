/// \file
/// X-Twilio-Signature: HMAC-SHA1 over the URL and the sorted form parameters, or over a URL that
/// carries the body's SHA-256.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapters/twilio.h"

namespace omni::inline v0_1 {
namespace twilio {

/// Whether the URL carries the hash of the body. The test is the official SDK's: a plain substring.
[[nodiscard]] bool HasBodyHash(std::string_view url);

/// Whether the content type is that of a form.
[[nodiscard]] bool IsForm(std::string_view content_type);

/// Proves a request with any key of the ring `authToken`.
///
/// Errors: Unauthenticated with the reason `signature_missing`, `no_key`, `url_unknown`,
/// `signature_mismatch`, `body_hash_mismatch`, or `body_not_covered` for a body that is neither a
/// form nor hashed in the URL, which anybody could have written. As Form::Parse for a form beyond
/// its limits.
[[nodiscard]] absl::StatusOr<VerifyResult> VerifySignature(
    const ChannelAdapter::VerifyParams& params, const Options& options);

}  // namespace twilio
}  // namespace omni::inline v0_1
