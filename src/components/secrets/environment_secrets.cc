#include <array>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "components/secrets/rings.h"
#include "omni/components/secrets.h"

namespace omni::inline v0_1 {
namespace {

/// Thread safety: thread-safe, as long as nobody changes the environment meanwhile.
class EnvironmentSecrets final : public SecretsProvider {
 public:
  [[nodiscard]] absl::StatusOr<KeyRing> Lookup(const LookupParams& params) override {
    const std::string variable(params.reference);
    const char* const value = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr || *value == '\0') {
      return absl::NotFoundError("no such environment variable");
    }
    const std::array<std::string_view, 1> secrets = {value};
    KeyRing ring = internal::MakeRing(params.name, secrets);
    internal::MutexLock lock(mutex_);
    // One for each variable that exists: what strangers ask for in vain leaves nothing behind.
    KeyRing& known = rings_[internal::MemoKey(params.reference, params.name)];
    if (!internal::SameSecrets(known, ring)) known = ring;
    return known;
  }

 private:
  internal::Mutex mutex_;
  std::map<std::string, KeyRing> rings_ OMNI_GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<SecretsProvider> MakeEnvironmentSecrets() {
  return std::make_shared<EnvironmentSecrets>();
}

}  // namespace omni::inline v0_1
