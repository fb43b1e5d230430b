/// \file
/// The consumer's side of a queue, for other programs of the same user on this machine.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "control/line_socket.h"
#include "omni/ports/queue_source.h"

namespace host {

/// One process owns the SQLite file, so `omni events --ack` asks the one that serves. The socket
/// lies beside the file and only the same user can open it.
///
/// Thread safety: thread-safe.
class ControlServer {
 public:
  /// Errors: Unavailable, saying why there can be no socket.
  static absl::StatusOr<std::unique_ptr<ControlServer>> Start(
      std::string path, std::shared_ptr<omni::QueueSource> source);
  /// Ends all conversations.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  static constexpr std::size_t kMaxConversations = 16;
  static constexpr std::size_t kMaxQuestionBytes = std::size_t{1} << 20;

  struct Conversation {
    explicit Conversation(int descriptor) : socket(descriptor) {}
    LineSocket socket;
    std::thread thread;
  };
  using Place = std::list<Conversation>::iterator;

  ControlServer(std::string path, int listener, std::shared_ptr<omni::QueueSource> source);
  void Accept();
  void Converse(Place place);
  /// Waits until there is room for another conversation, and joins the threads of those that are
  /// over. False when it is time to stop.
  bool AwaitRoom();
  /// Lets a little time pass before what failed is tried again; less when it is time to stop.
  void AwaitRetry();

  const std::string path_;
  const int listener_;
  const std::shared_ptr<omni::QueueSource> source_;
  Mutex mutex_;
  bool stopping_ HOST_GUARDED_BY(mutex_) = false;
  std::condition_variable_any ended_;
  std::list<Conversation> conversations_ HOST_GUARDED_BY(mutex_);
  std::list<Conversation> over_ HOST_GUARDED_BY(mutex_);  ///< whose threads are about to end
  std::thread accepter_;
};

}  // namespace host
