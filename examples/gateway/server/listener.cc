#include "listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <string>
#include <utility>

namespace host::internal {
namespace {

using boost::asio::ip::tcp;

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

}  // namespace

Listener::Listener(const std::vector<std::unique_ptr<Loop>>& loops, Tally& tally)
    : loops_(loops), tally_(tally), acceptor_(loops.front()->io()), pause_(loops.front()->io()) {}

absl::Status Listener::Open(const ServerOptions& options) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(options.address, error);
  if (error) return absl::InvalidArgumentError("'" + options.address + "' is not an IP address");
  const tcp::endpoint endpoint(address, options.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  // Accepted sockets have these from the start.
  if (!error) acceptor_.set_option(tcp::no_delay(true), error);
  if (!error) acceptor_.set_option(tcp::socket::keep_alive(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  if (!error) acceptor_.native_non_blocking(true, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(options.address + ":" + std::to_string(options.port) +
                                " cannot be listened on: " + error.message());
}

void Listener::Start() { Wait(); }

void Listener::Finish() {
  if (!acceptor_.is_open()) return;
  while (AcceptOne()) {
  }
  boost::system::error_code ignored;
  pause_.cancel();
  acceptor_.close(ignored);
}

void Listener::Wait() {
  acceptor_.async_wait(tcp::acceptor::wait_read, [this](boost::system::error_code error) {
    if (!error) AcceptAll();
  });
}

void Listener::AcceptAll() {
  for (int i = 0; i < kAcceptsInARow; ++i) {
    if (AcceptOne()) continue;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return MakeRoom();
    }
    break;
  }
  Wait();
}

bool Listener::AcceptOne() {
  sockaddr_storage peer = {};
  socklen_t size = sizeof(peer);
  const int accepted = ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&peer),
                                 &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (accepted < 0) return errno == ECONNABORTED || errno == EINTR;
  Loop& loop = **std::min_element(loops_.begin(), loops_.end(), [](const auto& a, const auto& b) {
    return a->load().load() < b->load().load();
  });
  loop.load().fetch_add(1);
  tally_.CountConnection();
  loop.mailbox()->Post([&loop, socket = OwnedSocket(accepted), is_ipv6 = peer.ss_family == AF_INET6,
                        address = AddressOf(peer)]() mutable {
    loop.Adopt(std::move(socket), is_ipv6, std::move(address));
  });
  return true;
}

void Listener::MakeRoom() {
  for (const auto& loop : loops_) {
    loop->mailbox()->Post([loop = loop.get()] { loop->Evict(); });
  }
  pause_.expires_after(kPause);
  pause_.async_wait([this](boost::system::error_code error) {
    if (!error) AcceptAll();
  });
}

}  // namespace host::internal
