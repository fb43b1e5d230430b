#include "bandwidth_status.h"

#include <string>
#include <string_view>
#include <utility>

#include "bandwidth_errors.h"
#include "bandwidth_fields.h"
#include "bandwidth_notice.h"
#include "bandwidth_parties.h"
#include "bandwidth_time.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

constexpr KnownNames kItemScalars = {"type", "time", "to", "eventTime"};
constexpr KnownNames kItemObjects = {"message"};
constexpr KnownMembers kItem = {.scalars = &kItemScalars, .objects = &kItemObjects};
constexpr KnownNames kErrorScalars = {"errorCode", "description"};
constexpr KnownMembers kError = {.scalars = &kErrorScalars};

// What was in the message is ours. The carrier does not keep it, and sends an empty text.
constexpr KnownNames kMessageScalars = {"id", "owner", "applicationId", "time", "direction",
                                        "to", "from",  "channel",       "text", "media"};
constexpr KnownNames kMessageObjects = {"content"};
constexpr KnownNames kMessageArrays = {"to", "media"};
constexpr KnownMembers kMessage = {
    .scalars = &kMessageScalars, .objects = &kMessageObjects, .arrays = &kMessageArrays};

// What a callback lacks to be a status; empty when nothing.
std::string_view MissingField(const Callback& callback, const Parties& parties) {
  if (!callback.message.is_object()) return "message";
  if (callback.message["id"].scalar().empty()) return "message.id";
  return parties.has_customer ? std::string_view() : "to";
}

void ReadFailure(JsonValue item, DeliveryStatus& status) {
  const std::string_view code = item["errorCode"].scalar();
  const ErrorMeaning meaning = MeaningOf(code);
  status.value = meaning.value;
  DeliveryError& error = status.error.emplace();
  error.code = code;
  error.message = item["description"].scalar();
  if (error.message.empty()) error.message = meaning.message;
  error.class_ = meaning.error_class;
  error.retryable = meaning.retryable;
}

}  // namespace

void AddStatus(const Callback& callback, StatusValue value, Batch& batch) {
  Event event = NewEvent(EventKind::kStatus, callback);
  const Parties parties = SetOutboundParties(callback, event);
  if (const auto field = MissingField(callback, parties); !field.empty()) {
    return AddIncomplete(field, Direction::kOutbound, callback, batch);
  }
  SetChannel(callback, parties, event);
  if (event.from) CompareDestination(callback, *event.from, event, batch);
  SetTime({{"eventTime", callback.item["eventTime"]},
           {"callbackTime", callback.item["time"]},
           {"messageTime", callback.message["time"]}},
          event);
  DeliveryStatus& status = event.status.emplace();
  status.value = value;
  status.carrier_value = callback.type;
  const bool failed = value == StatusValue::kFailed;
  if (failed) ReadFailure(callback.item, status);
  KeepRest(callback.message, {kMessage}, {}, event.metadata);
  KeepRest(callback.item, {kItem, failed ? kError : KnownMembers{}}, {}, event.metadata);
  batch.Add(std::move(event), callback, {});
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1
