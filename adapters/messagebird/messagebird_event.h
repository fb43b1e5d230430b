/// \file
/// What the events of all of the carrier's webhooks have in common.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "absl/time/time.h"
#include "messagebird_fields.h"
#include "omni/adapters/messagebird.h"
#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace messagebird {

inline constexpr std::string_view kCarrier = "messagebird";

/// The two ends of a conversation.
struct Parties {
  Address business = {};
  Address customer = {};
};

/// An event of that kind and direction, between those parties.
[[nodiscard]] Event NewEvent(EventKind kind, Direction direction, Parties parties);

/// A notice of that type about what one of the parties has done.
[[nodiscard]] Event NewNotice(std::string_view type, std::string_view subject, RawJson detail,
                              Parties parties);

/// A number of the carrier's, which may have lost its `+` to a decoder and gained spaces instead;
/// or a short code, or a sender's name.
[[nodiscard]] Address MakeParty(std::string_view text);
/// As MakeParty on a channel whose addresses are phone numbers, or where `text` has a `+`;
/// elsewhere an opaque id, which may well look like a number.
[[nodiscard]] Address MakeParty(std::string_view text, std::string_view channel);

/// Whether MakeParty of `text` has that address.
[[nodiscard]] bool IsPartyAt(std::string_view address, std::string_view text);

/// The business, of which a webhook tells no more than its channel at the carrier.
[[nodiscard]] Address BusinessOf(std::string_view channel_id, const Options& options);

/// The channel that the carrier's name for a platform stands for; kCarrier where it is not a short
/// word, such as may stand in the name of a queue.
[[nodiscard]] std::string_view ChannelOf(std::string_view platform);
/// Whether opt-out keywords are law there.
[[nodiscard]] bool HasKeywords(std::string_view channel);

/// RFC 3339, whose `+` may have become a space; 14 digits in UTC; or seconds since 1970.
[[nodiscard]] std::optional<absl::Time> ParseTime(std::string_view text);

/// Takes the first of these fields that is a time and makes it the event's. Others that name the
/// same moment are taken as well.
void TakeTime(std::span<const std::string_view> names, Fields& fields, Event& event);

}  // namespace messagebird
}  // namespace omni::inline v0_1
