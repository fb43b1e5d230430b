// The open port.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "http_server.h"
#include "loop.h"
#include "tally.h"

namespace host::internal {

/// Hands new connections to the loops, each to the one that has the fewest. One socket accepts for
/// all of them: with one for each loop, some would have most of the work while there are few
/// connections, and connections would be lost whenever one is closed.
///
/// Thread safety: confined to the first loop's thread once it has started, but for port().
class Listener {
 public:
  Listener(const std::vector<std::unique_ptr<Loop>>& loops, Tally& tally);

  /// Errors: InvalidArgument, Unavailable.
  absl::Status Open(const ServerOptions& options);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  void Start();
  /// Takes what the kernel has accepted for us, and closes the port.
  void Finish();

 private:
  void Wait();
  /// Whether to go on at once.
  bool AcceptOne();
  void AcceptAll();
  void MakeRoom();

  const std::vector<std::unique_ptr<Loop>>& loops_;
  Tally& tally_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::uint16_t port_ = 0;
};

}  // namespace host::internal
