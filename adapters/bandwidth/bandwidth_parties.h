/// \file
/// Who writes to whom.
#pragma once

#include "bandwidth_batch.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// What the readers of a callback have to know of its parties.
struct Parties {
  bool has_business = false;
  bool has_customer = false;
  bool group = false;  ///< more than two people take part
};

/// Sets `from`, `to` and the conversation of what a customer sent. `to` begins with our number: the
/// callback's own `to`, because a group's message comes once for each number that is ours.
Parties SetInboundParties(const Callback& callback, Event& event);

/// As above for a callback about what we sent. `to` is the one recipient it is about.
Parties SetOutboundParties(const Callback& callback, Event& event);

/// Compares the path with our number. The body is believed; a difference is counted.
void CompareDestination(const Callback& callback, const Address& business, Event& event,
                        Batch& batch);

/// Sets the channel: `rcs`, `mms` or `sms`.
void SetChannel(const Callback& callback, const Parties& parties, Event& event);

}  // namespace bandwidth
}  // namespace omni::inline v0_1
