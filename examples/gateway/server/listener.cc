#include "listener.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace host::internal {
namespace {

// Loops get new connections between other events; so many at once would hold the first loop up.
constexpr int kAcceptsInARow = 64;
constexpr auto kPause = std::chrono::milliseconds(50);

std::string AddressOf(const sockaddr_storage& storage) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  if (storage.ss_family == AF_INET) {
    const auto& address = reinterpret_cast<const sockaddr_in&>(storage);
    inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
  } else {
    const auto& address = reinterpret_cast<const sockaddr_in6&>(storage);
    if (IN6_IS_ADDR_V4MAPPED(&address.sin6_addr)) {  // an IPv4 client of a dual-stack port
      inet_ntop(AF_INET, &address.sin6_addr.s6_addr[12], text.data(), text.size());
    } else {
      inet_ntop(AF_INET6, &address.sin6_addr, text.data(), text.size());
    }
  }
  return text.data();
}

/// Numbers only: nobody is asked for a name. Null when it is no address.
std::shared_ptr<addrinfo> Resolve(const std::string& address, std::uint16_t port) {
  in_addr parsed = {};
  const bool is_v6 = address.find(':') != address.npos;
  if (!is_v6 && inet_pton(AF_INET, address.c_str(), &parsed) != 1) return nullptr;
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_family = is_v6 ? AF_INET6 : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return nullptr;
  }
  return {found, freeaddrinfo};
}

/// Accepted sockets have these from the start.
bool SetOptions(int socket) {
  const int on = 1;
  const auto set = [&](int level, int option) {
    return setsockopt(socket, level, option, &on, sizeof(on)) == 0;
  };
  return set(SOL_SOCKET, SO_REUSEADDR) && set(IPPROTO_TCP, TCP_NODELAY) &&
         set(SOL_SOCKET, SO_KEEPALIVE);
}

std::uint16_t PortOf(int socket) {
  sockaddr_storage storage = {};
  socklen_t size = sizeof(storage);
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  return ntohs(storage.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6&>(storage).sin6_port
                   : reinterpret_cast<const sockaddr_in&>(storage).sin_port);
}

}  // namespace

Listener::Listener(const std::vector<std::unique_ptr<Loop>>& loops, Tally& tally)
    : loops_(loops), tally_(tally) {}

absl::Status Listener::Open(const ServerOptions& options) {
  const auto address = Resolve(options.address, options.port);
  if (address == nullptr) {
    return absl::InvalidArgumentError("'" + options.address + "' is not an IP address");
  }
  OwnedSocket acceptor(
      ::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (acceptor.get() < 0 || !SetOptions(acceptor.get()) ||
      ::bind(acceptor.get(), address->ai_addr, address->ai_addrlen) != 0 ||
      ::listen(acceptor.get(), SOMAXCONN) != 0) {
    return absl::UnavailableError(
        options.address + ":" + std::to_string(options.port) +
        " cannot be listened on: " + std::generic_category().message(errno));
  }
  port_ = PortOf(acceptor.get());
  acceptor_.emplace(std::move(acceptor));
  return absl::OkStatus();
}

absl::Status Listener::Start() {
  if (loops_.front()->poller().Watch(acceptor_->get(), *this, EPOLLIN)) return absl::OkStatus();
  return absl::UnavailableError("the port cannot be watched");
}

void Listener::Finish() {
  if (!acceptor_) return;
  while (AcceptOne()) {
  }
  acceptor_.reset();
}

void Listener::OnReady(std::uint32_t) { AcceptAll(); }

void Listener::AcceptAll() {
  for (int i = 0; i < kAcceptsInARow && acceptor_ && !is_paused_; ++i) {
    if (AcceptOne()) continue;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) MakeRoom();
    return;
  }
}

bool Listener::AcceptOne() {
  sockaddr_storage peer = {};
  socklen_t size = sizeof(peer);
  const int accepted = ::accept4(acceptor_->get(), reinterpret_cast<sockaddr*>(&peer), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (accepted < 0) return errno == ECONNABORTED || errno == EINTR;
  Loop& loop = **std::min_element(loops_.begin(), loops_.end(), [](const auto& a, const auto& b) {
    return a->load().load() < b->load().load();
  });
  loop.load().fetch_add(1);
  tally_.CountConnection();
  loop.mailbox()->Post(
      [&loop, socket = OwnedSocket(accepted), address = AddressOf(peer)]() mutable {
        loop.Adopt(std::move(socket), std::move(address));
      });
  return true;
}

void Listener::MakeRoom() {
  for (const auto& loop : loops_) {
    loop->mailbox()->Post([loop = loop.get()] { loop->Evict(); });
  }
  // Until then the port stays readable, and must not keep the loop awake.
  is_paused_ = true;
  loops_.front()->poller().Change(acceptor_->get(), *this, 0);
  loops_.front()->RunAfter(kPause, [this] { Resume(); });
}

void Listener::Resume() {
  is_paused_ = false;
  if (!acceptor_) return;
  loops_.front()->poller().Change(acceptor_->get(), *this, EPOLLIN);
  AcceptAll();
}

}  // namespace host::internal
