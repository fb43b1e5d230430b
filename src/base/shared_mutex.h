/// \file
/// std::shared_mutex with clang's thread-safety annotations, as mutex.h has std::mutex.
#pragma once

#include <shared_mutex>

#include "base/mutex.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: thread-safe.
class OMNI_THREAD_ANNOTATION(capability("mutex")) SharedMutex {
 public:
  void Lock() OMNI_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void Unlock() OMNI_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  void LockShared() OMNI_THREAD_ANNOTATION(acquire_shared_capability()) { mutex_.lock_shared(); }
  void UnlockShared() OMNI_THREAD_ANNOTATION(release_shared_capability()) {
    mutex_.unlock_shared();
  }

 private:
  std::shared_mutex mutex_;
};

/// Holds a SharedMutex for its scope, together with other readers.
class OMNI_THREAD_ANNOTATION(scoped_lockable) ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) OMNI_THREAD_ANNOTATION(acquire_shared_capability(mutex))
      : mutex_(mutex) {
    mutex_.LockShared();
  }
  ~ReaderLock() OMNI_THREAD_ANNOTATION(release_capability()) { mutex_.UnlockShared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  SharedMutex& mutex_;
};

/// Holds a SharedMutex for its scope, alone.
class OMNI_THREAD_ANNOTATION(scoped_lockable) WriterLock {
 public:
  explicit WriterLock(SharedMutex& mutex) OMNI_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~WriterLock() OMNI_THREAD_ANNOTATION(release_capability()) { mutex_.Unlock(); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  SharedMutex& mutex_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
