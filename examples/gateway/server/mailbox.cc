#include "mailbox.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace host::internal {

bool Mailbox::Post(Task task) {
  const std::lock_guard lock(mutex_);
  if (io_ == nullptr) return false;  // the task is destroyed after the lock: it is the caller's
  tasks_.push_back(std::move(task));
  if (tasks_.size() == 1) {
    boost::asio::post(*io_, [self = shared_from_this()] { self->Deliver(); });
  }
  return true;
}

void Mailbox::Close() {
  std::vector<Task> dropped;  // destroyed after the lock: a task may hold what posts again
  const std::lock_guard lock(mutex_);
  io_ = nullptr;
  dropped.swap(tasks_);
}

void Mailbox::Deliver() {
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
  }
  for (Task& task : tasks) std::move(task)();
}

}  // namespace host::internal
