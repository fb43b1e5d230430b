#include "components/secrets/rings.h"

#include <algorithm>

namespace omni::inline v0_1 {
namespace internal {

bool SameSecrets(const KeyRing& a, const KeyRing& b) {
  const auto same = [](const auto& x, const auto& y) {
    return x->id() == y->id() && ConstantTimeEquals(x->secret().Reveal(), y->secret().Reveal());
  };
  return std::equal(a.keys().begin(), a.keys().end(), b.keys().begin(), b.keys().end(), same);
}

std::string MemoKey(std::string_view reference, std::string_view name) {
  // The length first: whatever either holds, two pairs never read alike.
  return std::to_string(reference.size()).append(":").append(reference).append(name);
}

}  // namespace internal
}  // namespace omni::inline v0_1
