#include "control/control_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
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
  shutdown(listener_, SHUT_RDWR);  // wakes accept
  accepter_.join();
  std::list<Conversation> last;
  {
    MutexLock lock(mutex_);
    last.swap(conversations_);
  }
  for (Conversation& conversation : last) conversation.thread.join();
  close(listener_);
  unlink(path_.c_str());
}

void ControlServer::Accept() {
  while (true) {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (descriptor < 0) return;
    Collect();
    MutexLock lock(mutex_);
    if (stopping_ || conversations_.size() >= kMaxConversations) {
      close(descriptor);
      continue;
    }
    Conversation& conversation = conversations_.emplace_back(descriptor);
    conversation.thread = std::thread([this, &conversation] { Converse(conversation); });
  }
}

void ControlServer::Converse(Conversation& conversation) {
  while (const auto question = conversation.socket.Read(kMaxQuestionBytes)) {
    if (!conversation.socket.Write(AnswerControl(*question, *source_))) break;
  }
  MutexLock lock(mutex_);
  conversation.over = true;
}

// Joins the threads of conversations that are over.
void ControlServer::Collect() {
  std::list<Conversation> over;
  {
    MutexLock lock(mutex_);
    for (auto each = conversations_.begin(); each != conversations_.end();) {
      const auto next = std::next(each);
      if (each->over) over.splice(over.end(), conversations_, each);
      each = next;
    }
  }
  for (Conversation& conversation : over) conversation.thread.join();
}

}  // namespace host
