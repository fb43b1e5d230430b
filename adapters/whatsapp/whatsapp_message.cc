#include "whatsapp_message.h"

#include <string>
#include <string_view>
#include <utility>

#include "omni/support/time_parse.h"
#include "whatsapp_content.h"
#include "whatsapp_fields.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

// Types that are not messages.
struct NoticeType {
  std::string_view type;
  std::string_view notice;
};
constexpr NoticeType kNoticeTypes[] = {
    {"request_welcome", "chatStarted"},
    {"edit", "edited"},
    {"revoke", "deleted"},
};

// An echo in standby is what the other app sent, wrapped.
bool IsWrapped(JsonValue item) { return !item["type"].exists() && item["message"].is_object(); }

// Keeps what stands around the content: in the history, and in the wrapping of an echo.
void KeepSurroundings(JsonValue item, JsonValue message, Metadata& metadata) {
  static constexpr std::string_view kHistory[] = {"status"};
  static constexpr std::string_view kScalars[] = {"id", "timestamp"};
  static constexpr std::string_view kStructures[] = {"message"};
  KeepRest(message["history_context"], {kHistory, {}}, "history", metadata);
  if (IsWrapped(item)) KeepRest(item, {kScalars, kStructures}, {}, metadata);
}

Person ReadSender(JsonValue message) {
  Person sender{.id = message["from"].scalar(),
                .user_id = message["from_user_id"].scalar(),
                .parent_user_id = message["from_parent_user_id"].scalar()};
  // A customer without a number who changed ids is known by the old one.
  if (sender.id.empty() && sender.user_id.empty()) {
    sender.user_id = message["system"]["previous_user_id"].scalar();
  }
  return sender;
}

Person ReadRecipient(JsonValue message) {
  return {.id = Either(message["to"], message["recipient"]).scalar(),
          .user_id = Either(message["to_user_id"], message["recipient_user_id"]).scalar(),
          .parent_user_id = message["to_parent_user_id"].scalar()};
}

void ReadParties(const Scope& scope, Direction direction, JsonValue message, Event& event) {
  std::string_view group = message["group_id"].scalar();
  Person customer =
      direction == Direction::kOutbound ? ReadRecipient(message) : ReadSender(message);
  if (message["recipient_type"].text() == "group") {
    group = std::exchange(customer.id, {});
  }
  if (scope.thread != nullptr && customer.id.empty() && customer.user_id.empty()) {
    customer = *scope.thread;
  }
  SetParties(scope, direction, CustomerAddress(scope, customer, event.metadata), group, event);
}

void SetMessageNotice(const Scope& scope, std::string_view type, JsonValue message, JsonValue item,
                      Event& event) {
  for (const NoticeType& row : kNoticeTypes) {
    if (row.type != type) continue;
    const std::string_view original = message[type]["original_message_id"].scalar();
    return SetNotice(scope, row.notice, original, item, event);
  }
  SetNotice(scope, "unknown", type, item, event);
}

}  // namespace

void AddMessage(const Scope& scope, Direction direction, JsonValue item, Batch& batch) {
  if (!item.is_object()) return AddUnknown(scope, scope.field, item, batch);
  const JsonValue message = IsWrapped(item) ? item["message"] : item;
  const std::string_view id = Either(item["id"], message["id"]).scalar();
  const std::string_view type = message["type"].text();

  Event event = NewEvent(scope, EventKind::kMessage);
  event.carrier_message_id = id;
  if (const auto time = ParseUnixTime(Either(item["timestamp"], message["timestamp"]))) {
    event.occurred_at = *time;
  }
  if (direction == Direction::kOutbound && !scope.history) event.metadata.Set("echo", "true");
  event.metadata.Set("historyStatus", message["history_context"]["status"].scalar());
  ReadParties(scope, direction, message, event);

  std::string identity;
  if (ReadContent(type, message, event)) {
    ReadContext(message, event);
    KeepMessageRest(type, message, event.metadata);
    KeepSurroundings(item, message, event.metadata);
    // The message itself follows under the same id.
    if (type == "media_placeholder" && !id.empty()) identity = std::string(id) + ":placeholder";
  } else {
    SetMessageNotice(scope, type, message, item, event);
  }
  batch.Add(std::move(event), item, std::move(identity));
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1
