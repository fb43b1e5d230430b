/// \file
/// A thread that does something now and then.
#pragma once

#include <condition_variable>
#include <functional>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "base/mutex.h"

namespace host {

/// Calls a function again and again, with a pause after each call, until it is destroyed.
///
/// Thread safety: confined.
class Periodic {
 public:
  Periodic(absl::Duration pause, std::function<void()> work)
      : pause_(absl::ToChronoMilliseconds(pause)),
        work_(std::move(work)),
        thread_([this] { Run(); }) {}
  ~Periodic() {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
    }
    stop_.notify_one();
    thread_.join();
  }
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

 private:
  void Run() {
    while (true) {
      {
        MutexLock lock(mutex_);
        if (!stopping_) stop_.wait_for(mutex_, pause_);
        if (stopping_) return;
      }
      work_();
    }
  }

  const std::chrono::milliseconds pause_;
  const std::function<void()> work_;
  Mutex mutex_;
  std::condition_variable_any stop_;
  bool stopping_ HOST_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace host
