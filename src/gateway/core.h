/// \file
/// What every request of a gateway shares.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/lanes.h"
#include "gateway/in_flight.h"
#include "gateway/plan.h"
#include "gateway/route_table.h"
#include "gateway/secrets.h"
#include "omni/gateway.h"
#include "omni/support/origin.h"

namespace omni::inline v0_1 {
namespace internal {

/// What is behind a gateway. Of the ports, only the sink, the clock and the entropy are never null.
///
/// Thread safety: thread-safe; all but the counter and the secrets is immutable once built.
struct GatewayCore {
  GatewayOptions options = {};
  CidrSet trusted_proxies = {};
  SharedInLanes<QueueSink> sink = {};
  std::shared_ptr<IdempotencyStore> store = {};
  std::shared_ptr<FragmentStore> fragments = {};
  std::shared_ptr<MappingStore> mappings = {};
  std::shared_ptr<ConversationStore> conversations = {};
  std::shared_ptr<MediaStore> media = {};
  std::shared_ptr<QuarantineStore> quarantine = {};
  std::shared_ptr<HttpClient> http_client = {};
  std::shared_ptr<Admission> admission = {};
  std::shared_ptr<Observer> observer = {};
  std::shared_ptr<Clock> clock = {};
  std::shared_ptr<Entropy> entropy = {};

  std::vector<std::unique_ptr<Channel>> channels = {};
  absl::flat_hash_map<std::string, const Channel*> channels_by_id = {};
  std::vector<std::unique_ptr<Endpoint>> endpoints = {};
  RouteTable routes = {};
  std::unique_ptr<SecretStore> secrets = {};
  InFlight in_flight = {};
};

}  // namespace internal
}  // namespace omni::inline v0_1
