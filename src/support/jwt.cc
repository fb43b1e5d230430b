#include "omni/support/jwt.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "base/status_macros.h"
#include "omni/error.h"
#include "omni/secret.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "support/base64.h"

namespace omni::inline v0_1 {
namespace {

// Tokens are small and flat.
constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxValues = 1'000;

constexpr std::pair<std::string_view, JwtAlgorithm> kAlgorithms[] = {
    {"HS256", JwtAlgorithm::kHs256},
    {"HS384", JwtAlgorithm::kHs384},
    {"HS512", JwtAlgorithm::kHs512},
};

// The header that nearly every token has: `{"alg":"HS256","typ":"JWT"}`.
constexpr std::string_view kUsualHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

// `signing_input.signature`, where the first is `header.payload`. Lifetime: the token's.
struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signing_input;
};

void Explain(Explanation* explanation, std::string_view step, bool passed,
             std::string_view detail) {
  if (explanation != nullptr) explanation->Add(step, passed, std::string(detail));
}

absl::Status MalformedError() {
  return InvalidSignatureError("the token is malformed", "jwt_malformed");
}

absl::StatusOr<Parts> Split(std::string_view token, std::size_t max_bytes) {
  if (token.size() > max_bytes) return MalformedError();
  const std::size_t first = token.find('.');
  const std::size_t last = first == token.npos ? token.npos : token.find('.', first + 1);
  if (last == token.npos || token.find('.', last + 1) != token.npos) return MalformedError();
  return Parts{.header = token.substr(0, first),
               .payload = token.substr(first + 1, last - first - 1),
               .signature = token.substr(last + 1),
               .signing_input = token.substr(0, last)};
}

absl::StatusOr<JsonDocument> DecodeObject(std::string_view part) {
  // The compact form has no padding.
  if (part.ends_with('=')) return MalformedError();
  absl::InlinedVector<char, 512> bytes(part.size());
  const std::optional<std::string_view> text = internal::DecodeBase64Url(part, bytes.data());
  if (!text.has_value()) return MalformedError();
  const JsonLimits limits = {
      .max_bytes = text->size(), .max_depth = kMaxDepth, .max_values = kMaxValues};
  absl::StatusOr<JsonDocument> document = JsonDocument::Parse(*text, limits);
  if (!document.ok() || !document->root().is_object()) return MalformedError();
  return document;
}

bool Allows(const JwtRules& rules, JwtAlgorithm algorithm) {
  return std::find(rules.algorithms.begin(), rules.algorithms.end(), algorithm) !=
         rules.algorithms.end();
}

absl::StatusOr<JwtAlgorithm> ReadAlgorithm(std::string_view header, const JwtRules& rules) {
  if (header == kUsualHeader && Allows(rules, JwtAlgorithm::kHs256)) return JwtAlgorithm::kHs256;
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, DecodeObject(header));
  // Extensions that the token wants to be understood: there are none here.
  if (document.root()["crit"].exists()) return MalformedError();
  const std::string_view name = document.root()["alg"].text();
  for (const auto& [known, algorithm] : kAlgorithms) {
    if (name == known && Allows(rules, algorithm)) return algorithm;
  }
  return InvalidSignatureError("the token's algorithm is not allowed", "jwt_algorithm_not_allowed");
}

std::string OneShotSignature(const EVP_MD* digest, std::string_view secret, std::string_view text) {
  std::array<char, EVP_MAX_MD_SIZE> mac;
  unsigned size = 0;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(mac.data()), &size);
  return Base64UrlEncode(std::string_view(mac.data(), size));
}

// Texts are compared: a second spelling of the same bytes is another signature.
bool IsSignedWith(const Key& key, JwtAlgorithm algorithm, const Parts& parts) {
  const std::string_view text = parts.signing_input;
  const std::string_view secret = key.secret().Reveal();
  switch (algorithm) {
    case JwtAlgorithm::kHs256:  // only this is what carriers use, and worth a prepared key
      return ConstantTimeEquals(AsView(Base64UrlEncode(key.Prepared<HmacSha256Key>().Sign(text))),
                                parts.signature);
    case JwtAlgorithm::kHs384:
      return ConstantTimeEquals(OneShotSignature(EVP_sha384(), secret, text), parts.signature);
    case JwtAlgorithm::kHs512:
      return ConstantTimeEquals(OneShotSignature(EVP_sha512(), secret, text), parts.signature);
  }
  return false;
}

// The key that has signed the token, or null.
const Key* FindKey(const Parts& parts, JwtAlgorithm algorithm, const VerifyJwtParams& params) {
  for (const std::shared_ptr<const Key>& key : params.keys.keys()) {
    const bool match = IsSignedWith(*key, algorithm, parts);
    Explain(params.explanation, "key", match, key->id());
    if (match) return key.get();
  }
  return nullptr;
}

std::optional<absl::Time> ReadTime(JsonValue claim) {
  const std::optional<std::int64_t> seconds = claim.is_number() ? claim.AsInt64() : std::nullopt;
  return seconds.has_value() ? std::optional(absl::FromUnixSeconds(*seconds)) : std::nullopt;
}

// Returns `exp`.
absl::StatusOr<absl::Time> CheckClaims(JsonValue claims, const JwtRules& rules, absl::Time now) {
  if (!rules.issuer.empty() && claims["iss"].text() != rules.issuer) {
    return InvalidSignatureError("the token is somebody else's", "jwt_issuer");
  }
  const std::optional<absl::Time> expires = ReadTime(claims["exp"]);
  if (!expires.has_value() || now - rules.clock_skew >= *expires) {
    return InvalidSignatureError("the token has expired", "jwt_expired");
  }
  if (const JsonValue not_before = claims["nbf"]; not_before.exists()) {
    const std::optional<absl::Time> start = ReadTime(not_before);
    if (!start.has_value() || now + rules.clock_skew < *start) {
      return InvalidSignatureError("the token is not valid yet", "jwt_not_yet_valid");
    }
  }
  return *expires;
}

}  // namespace

absl::StatusOr<Jwt> VerifyJwt(const VerifyJwtParams& params) {
  const absl::StatusOr<Parts> parts = Split(params.token, params.rules.max_bytes);
  if (params.explanation != nullptr) {
    Explain(params.explanation, "token", parts.ok(),
            std::to_string(params.token.size()) + " bytes");
  }
  if (!parts.ok()) return parts.status();
  const absl::StatusOr<JwtAlgorithm> algorithm = ReadAlgorithm(parts->header, params.rules);
  Explain(params.explanation, "algorithm", algorithm.ok(), "of the token's header");
  if (!algorithm.ok()) return algorithm.status();

  const Key* const key = FindKey(*parts, *algorithm, params);
  if (key == nullptr) {
    return InvalidSignatureError("the token's signature does not match", "signature_mismatch");
  }
  OMNI_ASSIGN_OR_RETURN(JsonDocument claims, DecodeObject(parts->payload));
  const auto expires = CheckClaims(claims.root(), params.rules, params.now);
  Explain(params.explanation, "claims", expires.ok(), "issuer and times");
  if (!expires.ok()) return expires.status();
  return Jwt{.claims = std::move(claims), .key_id = key->id(), .expires = *expires};
}

}  // namespace omni::inline v0_1
