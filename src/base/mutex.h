/// \file
/// std::mutex with clang's thread-safety annotations. Abseil's mutex is not used because Debian's
/// prebuilt one gives false races under ThreadSanitizer.
#pragma once

#include <mutex>

#if defined(__clang__)
#define OMNI_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define OMNI_THREAD_ANNOTATION(x)
#endif

#define OMNI_GUARDED_BY(x) OMNI_THREAD_ANNOTATION(guarded_by(x))
#define OMNI_REQUIRES(...) OMNI_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: thread-safe.
class OMNI_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void Lock() OMNI_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void Unlock() OMNI_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

  /// For std::condition_variable_any, which wants the standard names.
  void lock() OMNI_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() OMNI_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds a Mutex for its scope.
class OMNI_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) OMNI_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() OMNI_THREAD_ANNOTATION(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace internal
}  // namespace omni::inline v0_1
