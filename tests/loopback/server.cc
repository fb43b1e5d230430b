#include "loopback/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>

namespace omni::loopback {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";

// OpenSSL writes with write(2), to clients that have gone as well.
void IgnoreBrokenPipes() { std::signal(SIGPIPE, SIG_IGN); }

std::size_t ContentLength(std::string head) {
  std::transform(head.begin(), head.end(), head.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view kField = "\r\ncontent-length:";
  const std::size_t field = head.find(kField);
  return field == head.npos ? 0 : std::stoul(head.substr(field + kField.size()));
}

}  // namespace

Reply Reply::Answer(int status, std::string_view body, std::string_view fields) {
  std::string bytes = "HTTP/1.1 " + std::to_string(status) + " Whatever\r\n";
  bytes.append(fields).append("Content-Length: ").append(std::to_string(body.size()));
  bytes.append(kEndOfHead).append(body);
  return {.bytes = std::move(bytes)};
}

Server::Server(Handler handler, const std::optional<Certificate>& certificate)
    : handler_(std::move(handler)) {
  if (certificate) {
    IgnoreBrokenPipes();
    tls_.reset(SSL_CTX_new(TLS_server_method()));
    certificate->Use(tls_.get());
  }
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool listens = bind(listener_, generic, size) == 0 && listen(listener_, SOMAXCONN) == 0 &&
                       getsockname(listener_, generic, &size) == 0;
  EXPECT_TRUE(listens);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

Server::~Server() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
    for (const Stream* stream : open_) stream->Abort();
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  close(listener_);
}

std::string Server::Url(std::string_view host, std::string_view target) const {
  std::string url = tls_ == nullptr ? "http://" : "https://";
  return url.append(host).append(":").append(std::to_string(port_)).append(target);
}

std::vector<Request> Server::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t Server::connections() const {
  const std::lock_guard lock(mutex_);
  return connection_count_;
}

bool Server::WaitForRequests(std::size_t count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(10),
                           [&] { return requests_.size() >= count; });
}

void Server::Accept() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const std::lock_guard lock(mutex_);
    const std::size_t connection = connection_count_++;
    threads_.emplace_back([this, socket, connection] {
      Stream stream(socket, tls_.get());
      Serve(stream, connection);
    });
  }
}

void Server::Serve(Stream& stream, std::size_t connection) {
  std::list<const Stream*>::iterator self;
  {
    const std::lock_guard lock(mutex_);
    if (is_closing_) return;
    self = open_.insert(open_.end(), &stream);
  }
  stream.Handshake();
  std::string unread;
  auto then = Reply::Then::kGoOn;
  while (then == Reply::Then::kGoOn) {
    std::optional<Request> request = ReadRequest(stream, unread);
    if (!request) break;
    request->connection = connection;
    Remember(*request);
    const Reply reply = handler_(*request);
    then = stream.Write(reply.bytes) ? reply.then : Reply::Then::kClose;
  }
  std::array<char, 4096> ignored;
  while (then == Reply::Then::kKeepSilent && stream.Read(ignored) > 0) {
  }
  const std::lock_guard lock(mutex_);
  open_.erase(self);
}

std::optional<Request> Server::ReadRequest(Stream& stream, std::string& unread) const {
  const auto read_more = [&] {
    std::array<char, 65536> buffer;
    const std::size_t size = stream.Read(buffer);
    unread.append(buffer.data(), size);
    return size > 0;
  };
  std::size_t end = 0;
  while ((end = unread.find(kEndOfHead)) == unread.npos) {
    if (!read_more()) return std::nullopt;
  }
  Request request;
  request.at = std::chrono::steady_clock::now();
  request.head = unread.substr(0, end + kEndOfHead.size());
  unread.erase(0, request.head.size());
  const std::size_t length = ContentLength(request.head);
  while (unread.size() < length) {
    if (!read_more()) return std::nullopt;
  }
  request.body = unread.substr(0, length);
  unread.erase(0, length);
  return request;
}

void Server::Remember(const Request& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  changed_.notify_all();
}

}  // namespace omni::loopback
