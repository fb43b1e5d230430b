#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/mutex.h"
#include "components/secrets/rings.h"
#include "components/secrets/secret_file.h"
#include "omni/components/secrets.h"

namespace omni::inline v0_1 {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Thread safety: thread-safe. No lock is held while a file is read.
class FileSecrets final : public SecretsProvider {
 public:
  explicit FileSecrets(FileSecretsOptions options)
      : options_(std::move(options)),
        check_every_(absl::ToChronoNanoseconds(options_.check_every)) {}

  [[nodiscard]] absl::StatusOr<KeyRing> Lookup(const LookupParams& params) override {
    const std::string_view path = params.reference;
    const bool is_absolute = path.starts_with('/');
    if (path.empty() || internal::LeavesItsFolder(path) ||
        (is_absolute && !options_.folder.empty())) {
      return absl::NotFoundError("no such file");
    }
    const std::string key = internal::MemoKey(path, params.name);
    const std::string file = PathOf(path);
    if (const KeyRing known = Known(key, internal::FactsOf(file)); !known.empty()) return known;
    return Remember(key, internal::ReadSecretFile(file, options_.max_file_bytes, params.name));
  }

 private:
  struct Entry {
    KeyRing ring = {};
    internal::FileFacts facts = {};
    SteadyTime checked = {};
  };

  [[nodiscard]] std::string PathOf(std::string_view path) const {
    return options_.folder.empty() ? std::string(path) : (options_.folder + "/").append(path);
  }

  /// What the file held when it was read lately and looked as it does now; empty when it is to be
  /// read.
  KeyRing Known(const std::string& key, const std::optional<internal::FileFacts>& facts) {
    const SteadyTime now = std::chrono::steady_clock::now();
    internal::MutexLock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.facts != facts) return {};
    if (now - found->second.checked < check_every_) return found->second.ring;
    // Others need not read it meanwhile.
    found->second.checked = now;
    return {};
  }

  /// Only files that exist are remembered, so that strangers cannot make this grow. What is known
  /// stays while the file is there and cannot be read.
  absl::StatusOr<KeyRing> Remember(const std::string& key,
                                   absl::StatusOr<internal::SecretFile> read) {
    internal::MutexLock lock(mutex_);
    if (!read.ok()) {
      const auto known = entries_.find(key);
      if (known == entries_.end()) return std::move(read).status();
      if (!absl::IsNotFound(read.status())) return known->second.ring;
      entries_.erase(known);
      return std::move(read).status();
    }
    Entry& entry = entries_[key];
    if (!internal::SameSecrets(entry.ring, read->ring)) entry.ring = read->ring;
    entry.facts = read->facts;
    entry.checked = std::chrono::steady_clock::now();
    return entry.ring;
  }

  const FileSecretsOptions options_;
  const std::chrono::nanoseconds check_every_;
  internal::Mutex mutex_;
  std::map<std::string, Entry> entries_ OMNI_GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<SecretsProvider> MakeFileSecrets(FileSecretsOptions options) {
  return std::make_shared<FileSecrets>(std::move(options));
}

}  // namespace omni::inline v0_1
