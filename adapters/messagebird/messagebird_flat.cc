#include "messagebird_flat.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "messagebird_errors.h"
#include "messagebird_event.h"
#include "messagebird_media.h"
#include "messagebird_status.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using Names = std::span<const std::string_view>;

// One thing under its several names, the best first.
constexpr std::string_view kIds[] = {"id", "message_id", "mid"};
constexpr std::string_view kSenders[] = {"originator", "sender"};
constexpr std::string_view kRecipients[] = {"recipient", "receiver"};
constexpr std::string_view kTexts[] = {"body", "message", "payload", "incomingMessage"};
constexpr std::string_view kTimes[] = {"createdDatetime", "receivedSMSDateTime", "receive_datetime",
                                       "date_utc"};
constexpr std::string_view kStatusTimes[] = {"statusDatetime"};

// With a short code, the flow's own id and text come first.
constexpr std::string_view kShortCode = "shortcode";
constexpr std::string_view kShortCodeIds[] = {"mid", "id", "message_id"};
constexpr std::string_view kShortCodeTexts[] = {"message", "body", "payload", "incomingMessage"};
constexpr std::string_view kShortCodeRecipients[] = {kShortCode, "recipient", "receiver"};

bool IsShortCode(const Fields& fields) { return fields.Has(kShortCode); }

// Whether anything in it is of a message or a report. An empty map is of neither, but what it lacks
// can be said.
bool IsFlat(const Fields& fields) {
  const auto has_any = [&fields](Names names) { return !fields.PeekFirst(names).empty(); };
  return fields.empty() || IsShortCode(fields) || fields.Has("status") || has_any(kIds) ||
         has_any(kSenders) || has_any(kRecipients) || has_any(kTexts);
}

bool IsReport(const Fields& fields) {
  if (!fields.Has("status")) return false;
  const bool has_content = !fields.PeekFirst(kTexts).empty() || HasMediaUrls(fields);
  return !has_content || fields.PeekFirst(kSenders).empty() || fields.Has("statusDatetime");
}

absl::Status Require(const Fields& fields, Names names) {
  return fields.PeekFirst(names).empty() ? MissingFieldError(names.front()) : absl::OkStatus();
}

absl::Status AddReport(Fields& fields, Batch& batch) {
  if (!fields.Has("reference")) {
    if (absl::Status status = Require(fields, kIds); !status.ok()) return status;
  }
  if (absl::Status status = Require(fields, kRecipients); !status.ok()) return status;

  // The carrier does not say who sent the message; the seed's clients do.
  Parties parties = {.business = MakeParty(fields.TakeFirst(kSenders)),
                     .customer = MakeParty(fields.TakeFirst(kRecipients))};
  Event event = NewEvent(EventKind::kStatus, Direction::kOutbound, std::move(parties));
  event.channel = "sms";
  event.carrier_message_id = fields.TakeFirst(kIds);
  batch.SetMessageId(event.carrier_message_id);
  TakeTime(kStatusTimes, fields, event);
  const StatusReport report = {.word = fields.Take("status"),
                               .error = {.family = ErrorFamily::kSms,
                                         .code = fields.Peek("statusErrorCode"),
                                         .reason = fields.Peek("statusReason")},
                               .reference = fields.Peek("reference")};
  event.status = ReadStatus(report);
  if (event.status->error.has_value()) {
    fields.Take("statusErrorCode");
    fields.Take("statusReason");
  }
  fields.KeepRest({}, event.metadata);
  AddStatus(std::move(event), report, batch);
  return absl::OkStatus();
}

absl::Status AddMessage(Fields& fields, Batch& batch) {
  const bool short_code = IsShortCode(fields);
  const Names ids = short_code ? Names(kShortCodeIds) : Names(kIds);
  const Names recipients = short_code ? Names(kShortCodeRecipients) : Names(kRecipients);
  const Names texts = short_code ? Names(kShortCodeTexts) : Names(kTexts);
  if (absl::Status status = Require(fields, kIds); !status.ok()) return status;
  if (absl::Status status = Require(fields, kSenders); !status.ok()) return status;
  if (absl::Status status = Require(fields, recipients); !status.ok()) return status;

  Parties parties = {.business = MakeParty(fields.TakeFirst(recipients)),
                     .customer = MakeParty(fields.TakeFirst(kSenders))};
  Event event = NewEvent(EventKind::kMessage, Direction::kInbound, std::move(parties));
  event.carrier_message_id = fields.TakeFirst(ids);
  batch.SetMessageId(event.carrier_message_id);
  TakeTime(kTimes, fields, event);
  Message& message = event.message.emplace();
  message.text = fields.TakeFirst(texts);
  message.media = TakeMediaUrls(fields);
  message.type = TypeOf(message.media);
  // Of a short code, the carrier says which keyword it has found in the text.
  message.keyword = FindKeyword(fields.Peek("keyword"));
  if (!message.keyword.has_value()) message.keyword = FindKeyword(message.text);
  const bool mms = !message.media.empty() || fields.Peek("mms") == "true";
  event.channel = mms ? "mms" : "sms";
  fields.Drop("mms", mms ? "true" : "false");
  fields.KeepRest({}, event.metadata);
  batch.Add(std::move(event), {});
  return absl::OkStatus();
}

}  // namespace

absl::Status AddFlat(Fields& fields, Batch& batch) {
  if (!IsFlat(fields)) {
    batch.AddUnknown(fields.Peek("type"), {});
    return absl::OkStatus();
  }
  return IsReport(fields) ? AddReport(fields, batch) : AddMessage(fields, batch);
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
