#include "host/server/client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <utility>

#include "omni/http.h"

namespace host {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";

std::size_t Number(std::string_view text, int base) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number;
}

}  // namespace

std::string Reply::Field(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    const std::size_t colon = line.find(": ");
    if (colon != line.npos && omni::EqualsIgnoreCase(line.substr(0, colon), name)) {
      return std::string(line.substr(colon + 2));
    }
  }
  return "";
}

Client::Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience = {.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connected =
      ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  EXPECT_EQ(connected, 0) << "errno " << errno;
}

Client::Client(std::uint16_t port, SSL_CTX* tls) : Client(port) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes with write(2)
  tls_.reset(SSL_new(tls));
  SSL_set_fd(tls_.get(), socket_);
  SSL_connect(tls_.get());  // what fails here fails at the first Read
}

Client::Client(Client&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      has_timed_out_(other.has_timed_out_),
      tls_(std::move(other.tls_)),
      unread_(std::move(other.unread_)) {}

Client::~Client() {
  if (socket_ >= 0) ::close(socket_);
}

bool Client::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t sent = 0;
    if (tls_ != nullptr) {
      if (SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent) != 1) return false;
    } else {
      const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      sent = static_cast<std::size_t>(size);
    }
    bytes.remove_prefix(sent);
  }
  return true;
}

void Client::EndSending() { ::shutdown(socket_, SHUT_WR); }

void Client::Vanish() {
  const linger reset = {.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  ::close(std::exchange(socket_, -1));
}

void Client::ReadLittle() {
  const int size = 4096;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

bool Client::Fill() {
  std::array<char, 16384> buffer;
  std::size_t size = 0;
  if (tls_ != nullptr) {
    if (SSL_read_ex(tls_.get(), buffer.data(), buffer.size(), &size) != 1) size = 0;
  } else {
    const ssize_t received = ::recv(socket_, buffer.data(), buffer.size(), 0);
    has_timed_out_ = received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    size = received > 0 ? static_cast<std::size_t>(received) : 0;
  }
  unread_.append(buffer.data(), size);
  return size > 0;
}

Reply Client::Read(bool is_head) {
  Reply reply;
  std::size_t end = 0;
  while ((end = unread_.find(kEndOfHead)) == unread_.npos) {
    if (!Fill()) return {};
  }
  reply.head = unread_.substr(0, end + kEndOfHead.size());
  unread_.erase(0, reply.head.size());
  reply.status = static_cast<int>(Number(std::string_view(reply.head).substr(9, 3), 10));
  if (is_head || reply.status < 200) return reply;
  const auto take = [this](std::size_t size) -> std::optional<std::string> {
    while (unread_.size() < size) {
      if (!Fill()) return std::nullopt;
    }
    std::string taken = unread_.substr(0, size);
    unread_.erase(0, size);
    return taken;
  };
  if (reply.Field("Transfer-Encoding") != "chunked") {
    const auto body = take(Number(reply.Field("Content-Length"), 10));
    if (!body) return {};
    reply.body = *body;
    return reply;
  }
  while (true) {
    std::size_t line = 0;
    while ((line = unread_.find("\r\n")) == unread_.npos) {
      if (!Fill()) return {};
    }
    const std::size_t size = Number(std::string_view(unread_).substr(0, line), 16);
    const auto chunk = take(line + 2 + size + 2);
    if (!chunk) return {};
    if (size == 0) return reply;
    reply.body.append(*chunk, line + 2, size);
  }
}

std::string Client::ReadSome() {
  if (unread_.empty()) Fill();
  return std::exchange(unread_, "");
}

std::optional<std::string> Client::ReadToEnd() {
  while (Fill()) {
  }
  if (has_timed_out_) return std::nullopt;
  return std::exchange(unread_, "");
}

std::string Client::CertificateName() const {
  const std::unique_ptr<X509, void (*)(X509*)> certificate(SSL_get1_peer_certificate(tls_.get()),
                                                           X509_free);
  if (certificate == nullptr) return "";
  std::array<char, 256> name = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                            static_cast<int>(name.size()));
  return name.data();
}

}  // namespace host
