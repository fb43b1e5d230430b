/// \file
/// Whether a webhook or a handshake is genuine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "omni/adapter.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// Proves a POST by `X-Hub-Signature-256`. With `escaped_unicode_fallback`, a body that does not
/// match is tried once more with non-ASCII text escaped.
///
/// Errors: Unauthenticated (`signature_missing`, `signature_malformed`, `signature_mismatch`).
[[nodiscard]] absl::StatusOr<VerifyResult> VerifySignature(
    const ChannelAdapter::VerifyParams& params, bool escaped_unicode_fallback);

/// Proves a GET by `hub.mode` and `hub.verify_token`.
///
/// Errors: PermissionDenied (`VERIFY_TOKEN_MISMATCH`).
[[nodiscard]] absl::StatusOr<VerifyResult> VerifyHandshake(
    const ChannelAdapter::VerifyParams& params);

/// `text` with every UTF-16 unit above 0x7F written as `\uXXXX` in lower case, which is how the
/// carrier writes JSON. Nothing when there is none to escape, or `text` is not valid UTF-8.
[[nodiscard]] std::optional<std::string> EscapeNonAscii(std::string_view text);

}  // namespace whatsapp
}  // namespace omni::inline v0_1
