/// \file
/// Stamping: what the gateway adds to an event that an adapter made.
#pragma once

#include "absl/time/time.h"
#include "gateway/plan.h"
#include "model/uuid_text.h"
#include "omni/adapter.h"
#include "omni/ports/entropy.h"

namespace omni::inline v0_1 {
namespace internal {

/// A UUIDv7 of `time`.
[[nodiscard]] UuidText MakeId(absl::Time time, Entropy& entropy);

struct StampParams {
  const Channel& channel;
  absl::Time received_at = absl::InfinitePast();
  Entropy& entropy;
};
/// Fills id, carrier, tenant, both times and the dedupe key, and drops `raw` where the channel does
/// not want it.
void Stamp(InboundEvent& inbound, const StampParams& params);

}  // namespace internal
}  // namespace omni::inline v0_1
