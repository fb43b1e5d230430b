/// \file
/// Everything below /admin, /metrics, /console and /openapi.yaml.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "admin/channel_admin.h"
#include "host/host.h"
#include "ops/operations.h"
#include "ops/worker.h"

namespace host {

/// Thread safety: thread-safe once the host is started.
class Admin {
 public:
  /// Hooks itself into a host that is not started yet. Lifetime: the host outlives it.
  ///
  /// Errors: DataLoss, Unavailable: the file of channels that were added at run time.
  static absl::StatusOr<std::unique_ptr<Admin>> Open(Host& host);

  /// Once the host is started.
  void Start();
  /// Once the server is there, and with null before it goes.
  void SetServer(std::function<ServerStats()> stats) { operations_.SetServer(std::move(stats)); }
  /// Before the host's shutdown: nobody looks any more.
  void Stop() { operations_.Stop(); }

 private:
  explicit Admin(Host& host) : host_(host) {}
  void AddRoutes();

  Host& host_;
  Operations operations_;
  std::unique_ptr<ChannelAdmin> channels_;
  Worker worker_;  ///< last: it goes before what its tasks use
};

}  // namespace host
