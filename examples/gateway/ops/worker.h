/// \file
/// A thread for what blocks: the server's own must not.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "base/mutex.h"

namespace host {

/// Where a worker's tasks wait. It may outlast the worker, and takes nothing then: for those who
/// cannot know whether it is still there, such as the completion of a slow queue.
///
/// Thread safety: thread-safe.
class WorkerInbox {
 public:
  using Task = absl::AnyInvocable<void() &&>;
  static constexpr std::size_t kMaxWaiting = 256;

  /// False when too much is waiting, or the worker is gone; then the task is dropped.
  bool Post(Task task);

 private:
  friend class Worker;
  /// The next task; nothing when it is time to stop.
  std::optional<Task> Take();
  void Close();

  Mutex mutex_;
  std::condition_variable_any filled_;
  std::deque<Task> tasks_ HOST_GUARDED_BY(mutex_);
  bool is_closed_ HOST_GUARDED_BY(mutex_) = false;
};

/// Runs tasks one after another. What is still waiting when it is destroyed is dropped: a
/// completion inside answers for itself.
///
/// Thread safety: thread-safe.
class Worker {
 public:
  Worker() : thread_([inbox = inbox_] { Run(*inbox); }) {}
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  bool Post(WorkerInbox::Task task) { return inbox_->Post(std::move(task)); }
  [[nodiscard]] const std::shared_ptr<WorkerInbox>& inbox() const { return inbox_; }

 private:
  static void Run(WorkerInbox& inbox);

  const std::shared_ptr<WorkerInbox> inbox_ = std::make_shared<WorkerInbox>();
  std::thread thread_;
};

}  // namespace host
