/// \file
/// From a configuration to a gateway.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "config/host_config.h"
#include "engine/engine.h"
#include "omni/gateway.h"

namespace host {

/// What is there whatever the configuration of the channels says.
struct GatewayParts {
  const Engine& engine;
  std::shared_ptr<omni::SecretsProvider> secrets = {};
  std::shared_ptr<omni::HttpClient> http_client = {};
  std::shared_ptr<omni::Admission> admission = {};
  std::shared_ptr<omni::Observer> observer = {};
};

/// Errors: InvalidArgument with all mistakes, one a line, each with its JSON path.
[[nodiscard]] absl::StatusOr<std::unique_ptr<omni::Gateway>> BuildGateway(
    const HostConfig& config, const GatewayParts& parts);

/// The administrators' tokens. Errors: InvalidArgument, as BuildGateway.
[[nodiscard]] absl::StatusOr<omni::KeyRing> ResolveAdminToken(const HostConfig& config,
                                                              omni::SecretsProvider& secrets);

/// Every mistake in the configuration, as serving it would find them.
[[nodiscard]] std::vector<std::string> CheckConfig(const HostConfig& config);

}  // namespace host
