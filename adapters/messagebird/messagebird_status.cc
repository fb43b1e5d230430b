#include "messagebird_status.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "messagebird_event.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

constexpr bool kOwnKey = true;
constexpr bool kOptsOut = true;

struct StatusRow {
  std::string_view word;
  StatusValue value;
  // Another word of the carrier's has this value already, and both may be said of one message: the
  // second must not be taken for a repetition of the first.
  bool own_key = false;
  bool opts_out = false;
};

constexpr StatusRow kStatuses[] = {
    {"accepted", StatusValue::kAccepted},
    {"scheduled", StatusValue::kScheduled},
    {"pending", StatusValue::kQueued},
    {"pending_media", StatusValue::kQueued, kOwnKey},
    {"delayed", StatusValue::kSending},
    {"sent", StatusValue::kSent},
    // On its way through networks that report back later, if at all.
    {"transmitted", StatusValue::kSent, kOwnKey},
    {"dispatched", StatusValue::kSent, kOwnKey},
    {"buffered", StatusValue::kSent, kOwnKey},
    {"delivered", StatusValue::kDelivered},
    {"read", StatusValue::kRead},
    {"opened", StatusValue::kRead, kOwnKey},
    {"clicked", StatusValue::kRead, kOwnKey},
    {"undelivered", StatusValue::kUndelivered},
    {"bounce", StatusValue::kUndelivered},
    {"out_of_bounded", StatusValue::kUndelivered, kOwnKey},
    {"failed", StatusValue::kFailed},
    {"sending_failed", StatusValue::kFailed},
    {"delivery_failed", StatusValue::kFailed},
    {"unsupported", StatusValue::kFailed},
    {"rejected", StatusValue::kRejected},
    {"expired", StatusValue::kExpired},
    {"deleted", StatusValue::kDeleted},
    {"unknown", StatusValue::kUnknown},
    // What the recipient thinks of it: no change of the message's state.
    {"spam_complaint", StatusValue::kUnknown, false, kOptsOut},
    {"list_unsubscribe", StatusValue::kUnknown, false, kOptsOut},
};

const StatusRow* FindStatus(std::string_view word) {
  const auto found = std::find_if(std::begin(kStatuses), std::end(kStatuses),
                                  [word](const StatusRow& row) { return row.word == word; });
  return found == std::end(kStatuses) ? nullptr : found;
}

bool IsFailure(StatusValue value) {
  return value == StatusValue::kUndelivered || value == StatusValue::kFailed ||
         value == StatusValue::kRejected || value == StatusValue::kExpired;
}

// A state that is no failure may have a reason too (`pending DLR`): that is no error.
std::optional<DeliveryError> ReadError(StatusValue value, const ErrorReport& report) {
  const bool has_code = !report.code.empty() && report.code != "0";
  const bool failed = IsFailure(value) && !(report.code.empty() && report.reason.empty());
  if (!has_code && !failed) return std::nullopt;
  const ErrorMeaning meaning = MeaningOf(report);
  DeliveryError error;
  error.code = report.code;
  error.message = report.reason.empty() ? meaning.message : report.reason;
  error.class_ = meaning.error_class;
  error.retryable = meaning.retryable;
  return error;
}

std::string_view RecipientOf(const Event& event) {
  return event.to.empty() ? std::string_view() : event.to.front().address;
}

std::string Join(std::string_view id, std::string_view recipient, std::string_view word) {
  return std::string(id).append(":").append(recipient).append(":").append(word);
}

std::string Identity(const Event& event, const StatusReport& report, bool own_key) {
  if (!report.unique_id.empty()) return std::string(report.unique_id);
  if (event.carrier_message_id.empty()) {
    return Join(report.reference, RecipientOf(event), report.word);
  }
  return own_key ? Join(event.carrier_message_id, RecipientOf(event), report.word) : std::string();
}

// The recipient has told the carrier, and the carrier tells it with the message that it did not
// deliver.
void AddOptOut(const Event& status, const StatusReport& report, Batch& batch) {
  Parties parties;
  if (status.from.has_value()) parties.business = *status.from;
  if (!status.to.empty()) parties.customer = status.to.front();
  Event event = NewNotice("preference", "stop", batch.raw(), std::move(parties));
  event.account = status.account;
  event.channel = status.channel;
  event.carrier_message_id = status.carrier_message_id;
  event.occurred_at = status.occurred_at;
  const std::string_view id = status.carrier_message_id.empty()
                                  ? report.reference
                                  : std::string_view(status.carrier_message_id);
  std::string identity = Join(id, RecipientOf(status), "stop");
  batch.Add(std::move(event), std::move(identity));
}

}  // namespace

bool IsStatusWord(std::string_view word) { return FindStatus(word) != nullptr; }

DeliveryStatus ReadStatus(const StatusReport& report) {
  const StatusRow* const row = FindStatus(report.word);
  DeliveryStatus status;
  if (row != nullptr) status.value = row->value;
  status.carrier_value = report.word;
  status.error = ReadError(status.value, report.error);
  return status;
}

void AddStatus(Event event, const StatusReport& report, Batch& batch) {
  const StatusRow* const row = FindStatus(report.word);
  const std::optional<DeliveryError>& error = event.status->error;
  const bool opts_out =
      (row != nullptr && row->opts_out) || (error && error->class_ == ErrorClass::kOptedOut);
  std::string identity = Identity(event, report, row != nullptr && row->own_key);
  const std::optional<Event> status = opts_out ? std::optional(event) : std::nullopt;
  batch.Add(std::move(event), std::move(identity));
  if (status) AddOptOut(*status, report, batch);
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
