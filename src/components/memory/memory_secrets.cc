#include <map>
#include <utility>

#include "base/mutex.h"
#include "components/secrets/rings.h"
#include "omni/components/memory.h"

namespace omni::inline v0_1 {
struct MemorySecrets::Impl {
  struct Entry {
    std::vector<std::string> secrets;
    std::map<std::string, KeyRing, std::less<>> rings;  ///< by purpose, made at the first lookup
  };

  internal::Mutex mutex;
  std::map<std::string, Entry, std::less<>> entries OMNI_GUARDED_BY(mutex);
};

MemorySecrets::MemorySecrets() : impl_(std::make_unique<Impl>()) {}
MemorySecrets::~MemorySecrets() = default;

void MemorySecrets::Set(std::string reference, std::vector<std::string> secrets) {
  internal::MutexLock lock(impl_->mutex);
  impl_->entries.insert_or_assign(std::move(reference), Impl::Entry{std::move(secrets), {}});
}

absl::StatusOr<KeyRing> MemorySecrets::Lookup(const LookupParams& params) {
  internal::MutexLock lock(impl_->mutex);
  const auto found = impl_->entries.find(params.reference);
  if (found == impl_->entries.end()) return absl::NotFoundError("no such secret");
  Impl::Entry& entry = found->second;
  auto ring = entry.rings.find(params.name);
  if (ring == entry.rings.end()) {
    ring = entry.rings
               .emplace(std::string(params.name), internal::MakeRing(params.name, entry.secrets))
               .first;
  }
  return ring->second;
}

}  // namespace omni::inline v0_1
