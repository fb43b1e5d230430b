#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_bridge.h"
#include "base/mutex.h"
#include "omni/components/memory_stores.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace {

/// What makes two requests the same: the carrier may sign and date a repetition anew, so headers
/// do not count.
Sha256Digest DigestOf(const Capsule& capsule) {
  const WebhookRequest& request = capsule.request;
  std::string text;
  for (const std::string* member : {&capsule.channel, &capsule.tenant, &request.target}) {
    absl::StrAppend(&text, member->size(), ":", *member);
  }
  absl::StrAppend(&text, internal::ToAbsl(HttpMethodName(request.method)), ":", request.body);
  return Sha256(text);
}

/// With what the store itself needs.
std::size_t BytesOf(const Capsule& capsule) {
  std::size_t bytes = sizeof(Capsule) + 256;
  for (const std::string* text :
       {&capsule.id, &capsule.version, &capsule.channel, &capsule.tenant, &capsule.authentication,
        &capsule.key_id, &capsule.bound_account, &capsule.reason, &capsule.message,
        &capsule.request.target, &capsule.request.external_url, &capsule.request.body,
        &capsule.request.peer}) {
    bytes += text->size();
  }
  for (const auto& [name, value] : capsule.request.headers) {
    bytes += sizeof(TextPairIterator::Head) + name.size() + value.size();
  }
  return bytes;
}

/// Capsules by id, which is by age.
///
/// Thread safety: thread-safe.
class MemoryQuarantineStore final : public QuarantineStore {
 public:
  explicit MemoryQuarantineStore(const MemoryQuarantineOptions& options) : options_(options) {}

  absl::Status Put(const Capsule& capsule) override;
  [[nodiscard]] absl::StatusOr<Capsule> Get(std::string_view id) override;
  [[nodiscard]] absl::StatusOr<std::vector<Capsule>> List(const ListParams& params) override;
  absl::Status Remove(std::string_view id) override;

 private:
  const MemoryQuarantineOptions options_;
  internal::Mutex mutex_;
  std::map<std::string, Capsule, std::less<>> capsules_ OMNI_GUARDED_BY(mutex_);
  std::set<Sha256Digest> requests_ OMNI_GUARDED_BY(mutex_);
  std::size_t bytes_ OMNI_GUARDED_BY(mutex_) = 0;
};

absl::Status MemoryQuarantineStore::Put(const Capsule& capsule) {
  const Sha256Digest request = DigestOf(capsule);
  const std::size_t bytes = BytesOf(capsule);
  internal::MutexLock lock(mutex_);
  if (requests_.contains(request)) return absl::OkStatus();
  if (capsules_.contains(capsule.id)) {
    return absl::AlreadyExistsError("another capsule has this id");
  }
  if (capsules_.size() >= options_.max_capsules || bytes > options_.max_bytes ||
      bytes_ > options_.max_bytes - bytes) {
    return absl::ResourceExhaustedError("no room for another capsule");
  }
  capsules_.emplace(capsule.id, capsule);
  requests_.insert(request);
  bytes_ += bytes;
  return absl::OkStatus();
}

absl::StatusOr<Capsule> MemoryQuarantineStore::Get(std::string_view id) {
  internal::MutexLock lock(mutex_);
  const auto found = capsules_.find(id);
  if (found == capsules_.end()) return absl::NotFoundError("no such capsule");
  return found->second;
}

absl::StatusOr<std::vector<Capsule>> MemoryQuarantineStore::List(const ListParams& params) {
  std::vector<Capsule> page;
  internal::MutexLock lock(mutex_);
  for (auto place = capsules_.upper_bound(params.after);
       place != capsules_.end() && page.size() < params.limit; ++place) {
    page.push_back(place->second);
  }
  return page;
}

absl::Status MemoryQuarantineStore::Remove(std::string_view id) {
  internal::MutexLock lock(mutex_);
  const auto found = capsules_.find(id);
  if (found == capsules_.end()) return absl::NotFoundError("no such capsule");
  bytes_ -= BytesOf(found->second);
  requests_.erase(DigestOf(found->second));
  capsules_.erase(found);
  return absl::OkStatus();
}

}  // namespace

std::shared_ptr<QuarantineStore> MakeMemoryQuarantineStore(const MemoryQuarantineOptions& options) {
  return std::make_shared<MemoryQuarantineStore>(options);
}

}  // namespace omni::inline v0_1
