#include "control/control_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <iterator>
#include <utility>

#include "control/wire.h"

namespace host {

absl::StatusOr<std::unique_ptr<ControlServer>> ControlServer::Start(
    std::string path, std::shared_ptr<omni::QueueSource> source) {
  const auto listener = ListenAt(path);
  if (!listener.ok()) return listener.status();
  return std::unique_ptr<ControlServer>(
      new ControlServer(std::move(path), *listener, std::move(source)));
}

ControlServer::ControlServer(std::string path, int listener,
                             std::shared_ptr<omni::QueueSource> source)
    : path_(std::move(path)),
      listener_(listener),
      source_(std::move(source)),
      accepter_([this] { Accept(); }) {}

ControlServer::~ControlServer() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    for (const Conversation& conversation : conversations_) conversation.socket.Shut();
  }
  ended_.notify_all();
  shutdown(listener_, SHUT_RDWR);  // wakes accept
  accepter_.join();
  std::list<Conversation> over;
  {
    MutexLock lock(mutex_);
    while (!conversations_.empty()) ended_.wait(mutex_);
    over.swap(over_);
  }
  for (Conversation& conversation : over) conversation.thread.join();
  close(listener_);
  unlink(path_.c_str());
}

void ControlServer::Accept() {
  while (AwaitRoom()) {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) {
      // Descriptors may be short for a while; a listener that was shut is told by `stopping_`.
      if (errno != EINTR && errno != ECONNABORTED) AwaitRetry();
      continue;
    }
    MutexLock lock(mutex_);
    if (stopping_) {
      close(descriptor);
      return;
    }
    conversations_.emplace_back(descriptor);
    const Place place = std::prev(conversations_.end());
    place->thread = std::thread([this, place] { Converse(place); });
  }
}

void ControlServer::Converse(Place place) {
  while (const auto question = place->socket.Read(kMaxQuestionBytes)) {
    if (!place->socket.Write(AnswerControl(*question, *source_))) break;
  }
  MutexLock lock(mutex_);
  over_.splice(over_.end(), conversations_, place);
  ended_.notify_all();
}

void ControlServer::AwaitRetry() {
  MutexLock lock(mutex_);
  if (!stopping_) ended_.wait_for(mutex_, std::chrono::milliseconds(100));
}

bool ControlServer::AwaitRoom() {
  std::list<Conversation> over;
  bool goes_on = true;
  {
    MutexLock lock(mutex_);
    while (!stopping_ && conversations_.size() >= kMaxConversations) ended_.wait(mutex_);
    goes_on = !stopping_;
    over.swap(over_);
  }
  for (Conversation& conversation : over) conversation.thread.join();
  return goes_on;
}

}  // namespace host
