/// \file
/// Claiming keys where a test has them as strings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/ports/idempotency_store.h"

namespace omni {

/// What Begin says of the keys. Those in `params` do not count.
inline absl::StatusOr<std::vector<Claim>> ClaimKeys(IdempotencyStore& store,
                                                    const std::vector<std::string>& keys,
                                                    IdempotencyStore::BeginParams params = {}) {
  const std::vector<std::string_view> views(keys.begin(), keys.end());
  params.keys = views;
  // Whatever was there, the store says something of each.
  std::vector<Claim> claims(keys.size(), {.state = ClaimState::kDone, .token = ~std::uint64_t{0}});
  const absl::Status status = store.Begin(params, claims);
  if (!status.ok()) return status;
  return claims;
}

}  // namespace omni
