#include "messagebird_batch.h"

#include <utility>

#include "base/in_place.h"
#include "messagebird_event.h"
#include "omni/error.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

std::string MakeAck(std::string_view message_id) {
  constexpr std::size_t kAround = 64;
  std::string ack;
  ack.reserve(message_id.size() + kAround);
  ack.append(R"({"success":true)");
  if (!message_id.empty()) {
    ack.append(R"(,"messageId":)");
    JsonWriter(ack).String(message_id);
  }
  ack.push_back('}');
  return ack;
}

}  // namespace

void Batch::SetMessageId(std::string_view id) { ack_ = MakeAck(id); }

void Batch::Add(Event&& event, std::string identity) {
  if (params_.keep_raw) event.raw = raw();
  result_.events.emplace_back(internal::InPlace([&] {
    return InboundEvent{.event = params_.request.Prove(std::move(event)),
                        .identity = std::move(identity)};
  }));
}

void Batch::AddUnknown(std::string_view subject, std::string_view account, absl::Time occurred_at) {
  Event event = NewNotice("unknown", subject, raw(), {});
  event.account = account;
  event.occurred_at = occurred_at;
  Add(std::move(event), {});
}

absl::StatusOr<InboundResult> Batch::Finish() && {
  if (params_.max_events != 0 && result_.events.size() > params_.max_events) {
    return TooManyEventsError();
  }
  if (ack_.empty()) ack_ = MakeAck({});
  result_.ack = HttpResponse::Json(200, std::move(ack_));
  return std::move(result_);
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
