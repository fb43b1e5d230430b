/// \file
/// Where secrets come from.
#pragma once

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "omni/export.h"
#include "omni/key_ring.h"

namespace omni::inline v0_1 {

/// Thread safety: thread-safe. Lookups may be made for every request and are expected to be cached
/// by the provider; it returns the same Key objects until a secret changes, so that what was
/// prepared from a key is kept. Where a reference holds `{account}`, a stranger chooses the
/// account: remember what was not found as well, and bound what is remembered.
class OMNI_EXPORT SecretsProvider {
 public:
  virtual ~SecretsProvider();

  struct LookupParams {
    std::string_view reference = {};  ///< as configured: `env:NAME`, `vault:twilio/AC1`, a literal
    std::string_view name = {};       ///< purpose, for the keys' ids: `authToken`
  };
  /// The keys behind a reference, newest first.
  ///
  /// Errors: NotFound when there is no such secret; Unavailable when it cannot be reached now.
  [[nodiscard]] virtual absl::StatusOr<KeyRing> Lookup(const LookupParams& params) = 0;
};

/// A secrets provider that takes every reference for the secret itself.
[[nodiscard]] OMNI_EXPORT std::shared_ptr<SecretsProvider> MakeLiteralSecrets();

}  // namespace omni::inline v0_1
