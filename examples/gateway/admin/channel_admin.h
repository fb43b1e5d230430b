/// \file
/// Channels: seen, added, changed, switched off and removed while the host runs.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "admin/blocking_route.h"
#include "admin/channel_book.h"
#include "host/host.h"
#include "omni/adapter_registry.h"

namespace host {

/// A change is in force when it is answered, and on the disk.
///
/// Thread safety: confined to the worker, but for what it hooks into the host.
class ChannelAdmin {
 public:
  /// Before the host starts. Errors: DataLoss, Unavailable: the file of changes.
  static absl::StatusOr<std::unique_ptr<ChannelAdmin>> Open(Host& host);

  void AddRoutes(const BlockingRoutes& routes);

 private:
  ChannelAdmin(Host& host, omni::AdapterRegistry registry);

  absl::StatusOr<ServerResponse> List(const RouteRequest& request) const;
  absl::StatusOr<ServerResponse> Get(const RouteRequest& request) const;
  absl::StatusOr<ServerResponse> Create(const RouteRequest& request);
  absl::StatusOr<ServerResponse> Update(const RouteRequest& request);
  absl::StatusOr<ServerResponse> Delete(const RouteRequest& request);

  /// Puts the changes in force, and on the disk, or leaves everything as it was. `id` is the
  /// channel whose mistakes are told without its position.
  absl::Status Commit(ChannelChanges changes, std::string_view id);
  absl::Status UpdateAdded(const AddedChannel& channel, omni::JsonValue patch);
  absl::Status UpdateFile(std::string_view id, omni::JsonValue patch);

  [[nodiscard]] std::vector<std::string> file_channels() const;
  [[nodiscard]] bool IsInFile(std::string_view id) const;
  [[nodiscard]] absl::StatusOr<std::string> Show(std::string_view id) const;
  [[nodiscard]] std::string ChooseId(std::string_view adapter) const;

  Host& host_;
  const omni::AdapterRegistry registry_;
  ChannelBook book_;
};

}  // namespace host
