#include "livechat_webhook.h"

#include <string>
#include <utility>

#include "livechat_event.h"
#include "livechat_fields.h"
#include "livechat_people.h"
#include "livechat_private.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr KnownMember kWebhookMembers[] = {{"webhook_id"},
                                           {"action"},
                                           {"organization_id"},
                                           {"payload", Shape::kObject},
                                           {"payload", Shape::kArray},
                                           {"payload"}};

std::string ThreadIdentity(const Scope& scope, std::string_view suffix) {
  Scope chat = scope;
  chat.thread_id = {};
  return EventIdentity(chat, scope.thread_id, suffix);
}

// A chat as it begins, or begins again: the words that open it come in here and perhaps nowhere
// else.
void AddIncomingChat(const Scope& scope, JsonValue payload, Batch& batch) {
  const JsonValue chat = payload["chat"];
  const JsonValue thread = chat["thread"];
  if (!chat.is_object()) return AddUnknown(scope, scope.action, payload, batch);
  const People people(chat["users"]);
  Scope inner = scope;
  inner.people = &people;
  const JsonValue events = thread["events"].is_array() ? thread["events"] : JsonValue();
  Event started = NewNotice(inner, "chatStarted", "", {});
  started.notice->detail = PublicRaw(payload, events);
  if (const Person* customer = people.customer()) SetParties(inner, *customer, started);
  SetTime(thread["created_at"], started);
  std::string identity = ThreadIdentity(inner, ":started");
  if (identity.empty()) identity = ContentIdentity(inner, payload, batch);
  batch.Add(std::move(started), payload, std::move(identity));
  for (const JsonValue event : events.elements()) AddChatEvent(inner, event, batch);
}

void AddIncomingEvent(const Scope& scope, JsonValue payload, Batch& batch) {
  static constexpr KnownMember kMembers[] = {{"chat_id"}, {"thread_id"}, {"event", Shape::kObject}};
  const JsonValue event = payload["event"];
  if (!event.is_object()) return AddUnknown(scope, scope.action, payload, batch);
  KeepRest(payload, {kMembers}, "", batch.extras());
  if (scope.action == kUpdated) return AddEdit(scope, event, batch);
  AddChatEvent(scope, event, batch);
}

// The tap on a button of a rich message. It has no id of its own, and may come back: on, off, on.
void AddPostback(const Scope& scope, JsonValue payload, Batch& batch) {
  static constexpr KnownMember kMembers[] = {
      {"user_id"}, {"chat_id"}, {"thread_id"}, {"event_id"}, {"postback", Shape::kObject}};
  const JsonValue postback = payload["postback"];
  if (!postback.is_object()) return AddUnknown(scope, scope.action, payload, batch);
  Event event = NewEvent(scope, EventKind::kMessage);
  SetParties(scope, scope.people->Find(payload["user_id"].scalar()), event);
  const std::string value(postback["button_value"].scalar());
  event.message = Message{.type = MessageType::kInteractive, .text = value};
  event.message->interactive = Interactive{.kind = InteractiveKind::kPostback,
                                           .id = std::string(postback["id"].scalar()),
                                           .title = value,
                                           .payload = PublicRaw(postback)};
  if (const std::string_view replied = payload["event_id"].scalar(); !replied.empty()) {
    event.message->reply_to = ReplyTo{.message_id = std::string(replied)};
  }
  event.metadata.Set("toggled", postback["toggled"].scalar());
  KeepRest(payload, {kMembers}, "", event.metadata);
  batch.Add(std::move(event), payload, ContentIdentity(scope, payload, batch));
}

/// An action that becomes a notice with its whole payload.
struct NoticeRow {
  std::string_view action;
  std::string_view notice;
  std::string_view subject;  ///< the member that says more; may be empty
  std::string_view person;   ///< the member that says who did it
  /// What makes one such action another than the next, where the payload tells.
  std::string (*identity)(const Scope& scope, JsonValue payload);
};

std::string CloseIdentity(const Scope& scope, JsonValue) {
  return ThreadIdentity(scope, ":closed");
}

