#include "mailbox.h"

#include <sys/eventfd.h>

#include <utility>

namespace host::internal {

Mailbox::Mailbox() : wake_up_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

bool Mailbox::Post(Task&& task) {
  bool wakes = false;
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_) return false;
    tasks_.push_back(std::move(task));
    wakes = std::exchange(loop_sleeps_, false);
  }
  if (wakes) ::eventfd_write(wake_up_.get(), 1);
  return true;
}

void Mailbox::Take(std::vector<Task>& tasks) {
  const std::lock_guard lock(mutex_);
  tasks.swap(tasks_);
  loop_sleeps_ = tasks.empty();
}

void Mailbox::Close() {
  std::vector<Task> dropped;  // destroyed after the lock: a task may hold what posts again
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  dropped.swap(tasks_);
}

}  // namespace host::internal
