#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/absl_bridge.h"
#include "base/mutex.h"
#include "omni/components/memory_stores.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace {

using internal::ToAbsl;

/// A digest of the file and whose it is: the same upload is kept once.
std::string IdOf(const MediaUpload& upload) {
  std::string text;
  for (const std::string* member :
       {&upload.tenant, &upload.conversation, &upload.filename, &upload.content_type}) {
    absl::StrAppend(&text, member->size(), ":", *member);
  }
  text.append(AsView(Sha256(upload.content)));
  return HexEncode(AsView(Sha256(text)));
}

/// Thread safety: thread-safe.
class MemoryMediaStoreImpl final : public MemoryMediaStore {
 public:
  explicit MemoryMediaStoreImpl(MemoryMediaOptions options) : options_(std::move(options)) {}

  [[nodiscard]] absl::StatusOr<StoredMedia> Put(const MediaUpload& upload) override;
  [[nodiscard]] std::optional<MediaUpload> Find(std::string_view id) override;

 private:
  const MemoryMediaOptions options_;
  internal::Mutex mutex_;
  absl::flat_hash_map<std::string, MediaUpload> files_ OMNI_GUARDED_BY(mutex_);
  std::size_t bytes_ OMNI_GUARDED_BY(mutex_) = 0;
};

absl::StatusOr<StoredMedia> MemoryMediaStoreImpl::Put(const MediaUpload& upload) {
  /// What a file takes besides its texts, so that empty files are bounded too.
  constexpr std::size_t kFileOverhead = 512;
  if (upload.content.size() > options_.max_file_bytes) {
    return absl::ResourceExhaustedError("the file is too large");
  }
  StoredMedia stored{.id = IdOf(upload)};
  stored.url = options_.base_url + stored.id;
  const std::size_t bytes = upload.content.size() + upload.tenant.size() +
                            upload.conversation.size() + upload.filename.size() +
                            upload.content_type.size() + kFileOverhead;
  internal::MutexLock lock(mutex_);
  if (files_.contains(stored.id)) return stored;
  if (bytes > options_.max_bytes || bytes_ > options_.max_bytes - bytes) {
    return absl::ResourceExhaustedError("no room for another file");
  }
  files_.emplace(stored.id, upload);
  bytes_ += bytes;
  return stored;
}

std::optional<MediaUpload> MemoryMediaStoreImpl::Find(std::string_view id) {
  internal::MutexLock lock(mutex_);
  const auto found = files_.find(ToAbsl(id));
  if (found == files_.end()) return std::nullopt;
  return found->second;
}

}  // namespace

std::shared_ptr<MemoryMediaStore> MakeMemoryMediaStore(const MemoryMediaOptions& options) {
  return std::make_shared<MemoryMediaStoreImpl>(options);
}

}  // namespace omni::inline v0_1
