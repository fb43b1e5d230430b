/// \file
/// What a gateway's configuration becomes: channels, grouped by the secrets that prove their
/// requests, on endpoints.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "gateway/cors.h"
#include "omni/adapter.h"
#include "omni/gateway.h"
#include "omni/support/origin.h"

namespace omni::inline v0_1 {
namespace internal {

/// A configured channel, checked.
///
/// Thread safety: immutable.
struct Channel {
  std::string position = {};  ///< JSON path: `channels[3]`
  ChannelConfig config = {};
  std::unique_ptr<const ChannelAdapter> adapter = {};
  CidrSet allow_from = {};
  std::size_t secrets = 0;  ///< its set in the SecretStore

  /// Whether a request that fails verification is let through now.
  [[nodiscard]] bool InShadow(absl::Time now) const;
};

/// Channels of one endpoint that share their secrets, so that no signature tells them apart.
///
/// Thread safety: immutable.
struct VerificationGroup {
  std::vector<const Channel*> channels = {};
  absl::flat_hash_map<std::string, const Channel*> by_account = {};
  const Channel* any_account = nullptr;  ///< the channel without a selector, if there is one
  bool keep_raw = false;                 ///< whether any channel wants it

  [[nodiscard]] const Channel& first() const { return *channels.front(); }
  /// The channel that serves an account; null when none does.
  [[nodiscard]] const Channel* ChannelFor(std::string_view account) const;
};

/// A path, and who listens there. All its channels have the same kind of adapter.
///
/// Thread safety: immutable.
struct Endpoint {
  Endpoint(const Channel& channel, const MountSpec& mount_spec, std::string at)
      : adapter(channel.adapter.get()),
        mount(&mount_spec),
        path(std::move(at)),
        cors(mount_spec.cors_any_origin) {}

  const ChannelAdapter* adapter;  ///< of the first channel, for what concerns the endpoint
  const MountSpec* mount;
  std::string path;
  CorsPolicy cors;
  std::vector<std::unique_ptr<VerificationGroup>> groups = {};
  /// The group whose keys a claimed account picks.
  absl::flat_hash_map<std::string, const VerificationGroup*> by_claim = {};
  bool wants_claim = false;  ///< whether the claimed account matters at all
};

}  // namespace internal
}  // namespace omni::inline v0_1
