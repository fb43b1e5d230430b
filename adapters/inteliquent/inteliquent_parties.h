/// \file
/// Who writes to whom.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "inteliquent_batch.h"
#include "inteliquent_item.h"
#include "inteliquent_numbers.h"
#include "omni/event.h"

namespace omni::inline v0_1 {
namespace inteliquent {

/// The parties that an object names.
struct Parties {
  std::optional<Address> from = {};
  std::vector<Address> to = {};  ///< no two alike
};

/// Reads `from` and `to`. What cannot be read goes to the metadata, of a list all of it.
[[nodiscard]] Parties ReadParties(const Item& item, Metadata& metadata);

/// Which of a message's recipients are ours, by their place in `to`: each has got the message. One
/// that is alone is ours whatever the configuration says, because the carrier brought it here; of
/// several that are unknown the first is taken, and that is counted. Never empty. Requires that
/// there is a recipient.
[[nodiscard]] std::vector<std::size_t> FindOurs(const Parties& parties, const OurNumbers& ours,
                                                Batch& batch);

/// Sets `to`, with our number first, and the conversation of a message.
void SetMessageParties(const Parties& parties, std::size_t our_place, Event& event);

/// Both sides of a receipt: what was sent, from whom to whom.
struct Delivery {
  std::optional<Address> business = {};
  std::vector<Address> recipients = {};
  bool assumed = false;  ///< nobody could tell which side is ours
};

/// The carrier does not say whether a receipt keeps the sides of the message or swaps them, as in
/// SMPP. The side that is ours is the business; where neither is known to be, a lone `to` is.
[[nodiscard]] Delivery ReadDelivery(Parties parties, const OurNumbers& ours);

}  // namespace inteliquent
}  // namespace omni::inline v0_1
