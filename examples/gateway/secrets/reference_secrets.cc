#include "secrets/reference_secrets.h"

#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <utility>

#include "base/mutex.h"
#include "base/text.h"

namespace host {
namespace {

constexpr std::string_view kEnv = "env:";
constexpr std::string_view kFile = "file:";
/// Of rings that are remembered: a stranger may choose an account, and so a reference.
constexpr std::size_t kMaxRings = 100'000;
constexpr std::size_t kMaxSecretBytes = 64 << 10;

std::optional<omni::Secret> ReadSecretFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content(kMaxSecretBytes, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (file.gcount() <= 0) return std::nullopt;
  const std::string_view line(content.data(), static_cast<std::size_t>(file.gcount()));
  return omni::Secret(line.substr(0, line.find_first_of("\r\n")));
}

std::optional<omni::Secret> Resolve(std::string_view reference) {
  if (reference.starts_with(kEnv)) {
    const char* value = std::getenv(std::string(reference.substr(kEnv.size())).c_str());
    if (value == nullptr) return std::nullopt;
    return omni::Secret(value);
  }
  if (reference.starts_with(kFile))
    return ReadSecretFile(std::string(reference.substr(kFile.size())));
  return omni::Secret(reference);
}

/// Thread safety: thread-safe.
class ReferenceSecrets final : public omni::SecretsProvider {
 public:
  absl::StatusOr<omni::KeyRing> Lookup(const LookupParams& params) override {
    const std::optional<omni::Secret> secret = Resolve(params.reference);
    if (!secret) return absl::NotFoundError("there is no such secret");
    MutexLock lock(mutex_);
    if (rings_.size() >= kMaxRings) rings_.clear();
    omni::KeyRing& ring = rings_[{std::string(params.reference), std::string(params.name)}];
    // The same keys until the secret changes, so that what was prepared from them is kept.
    if (ring.empty() || ring.keys().front()->secret().Reveal() != secret->Reveal()) {
      ring = omni::KeyRing::Of(params.name, {secret->Reveal()});
    }
    return ring;
  }

 private:
  Mutex mutex_;
  std::map<std::pair<std::string, std::string>, omni::KeyRing> rings_ HOST_GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<omni::SecretsProvider> MakeReferenceSecrets() {
  return std::make_shared<ReferenceSecrets>();
}

std::string DescribeReference(std::string_view reference) {
  if (reference.starts_with(kEnv)) {
    return "the environment variable " + std::string(reference.substr(kEnv.size()));
  }
  if (reference.starts_with(kFile)) {
    return "the file " + std::string(reference.substr(kFile.size()));
  }
  return {};
}

}  // namespace host
