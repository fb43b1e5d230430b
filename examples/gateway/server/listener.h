// The open port.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "http_server.h"
#include "loop.h"
#include "owned_socket.h"
#include "poller.h"
#include "tally.h"

namespace host::internal {

/// Hands new connections to the loops, each to the one that has the fewest. One socket accepts for
/// all of them: with one for each loop, some would have most of the work while there are few
/// connections, and connections would be lost whenever one is closed.
///
/// Thread safety: confined to the first loop's thread once it has started, but for port().
class Listener final : public Watcher {
 public:
  Listener(const std::vector<std::unique_ptr<Loop>>& loops, Tally& tally);

  /// Errors: InvalidArgument, Unavailable.
  absl::Status Open(const ServerOptions& options);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Errors: Unavailable.
  absl::Status Start();
  /// Takes what the kernel has accepted for us, and closes the port.
  void Finish();

 private:
  void OnReady(std::uint32_t events) override;
  /// Whether to go on at once.
  bool AcceptOne();
  void AcceptAll();
  void MakeRoom();
  void Resume();

  const std::vector<std::unique_ptr<Loop>>& loops_;
  Tally& tally_;
  std::optional<OwnedSocket> acceptor_;
  bool is_paused_ = false;
  std::uint16_t port_ = 0;
};

}  // namespace host::internal
