/// \file
/// JSON Web Tokens (RFC 7519) in the compact form of RFC 7515, signed with a shared secret.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/explanation.h"
#include "omni/export.h"
#include "omni/json.h"
#include "omni/key_ring.h"
#include "omni/short_text.h"

namespace omni::inline v0_1 {

enum class JwtAlgorithm { kHs256, kHs384, kHs512 };

inline constexpr JwtAlgorithm kHs256Only[] = {JwtAlgorithm::kHs256};

/// What a verifier insists on.
struct JwtRules {
  /// What the keys are for. A token that names another algorithm, or `none`, is refused: the token
  /// has no say in how it is checked. Lifetime: the call's.
  std::span<const JwtAlgorithm> algorithms = kHs256Only;
  std::string_view issuer = {};  ///< what `iss` must be; empty: not looked at
  absl::Duration clock_skew = absl::Seconds(5);
  std::size_t max_bytes = 8 * 1024;
};

/// What a genuine token says.
struct Jwt {
  JsonDocument claims;  ///< an object
  ShortText key_id = {};
  absl::Time expires = absl::InfinitePast();  ///< `exp`, without the skew
};

struct VerifyJwtParams {
  std::string_view token;
  const KeyRing& keys;
  const JwtRules& rules;
  absl::Time now = absl::InfinitePast();
  Explanation* explanation = nullptr;
};

/// The claims of a token that one of the keys has signed and that is in force: `exp` is required,
/// `nbf` is heeded where it is there. Nothing but the header is read before the signature holds.
///
/// Errors: Unauthenticated (`INVALID_SIGNATURE`) with the reason `jwt_malformed`,
/// `jwt_algorithm_not_allowed`, `signature_mismatch`, `jwt_issuer`, `jwt_expired` (also without
/// `exp`) or `jwt_not_yet_valid`.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<Jwt> VerifyJwt(const VerifyJwtParams& params);

}  // namespace omni::inline v0_1