std::string DeletionIdentity(const Scope& scope, JsonValue payload) {
  return EventIdentity(scope, payload["event_id"].scalar(), ":deleted");
}

// Everything up to a moment was seen by somebody.
std::string SeenIdentity(const Scope& scope, JsonValue payload) {
  const std::string who(payload["user_id"].scalar());
  const std::string_view up_to = payload["seen_up_to"].scalar();
  if (up_to.empty()) return {};
  return EventIdentity(scope, who, ":seen:" + std::string(up_to));
}

constexpr NoticeRow kNotices[] = {
    {"chat_deactivated", "chatClosed", "", "user_id", CloseIdentity},
    {"chat_transferred", "chatTransferred", "reason", "requester_id", nullptr},
    {"chat_access_updated", "access", "", "", nullptr},
    {"user_added_to_chat", "userAdded", "user_type", "requester_id", nullptr},
    {"user_removed_from_chat", "userRemoved", "user_type", "requester_id", nullptr},
    {"event_deleted", "deleted", "event_id", "", DeletionIdentity},
    {"events_marked_as_seen", "seen", "seen_up_to", "user_id", SeenIdentity},
    {"incoming_typing_indicator", "typing", "", "", nullptr},
    {"thread_tagged", "tagged", "tag", "", nullptr},
    {"thread_untagged", "untagged", "tag", "", nullptr},
};

void AddActionNotice(const Scope& scope, const NoticeRow& row, JsonValue payload, Batch& batch) {
  Event event = NewNotice(scope, row.notice, payload[row.subject].scalar(), payload);
  if (const std::string_view id = payload[row.person].scalar(); !id.empty()) {
    const Person person = scope.people->Find(id);
    SetParties(scope, person, event);
    event.metadata.Set("authorType", RoleName(person.role));
  }
  std::string identity = row.identity == nullptr ? "" : row.identity(scope, payload);
  if (identity.empty()) identity = ContentIdentity(scope, payload, batch);
  batch.Add(std::move(event), payload, std::move(identity));
}

struct ActionRow {
  std::string_view action;
  void (*add)(const Scope& scope, JsonValue payload, Batch& batch);
};
constexpr ActionRow kActions[] = {
    {"incoming_chat", AddIncomingChat},
    {"incoming_event", AddIncomingEvent},
    {kUpdated, AddIncomingEvent},
    {"incoming_rich_message_postback", AddPostback},
};

void AddAction(const Scope& scope, JsonValue payload, Batch& batch) {
  if (!payload.is_object()) return AddUnknown(scope, scope.action, payload, batch);
  for (const ActionRow& row : kActions) {
    if (row.action == scope.action) return row.add(scope, payload, batch);
  }
  for (const NoticeRow& row : kNotices) {
    if (row.action == scope.action) return AddActionNotice(scope, row, payload, batch);
  }
  AddUnknown(scope, scope.action, payload, batch);
}

std::string_view EitherId(JsonValue first, JsonValue second) {
  return first.scalar().empty() ? second.scalar() : first.scalar();
}

}  // namespace

bool IsWebhook(JsonValue root) { return root["action"].is_string() && root["payload"].exists(); }

void AddWebhook(const Identifier& identifier, std::string_view account, JsonValue root,
                Batch& batch) {
  const JsonValue payload = root["payload"];
  const JsonValue chat = payload["chat"];
  KeepRest(root, {kWebhookMembers}, "", batch.extras());
  if (batch.extras().Get("licenseId") == account) batch.extras().Set("licenseId", "");
  const People nobody;
  AddAction({.identifier = &identifier,
             .people = &nobody,
             .account = account,
             .chat_id = EitherId(payload["chat_id"], chat["id"]),
             .thread_id = EitherId(payload["thread_id"], chat["thread"]["id"]),
             .action = root["action"].text(),
             .webhook_id = root["webhook_id"].scalar()},
            payload, batch);
}

}  // namespace livechat
}  // namespace omni::inline v0_1
