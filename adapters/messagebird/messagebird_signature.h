/// \file
/// The carrier's signature schemes, one function each. Every one wants the ring `signingKey` to
/// hold a key.
#pragma once

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapters/messagebird.h"

namespace omni::inline v0_1 {
namespace messagebird {

inline constexpr std::string_view kTokenHeader = "MessageBird-Signature-JWT";
inline constexpr std::string_view kSignatureHeader = "MessageBird-Signature";
inline constexpr std::string_view kTimestampHeader = "MessageBird-Request-Timestamp";
inline constexpr std::string_view kWebhookSignatureHeader = "webhook-signature";
inline constexpr std::string_view kWebhookIdHeader = "webhook-id";
inline constexpr std::string_view kWebhookTimestampHeader = "webhook-timestamp";

/// A token with the hashes of URL and body. Covers both, and carries a nonce.
[[nodiscard]] absl::StatusOr<VerifyResult> VerifyToken(const ChannelAdapter::VerifyParams& params,
                                                       const Options& options);

/// An HMAC of timestamp, query and body, or, from Bird Channels, of timestamp, URL and body: the
/// headers do not tell which. Covers the query and the body, or the URL and the body.
[[nodiscard]] absl::StatusOr<VerifyResult> VerifyTimestamped(
    const ChannelAdapter::VerifyParams& params, const Options& options);

/// `sha256=` and the HMAC of a JSON body in hexadecimal. Covers the body.
[[nodiscard]] absl::StatusOr<VerifyResult> VerifyBodySignature(
    const ChannelAdapter::VerifyParams& params, const Options& options);
/// Whether the value of the header `MessageBird-Signature` is of that scheme.
[[nodiscard]] bool IsBodySignature(std::string_view signature);

/// Standard Webhooks: an HMAC of id, timestamp and body with the key inside a `whsec_` secret.
/// Covers the body, and the id.
[[nodiscard]] absl::StatusOr<VerifyResult> VerifyStandardWebhook(
    const ChannelAdapter::VerifyParams& params, const Options& options);

}  // namespace messagebird
}  // namespace omni::inline v0_1
