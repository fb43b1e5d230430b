#include "bandwidth_batch.h"

#include <utility>

#include "base/in_place.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace bandwidth {

void Batch::Add(Event&& event, const Callback& callback, std::string identity,
                std::optional<MessagePart> part) {
  ++size_;
  if (params_.max_events != 0 && size_ > params_.max_events) return;
  if (params_.keep_raw) event.raw = RawJson::From(callback.item);
  result_.events.emplace_back(internal::InPlace([&] {
    return InboundEvent{.event = params_.request.Prove(std::move(event)),
                        .identity = std::move(identity),
                        .part = std::move(part)};
  }));
}

void Batch::NoteMissing(std::string_view field, const Callback& callback) {
  if (++incomplete_ > 1) return;
  if (callback.index) missing_field_ = "[" + std::to_string(*callback.index) + "].";
  missing_field_ += field;
}

absl::StatusOr<InboundResult> Batch::Finish(HttpResponse ack) && {
  if (size_ > result_.events.size()) {
    return TooManyEventsError();
  }
  if (size_ > 0 && incomplete_ == size_) return MissingFieldError(missing_field_);
  result_.ack = std::move(ack);
  return std::move(result_);
}

Event NewEvent(EventKind kind, const Callback& callback) {
  Event event;
  event.kind = kind;
  event.carrier = kCarrier;
  event.channel = kCarrier;
  event.account = callback.message["applicationId"].scalar();
  if (event.account.empty()) event.account = callback.item["applicationId"].scalar();
  event.carrier_message_id = callback.message["id"].scalar();
  return event;
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1
