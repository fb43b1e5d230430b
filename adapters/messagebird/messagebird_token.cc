#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/status_macros.h"
#include "messagebird_headers.h"
#include "messagebird_proof.h"
#include "messagebird_signature.h"
#include "messagebird_url.h"
#include "omni/error.h"
#include "omni/support/encoding.h"
#include "omni/support/jwt.h"
#include "omni/support/phone.h"
#include "omni/support/signature.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

constexpr std::string_view kIssuer = "MessageBird";

// Those of the carrier's SDKs. All are HMACs with the one key, which no other algorithm can be made
// to take for its own.
constexpr JwtAlgorithm kAlgorithms[] = {JwtAlgorithm::kHs256, JwtAlgorithm::kHs384,
                                        JwtAlgorithm::kHs512};

// Whether the claim is the SHA-256 of `text` in hexadecimal, of either case.
bool IsHashOf(JsonValue claim, std::string_view text) {
  const std::string_view digits = claim.text();
  std::array<char, 2 * Sha256Digest{}.size()> folded = {};
  if (digits.size() != folded.size()) return false;
  const auto hash = HexEncode(Sha256(text));
  // Nearly always in lower case as it comes.
  if (ConstantTimeEquals(digits, AsView(hash))) return true;
  std::transform(digits.begin(), digits.end(), folded.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return ConstantTimeEquals(AsView(folded), AsView(hash));
}

absl::Status CheckUrl(const ChannelAdapter::VerifyParams& params, JsonValue claim) {
  const SignedUrls urls(params.external_url);
  if (urls.urls().empty()) {
    return InvalidSignatureError("the URL that was signed is not known", "url_unknown");
  }
  for (std::string_view url : urls.urls()) {
    const bool match = IsHashOf(claim, url);
    if (params.explanation != nullptr) {
      params.explanation->Add("url hash", match, MaskDigits(RedactUrl(url)));
    }
    if (match) return absl::OkStatus();
  }
  return InvalidSignatureError("the URL is not the one that was signed", "url_hash_mismatch");
}

absl::Status CheckBody(const ChannelAdapter::VerifyParams& params, JsonValue claim) {
  const std::string& body = params.request.body;
  const bool match = claim.exists() ? IsHashOf(claim, body) : body.empty();
  if (params.explanation != nullptr) {
    params.explanation->Add(
        "body hash", match,
        (claim.exists() ? "" : "none for ") + std::to_string(body.size()) + " bytes");
  }
  if (match) return absl::OkStatus();
  if (!claim.exists()) {
    return InvalidSignatureError("the signature does not cover the body", "body_hash_missing");
  }
  return InvalidSignatureError("the body is not the one that was signed", "body_hash_mismatch");
}

}  // namespace

absl::StatusOr<VerifyResult> VerifyToken(const ChannelAdapter::VerifyParams& params,
                                         const Options& options) {
  OMNI_ASSIGN_OR_RETURN(const std::string_view token, OnlyHeader(params, kTokenHeader));
  const JwtRules rules = {
      .algorithms = kAlgorithms, .issuer = kIssuer, .clock_skew = options.clock_skew};
  OMNI_ASSIGN_OR_RETURN(const Jwt jwt, VerifyJwt({.token = token,
                                                  .keys = params.keys.Ring(kSigningKey),
                                                  .rules = rules,
                                                  .now = params.now,
                                                  .explanation = params.explanation}));
  const JsonValue claims = jwt.claims.root();
  const std::string_view id = claims["jti"].text();
  if (id.empty()) return InvalidSignatureError("the token has no id", "jwt_id_missing");
  OMNI_RETURN_IF_ERROR(CheckUrl(params, claims["url_hash"]));
  OMNI_RETURN_IF_ERROR(CheckBody(params, claims["payload_hash"]));
  return VerifyResult{.coverage = {.body = true, .url = true},
                      .key_id = jwt.key_id,
                      .nonce = id,
                      .nonce_expires = jwt.expires + options.clock_skew};
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
