/// \file
/// What must hold before anything is timed: everyone makes omni's events, and refuses what omni
/// refuses. A program that fails a check ends with its reason.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "omni/adapter_registry.h"
#include "omni/http.h"
#include "workload/carriers.h"

namespace omni::bench {

/// The JSON of each event of a request; none when it was refused.
using Events = std::function<std::vector<std::string>(const WebhookRequest&)>;

[[nodiscard]] const AdapterRegistry& Registry();

/// How many requests of that carrier a benchmark goes round.
[[nodiscard]] std::size_t PoolSize(const workload::Carrier& carrier);

/// The same request with a body, or credentials, that its sender could not have signed.
[[nodiscard]] WebhookRequest Forge(const workload::Carrier& carrier, WebhookRequest request);

/// The events that omni makes of a request.
[[nodiscard]] std::vector<std::string> OmniEvents(const workload::Carrier& carrier,
                                                  const WebhookRequest& request);

/// `who` makes the same events as omni, but for ids and times, and none of a forged request.
void RequireSameEvents(const workload::Carrier& carrier, std::string_view who,
                       const Events& events);

/// A request that comes round again is new again, or the duplicate would be timed and not it.
void RequireNewEachRound(const workload::Carrier& carrier);

/// A forged request leaves no event and no claim: the genuine one is still new after it.
void RequireNothingLeftOfForgeries(const workload::Carrier& carrier);

}  // namespace omni::bench
