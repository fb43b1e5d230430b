// How other threads give a loop something to do.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "absl/functional/any_invocable.h"

namespace boost::asio {
class io_context;
}

namespace host::internal {

/// Outlives its loop: what is posted to a closed mailbox is dropped.
///
/// Thread safety: thread-safe.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  using Task = absl::AnyInvocable<void() &&>;

  explicit Mailbox(boost::asio::io_context& io) : io_(&io) {}

  /// Has the task run on the loop's thread, in the order of the calls. False: it never will.
  bool Post(Task task);
  void Close();

 private:
  void Deliver();

  std::mutex mutex_;
  boost::asio::io_context* io_;  ///< null: closed
  std::vector<Task> tasks_;      ///< one wake-up serves all that gather until it happens
};

}  // namespace host::internal
