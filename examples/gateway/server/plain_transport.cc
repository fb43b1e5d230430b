#include <sys/socket.h>

#include <cerrno>

#include "raw_socket.h"
#include "transport.h"

namespace host::internal {
namespace {

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK; }

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int socket) : socket_(socket) {}

  IoResult Handshake() override { return {.io = Io::kMoved}; }
  IoResult Read(std::span<char> buffer) override { return ReceiveFrom(socket_, buffer); }
  IoResult Write(std::string_view bytes) override { return SendTo(socket_, bytes); }
  [[nodiscard]] bool ShortReadTakesAll() const override { return true; }
  void EndWriting() override { ::shutdown(socket_, SHUT_WR); }
  IoResult Discard(std::span<char> buffer) override { return ReceiveFrom(socket_, buffer); }

 private:
  const int socket_;
};

}  // namespace

IoResult ReceiveFrom(int socket, std::span<char> buffer) {
  while (true) {
    const ssize_t size = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (size > 0) return {.io = Io::kMoved, .size = static_cast<std::size_t>(size)};
    if (size == 0) return {.io = Io::kEnded};
    if (WouldBlock()) return {.io = Io::kWantsRead};
    if (errno != EINTR) return {.io = Io::kFailed};
  }
}

IoResult SendTo(int socket, std::string_view bytes) {
  while (true) {
    const ssize_t size = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size >= 0) return {.io = Io::kMoved, .size = static_cast<std::size_t>(size)};
    if (WouldBlock()) return {.io = Io::kWantsWrite};
    if (errno != EINTR) return {.io = Io::kFailed};
  }
}

std::unique_ptr<Transport> MakePlainTransport(int socket) {
  return std::make_unique<PlainTransport>(socket);
}

}  // namespace host::internal
