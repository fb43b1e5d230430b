#include "omni/ports/secrets_provider.h"

namespace omni::inline v0_1 {
namespace {

/// Thread safety: thread-safe.
class LiteralSecrets final : public SecretsProvider {
 public:
  [[nodiscard]] absl::StatusOr<KeyRing> Lookup(const LookupParams& params) override {
    return KeyRing::Of(params.name, {params.reference});
  }
};

}  // namespace

std::shared_ptr<SecretsProvider> MakeLiteralSecrets() { return std::make_shared<LiteralSecrets>(); }

}  // namespace omni::inline v0_1
