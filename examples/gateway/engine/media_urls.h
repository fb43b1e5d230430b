/// \file
/// Gives the files of a media store the addresses under which the host serves them.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "omni/ports/conversation_store.h"

namespace host {

/// The port may be known only once the server has started.
///
/// Thread safety: thread-safe.
class MediaUrls final : public omni::MediaStore {
 public:
  explicit MediaUrls(std::shared_ptr<omni::MediaStore> store) : store_(std::move(store)) {}

  /// A file's URL is this and its id.
  void SetBase(std::string base) {
    MutexLock lock(mutex_);
    base_.swap(base);
  }
  absl::StatusOr<omni::StoredMedia> Put(const omni::MediaUpload& upload) override {
    auto stored = store_->Put(upload);
    if (!stored.ok()) return stored;
    MutexLock lock(mutex_);
    stored->url = base_ + stored->id;
    return stored;
  }

 private:
  const std::shared_ptr<omni::MediaStore> store_;
  Mutex mutex_;
  std::string base_ HOST_GUARDED_BY(mutex_) = "/media/";
};

}  // namespace host
