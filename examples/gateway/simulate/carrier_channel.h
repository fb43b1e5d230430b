/// \file
/// Configured channels as their carriers see them: where each listens, and which secrets it shares.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/http.h"
#include "omni/json.h"
#include "omni/key_ring.h"
#include "omni/ports/secrets_provider.h"

namespace host {

/// One channel of the configuration.
///
/// Thread safety: immutable once it is loaded.
struct CarrierChannel {
  struct Endpoint {
    std::string name = {};  ///< the adapter's name for it: `receive`
    std::string path = {};  ///< may hold parameters: `/bandwidth/{destination}`
    std::vector<omni::HttpMethod> methods = {};
  };
  struct AccountKeys {
    std::string account = {};
    omni::KeySet keys = {};
  };

  std::string id = {};
  std::string adapter = {};
  std::string tenant = {};
  std::string public_url = {};  ///< its own, else the gateway's; may be empty
  std::vector<Endpoint> endpoints = {};
  std::vector<std::string> accounts = {};
  std::vector<std::string> purposes = {};  ///< of the secrets that it has
  omni::KeySet keys = {};
  std::vector<AccountKeys> account_keys = {};
  std::vector<std::string> allow_from = {};
  omni::JsonDocument options;  ///< the channel's own object
  std::shared_ptr<const omni::ChannelAdapter> verifier = {};

  [[nodiscard]] const Endpoint* FindEndpoint(std::string_view name) const;
  /// The keys of that purpose, the account's own before those of the channel. Never null entries.
  [[nodiscard]] omni::KeyRing Ring(std::string_view purpose, std::string_view account) const;
  /// Every key of that purpose, of all its accounts.
  [[nodiscard]] omni::KeyRing::Keys AllKeys(std::string_view purpose) const;
  /// As the adapter is given them.
  [[nodiscard]] omni::KeySet KeysFor(std::string_view account) const;
};

struct LoadChannelsParams {
  const std::vector<std::string>& channels;  ///< JSON objects, in their order
  std::string_view public_url = {};          ///< the gateway's
  const omni::AdapterRegistry& registry;
  omni::SecretsProvider& secrets;
};
/// The channels of a configuration that a gateway accepts.
///
/// Errors: InvalidArgument with every channel that cannot be read and every secret that is not
/// there, one a line.
[[nodiscard]] absl::StatusOr<std::vector<CarrierChannel>> LoadChannels(
    const LoadChannelsParams& params);

}  // namespace host
