/// \file
/// Webhooks of the Conversations product.
#pragma once

#include <string_view>

#include "omni/event.h"
#include "twilio_parameter_reader.h"

namespace omni::inline v0_1 {
namespace twilio {

/// Whether these are a Conversations webhook's parameters. EventType alone does not tell: status
/// callbacks of WhatsApp have one too.
[[nodiscard]] bool IsConversations(const ParameterReader& in);

/// Whether it comes before the action, so that the answer may alter or forbid it.
[[nodiscard]] bool IsPreAction(const ParameterReader& in);

/// A message for `onMessageAdded`, a status for `onDeliveryUpdated`, a notice for anything else;
/// without metadata.
[[nodiscard]] Event ReadConversations(ParameterReader& in);

}  // namespace twilio
}  // namespace omni::inline v0_1
