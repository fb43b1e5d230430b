/// \file
/// Delivery states of outbound messages.
#pragma once

#include <string>
#include <string_view>

#include "messagebird_batch.h"
#include "messagebird_errors.h"
#include "omni/event.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// What the carrier has said about one message to one recipient. Lifetime: the webhook's.
struct StatusReport {
  std::string_view word = {};
  ErrorReport error = {};
  /// What stands for the message's id where the event has none.
  std::string_view reference = {};
  /// The id of this very report, where the carrier gives it one.
  std::string_view unique_id = {};
};

/// Whether the word names a state that the carrier documents.
[[nodiscard]] bool IsStatusWord(std::string_view word);

/// The state that the report tells, and why where it is a failure.
[[nodiscard]] DeliveryStatus ReadStatus(const StatusReport& report);

/// Adds the event of `report`, whose status ReadStatus has made. Where it tells that the recipient
/// wants no more messages, a notice of type `preference` follows.
void AddStatus(Event event, const StatusReport& report, Batch& batch);

}  // namespace messagebird
}  // namespace omni::inline v0_1
