/// \file
/// A thread for what blocks: the server's own must not.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <thread>

#include "absl/functional/any_invocable.h"
#include "base/mutex.h"

namespace host {

/// Runs tasks one after another. What is still waiting when it is destroyed is dropped: a
/// completion inside answers for itself.
///
/// Thread safety: thread-safe.
class Worker {
 public:
  using Task = absl::AnyInvocable<void() &&>;
  static constexpr std::size_t kMaxWaiting = 256;

  Worker() : thread_([this] { Run(); }) {}
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// False when too much is waiting; then the task is dropped.
  bool Post(Task task);

 private:
  void Run();

  Mutex mutex_;
  std::condition_variable_any filled_;
  std::deque<Task> tasks_ HOST_GUARDED_BY(mutex_);
  bool stopping_ HOST_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace host
