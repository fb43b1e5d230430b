#include "ops/worker.h"

namespace host {

bool WorkerInbox::Post(Task task) {
  {
    MutexLock lock(mutex_);
    if (is_closed_ || tasks_.size() >= kMaxWaiting) return false;
    tasks_.push_back(std::move(task));
  }
  filled_.notify_one();
  return true;
}

std::optional<WorkerInbox::Task> WorkerInbox::Take() {
  MutexLock lock(mutex_);
  while (tasks_.empty() && !is_closed_) filled_.wait(mutex_);
  if (is_closed_) return std::nullopt;
  Task task = std::move(tasks_.front());
  tasks_.pop_front();
  return task;
}

void WorkerInbox::Close() {
  std::deque<Task> dropped;  // their completions answer, with no lock held
  {
    MutexLock lock(mutex_);
    is_closed_ = true;
    dropped.swap(tasks_);
  }
  filled_.notify_one();
}

Worker::~Worker() {
  inbox_->Close();
  thread_.join();
}

void Worker::Run(WorkerInbox& inbox) {
  while (auto task = inbox.Take()) std::move (*task)();
}

}  // namespace host
