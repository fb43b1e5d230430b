/// \file
/// std::mutex with clang's thread-safety annotations, as omni has one for itself. Abseil's gives
/// false races under ThreadSanitizer where it comes prebuilt.
#pragma once

#include <mutex>

#if defined(__clang__)
#define HOST_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define HOST_THREAD_ANNOTATION(x)
#endif

#define HOST_GUARDED_BY(x) HOST_THREAD_ANNOTATION(guarded_by(x))
#define HOST_REQUIRES(...) HOST_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))

namespace host {

/// Thread safety: thread-safe.
class HOST_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  // The standard names, for std::condition_variable_any.
  void lock() HOST_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() HOST_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds a Mutex for its scope.
class HOST_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) HOST_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() HOST_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace host
