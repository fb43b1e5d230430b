/// \file
/// Verified Twilio webhooks as events.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/event.h"
#include "twilio_parameter_reader.h"

namespace omni::inline v0_1 {
namespace twilio {

/// Makes of `event`, which is new, what form or query parameters tell.
///
/// Errors: InvalidArgument (`MISSING_FIELD`, or `INVALID_PAYLOAD` for an id that goes on after a
/// SID).
[[nodiscard]] absl::Status ReadParameters(ParameterReader& in, bool keep_raw, Event& event);

/// A notice for each object of a JSON body: one object, or an array of them. `url_account` stands
/// in where an object names no account.
///
/// Errors: InvalidArgument (`INVALID_PAYLOAD`) when it is not JSON; ResourceExhausted for more than
/// `max_events`.
[[nodiscard]] absl::StatusOr<std::vector<Event>> ReadJson(std::string_view body,
                                                          std::string_view url_account,
                                                          bool keep_raw, std::size_t max_events);

}  // namespace twilio
}  // namespace omni::inline v0_1
