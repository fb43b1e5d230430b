/// \file
/// From channels to endpoints and secret sets.
#pragma once

#include <memory>
#include <vector>

#include "gateway/plan.h"
#include "gateway/problems.h"
#include "gateway/secrets.h"

namespace omni::inline v0_1 {
namespace internal {

using Channels = std::vector<std::unique_ptr<Channel>>;

/// One set for all channels with the same references; sets Channel::secrets.
[[nodiscard]] std::vector<SecretSet> CollectSecrets(const Channels& channels);

/// Mounts every channel. What cannot share a path goes to `problems`. Lifetime: the channels
/// outlive the endpoints.
[[nodiscard]] std::vector<std::unique_ptr<Endpoint>> MakeEndpoints(const Channels& channels,
                                                                   Problems& problems);

}  // namespace internal
}  // namespace omni::inline v0_1
