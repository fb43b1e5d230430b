#include "loopback/proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace omni::loopback {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

Proxy::Proxy(int target_port) : target_port_(target_port) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  listen(listener_, 16);
  acceptor_ = std::thread([this] { Accept(); });
}

Proxy::~Proxy() {
  is_closing_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  Cut();
  for (std::thread& thread : threads_) thread.join();
  for (const int socket_number : sockets_) close(socket_number);
  close(listener_);
}

void Proxy::Cut() {
  const std::lock_guard lock(mutex_);
  for (const int socket_number : sockets_) shutdown(socket_number, SHUT_RDWR);
}

void Proxy::Accept() {
  while (true) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Loopback(target_port_);
    const bool is_there =
        connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    const std::lock_guard lock(mutex_);
    sockets_.insert(sockets_.end(), {client, server});
    if (!is_there || is_closing_) {
      shutdown(client, SHUT_RDWR);
      continue;
    }
    threads_.emplace_back([this, client, server] { Pass(client, server, false); });
    threads_.emplace_back([this, client, server] { Pass(server, client, true); });
  }
}

void Proxy::Pass(int from, int to, bool is_answer) {
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = recv(from, buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    if (is_answer && holds_answers_) ++held_answers_;
    while (is_answer && holds_answers_ && !is_closing_) {
      pollfd entry = {.fd = from, .events = POLLRDHUP, .revents = 0};
      if (poll(&entry, 1, 5) != 0) break;  // cut
    }
    if (send(to, buffer.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) != count) break;
  }
  shutdown(from, SHUT_RDWR);
  shutdown(to, SHUT_RDWR);
}

}  // namespace omni::loopback
