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
#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "gateway/cors.h"
#include "omni/adapter.h"
#include "omni/gateway.h"
#include "omni/support/origin.h"

namespace omni::inline v0_1 {
namespace internal {

// Of thousands of these none is in the cache when its request comes: what every request reads of
// one stands at its beginning.
inline constexpr std::size_t kCacheLine = 64;

/// A configured channel, checked.
///
/// Thread safety: immutable.
struct alignas(kCacheLine) Channel {
  std::shared_ptr<const ChannelAdapter> adapter = {};
  std::size_t secrets = 0;  ///< its set in the SecretStore
  CidrSet allow_from = {};
  // What the configuration below says, where it is at hand.
  bool has_public_url = false;
  bool insecure = false;
  bool keep_raw = false;
  ChannelConfig config = {};
  std::string position = {};  ///< JSON path: `channels[3]`

  /// Whether a request that fails verification is let through now.
  [[nodiscard]] bool InShadow(absl::Time now) const;
};

/// Channels of one endpoint whose secrets are written alike, so that no signature tells them apart.
///
/// Thread safety: immutable.
struct alignas(kCacheLine) VerificationGroup {
  absl::InlinedVector<const Channel*, 1> channels = {};
  const Channel* any_account = nullptr;  ///< the channel without a selector, if there is one
  absl::flat_hash_map<std::string, const Channel*> by_account = {};

  [[nodiscard]] const Channel& first() const { return *channels.front(); }
  /// The channel that serves an account; null when none does.
  [[nodiscard]] const Channel* ChannelFor(std::string_view account) const;
};

/// A path, and who listens there. All its channels have the same kind of adapter.
///
/// Thread safety: immutable.
struct alignas(kCacheLine) Endpoint {
  Endpoint(const Channel& channel, const MountSpec& mount_spec, std::string at)
      : path(std::move(at)),
        adapter(channel.adapter.get()),
        mount(&mount_spec),
        first_channel(&channel),
        first_secrets(channel.secrets),
        cors(mount_spec.cors_any_origin) {}

  /// Whether there is no other channel here.
  [[nodiscard]] bool HasOneChannel() const {
    return groups.size() == 1 && groups.front()->channels.size() == 1;
  }
  /// Fetches what a request of the first channel will read, all at once.
  void Prefetch() const;

  std::string path;
  const ChannelAdapter* adapter;  ///< of the first channel, for what concerns the endpoint
  const MountSpec* mount;
  /// Each has a place of its own.
  absl::InlinedVector<std::unique_ptr<VerificationGroup>, 1> groups = {};
  const Channel* first_channel;
  std::size_t first_secrets;  ///< of that channel
  bool wants_claim = false;   ///< whether the claimed account matters at all
  bool keep_raw = false;      ///< whether any channel wants it
  /// The group whose keys a claimed account picks.
  absl::flat_hash_map<std::string, const VerificationGroup*> by_claim = {};
  CorsPolicy cors;
};

}  // namespace internal
}  // namespace omni::inline v0_1
