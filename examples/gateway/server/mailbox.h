// How other threads give a loop something to do.
#pragma once

#include <mutex>
#include <vector>

#include "http_server.h"
#include "owned_socket.h"

namespace host::internal {

/// Outlives its loop: what is posted to a closed mailbox is dropped.
///
/// Thread safety: thread-safe.
class Mailbox final : public ServerThread {
 public:
  Mailbox();

  /// What becomes readable when the loop sleeps and something comes. Below 0 when there was no
  /// descriptor left for it.
  [[nodiscard]] int descriptor() const { return wake_up_.get(); }

  bool Post(Task&& task) override;
  /// For the loop: moves all that has come to `tasks`, which is empty. When nothing has, the loop
  /// goes to sleep, and whatever comes next wakes it.
  void Take(std::vector<Task>& tasks);
  void Close();

 private:
  const OwnedSocket wake_up_;
  std::mutex mutex_;
  bool is_closed_ = false;
  bool loop_sleeps_ = false;  ///< and nobody has woken it yet
  std::vector<Task> tasks_;
};

}  // namespace host::internal
