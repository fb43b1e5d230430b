#include "inteliquent_batch.h"

#include <utility>

#include "base/in_place.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/time_parse.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

// 422, naming the field and never quoting it.
absl::Status UnprocessableError(const Item& item) {
  std::string field;
  if (item.index) field = "[" + std::to_string(*item.index) + "]";
  if (!field.empty() && !item.violation->field.empty()) field += '.';
  field += item.violation->field;
  const std::string message =
      (field.empty() ? "the body is " : field + ": ") + std::string(item.violation->problem);
  return MakeError(absl::StatusCode::kInvalidArgument, message,
                   {.reason = "unprocessable",
                    .code = "UNPROCESSABLE",
                    .field = field,
                    .blame = Blame::kSender,
                    .http_status = 422});
}

HttpResponse MakeAck(std::string_view id) {
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject();
  writer.Key("success");
  writer.Bool(true);
  if (!id.empty()) {
    writer.Key("messageId");
    writer.String(id);
  }
  writer.Key("status");
  writer.String("accepted");
  writer.EndObject();
  return HttpResponse::Json(200, std::move(body));
}

}  // namespace

void Batch::Begin(const Item& item) {
  ++items_;
  if (id_.empty()) id_ = item.id;
  if (item.violation && ++violations_ == 1) first_violation_ = UnprocessableError(item);
}

void Batch::Add(Event event, const Item& item, std::string identity) {
  ++events_;
  if (params_.max_events != 0 && events_ > params_.max_events) return;
  if (params_.keep_raw) event.raw = RawJson::From(item.value);
  result_.events.emplace_back(internal::InPlace([&] {
    return InboundEvent{.event = params_.request.Prove(std::move(event)),
                        .identity = std::move(identity)};
  }));
}

absl::StatusOr<InboundResult> Batch::Finish() && {
  if (events_ > result_.events.size()) {
    return TooManyEventsError();
  }
  if (items_ > 0 && violations_ == items_) return first_violation_;
  result_.ack = MakeAck(id_);
  return std::move(result_);
}

Event NewEvent(EventKind kind, const Item& item) {
  Event event;
  event.kind = kind;
  event.carrier = kCarrier;
  event.channel = "sms";
  event.carrier_message_id = item.id;
  const JsonValue timestamp = item.value["timestamp"];
  if (const auto time = ParseIsoTime(timestamp.text())) {
    event.occurred_at = *time;
  } else {
    // The carrier's own objects have none.
    event.metadata.Set("atSource", "receiver");
    event.metadata.Set("timestamp", timestamp.scalar());
  }
  return event;
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1
