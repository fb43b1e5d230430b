/// \file
/// What the events of all of Twilio's webhooks have in common.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "omni/event.h"
#include "twilio_parameter_reader.h"

namespace omni::inline v0_1 {
namespace twilio {

inline constexpr std::string_view kCarrier = "twilio";

/// Gives a new event its kind, carrier and account.
void Begin(EventKind kind, ParameterReader& in, Event& event);
/// An event of that kind with carrier and account.
[[nodiscard]] Event NewEvent(EventKind kind, ParameterReader& in);

/// The value of the first of these parameters that has one; empty when none has.
[[nodiscard]] std::string_view FirstOf(const ParameterReader& in,
                                       std::initializer_list<Name> names);

/// The channel that From or To begins with; empty when neither does.
[[nodiscard]] std::string_view PrefixOfEnds(const ParameterReader& in);

/// Takes the names that Twilio once had for MessageSid and still sends.
void DropFormerSids(std::string_view message_sid, ParameterReader& in);

/// Whether the channel is one where opt-out keywords are law.
[[nodiscard]] bool HasKeywords(std::string_view channel);

/// The delivery error of ErrorCode; nothing when there is none.
[[nodiscard]] std::optional<DeliveryError> TakeError(ParameterReader& in);

/// Whether a status word tells how far Twilio is with an inbound message.
[[nodiscard]] bool IsReceptionWord(std::string_view word);

/// The status that a word of Twilio's stands for.
[[nodiscard]] StatusValue StatusOf(std::string_view word);

}  // namespace twilio
}  // namespace omni::inline v0_1
