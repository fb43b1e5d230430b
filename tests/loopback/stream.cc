#include "loopback/stream.h"

#include <sys/socket.h>
#include <unistd.h>

namespace omni::loopback {

Stream::Stream(int socket, SSL_CTX* tls) : socket_(socket) {
  if (tls == nullptr) return;
  tls_.reset(SSL_new(tls));
  SSL_set_fd(tls_.get(), socket_);
}

Stream::~Stream() { close(socket_); }

void Stream::Handshake() {
  if (tls_ != nullptr) SSL_accept(tls_.get());  // what fails here fails at the first Read
}

std::size_t Stream::Read(std::span<char> buffer) {
  if (tls_ != nullptr) {
    std::size_t size = 0;
    return SSL_read_ex(tls_.get(), buffer.data(), buffer.size(), &size) == 1 ? size : 0;
  }
  const ssize_t size = recv(socket_, buffer.data(), buffer.size(), 0);
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

bool Stream::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t size = 0;
    if (tls_ != nullptr) {
      if (SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &size) != 1) return false;
    } else {
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      size = static_cast<std::size_t>(sent);
    }
    bytes.remove_prefix(size);
  }
  return true;
}

void Stream::Abort() const { shutdown(socket_, SHUT_RDWR); }

}  // namespace omni::loopback
