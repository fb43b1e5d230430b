#include "messagebird_proof.h"

#include <optional>
#include <string>

#include "messagebird_headers.h"
#include "messagebird_signature.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using Verifier = absl::StatusOr<VerifyResult> (*)(const ChannelAdapter::VerifyParams& params,
                                                  const Options& options);

// The scheme of the headers, the strongest first; null when there is no signature. Anyone can add a
// header, or leave one out: the first only makes a genuine request fail, and after the second the
// weaker signature must hold by itself.
Verifier FindVerifier(const HttpHeaders& headers) {
  if (headers.Find(kTokenHeader).has_value()) return VerifyToken;
  if (headers.Find(kWebhookSignatureHeader).has_value()) return VerifyStandardWebhook;
  const std::optional<std::string_view> signature = headers.Find(kSignatureHeader);
  if (!signature.has_value()) return nullptr;
  return IsBodySignature(*signature) ? VerifyBodySignature : VerifyTimestamped;
}

}  // namespace

absl::StatusOr<VerifyResult> VerifyRequest(const ChannelAdapter::VerifyParams& params,
                                           const Options& options) {
  const bool has_key = !params.keys.Ring(kSigningKey).empty();
  const Verifier verify = FindVerifier(params.request.headers);
  // A signature that can be checked decides, wherever the request comes from: where it is wrong,
  // somebody has changed something.
  if (has_key && verify != nullptr) return verify(params, options);
  Explain(params, "address", params.origin_allowed, "on allowFrom");
  if (params.origin_allowed) {
    // Nothing is signed here. What the operator trusts is the peer, and everything in the request
    // is what that peer sent over one connection: body, URL and headers alike.
    return VerifyResult{.coverage = {.body = true, .url = true}, .key_id = "allowFrom"};
  }
  if (has_key) return InvalidSignatureError("the signature is missing", "signature_missing");
  return MakeError(absl::StatusCode::kPermissionDenied,
                   "requests from this address are not allowed", {.reason = "origin_not_allowed"});
}

std::string_view WebhookId(const SignedRequest& request) {
  // As FindVerifier: an empty header of a token would have been refused.
  const bool standard = request.claimed_header(kTokenHeader).unverified().empty() &&
                        !request.claimed_header(kWebhookSignatureHeader).unverified().empty();
  if (!standard) return {};
  return *TrustClaim(request.proof(), request.claimed_header(kWebhookIdHeader),
                     "the signature of Standard Webhooks covers this header, and without it no "
                     "such signature would have been accepted");
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
