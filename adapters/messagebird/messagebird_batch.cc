#include "messagebird_batch.h"

#include <utility>

#include "messagebird_event.h"
#include "omni/error.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

HttpResponse MakeAck(std::string_view message_id) {
  constexpr std::size_t kAround = 64;
  std::string body;
  body.reserve(message_id.size() + kAround);
  JsonWriter writer(body);
  writer.BeginObject();
  writer.Key("success");
  writer.Bool(true);
  if (!message_id.empty()) {
    writer.Key("messageId");
    writer.String(message_id);
  }
  writer.EndObject();
  return HttpResponse::Json(200, std::move(body));
}

}  // namespace

void Batch::Add(Event&& event, std::string identity) {
  if (params_.keep_raw) event.raw = raw();
  result_.events.push_back({params_.request.Prove(std::move(event)), std::move(identity)});
}

void Batch::AddUnknown(std::string_view subject, std::string_view account) {
  Event event = NewNotice("unknown", subject, raw(), {});
  event.account = account;
  event.conversation = ConversationId(kCarrier, account, "");
  Add(std::move(event), {});
}

absl::StatusOr<InboundResult> Batch::Finish() && {
  if (params_.max_events != 0 && result_.events.size() > params_.max_events) {
    return TooManyEventsError();
  }
  result_.ack = MakeAck(message_id_);
  return std::move(result_);
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
