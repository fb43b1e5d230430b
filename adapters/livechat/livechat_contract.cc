#include "livechat_contract.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "livechat_content.h"
#include "livechat_fields.h"
#include "livechat_people.h"
#include "livechat_private.h"
#include "omni/codec.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr std::string_view kEventNames[] = {"event", "event_type"};
constexpr std::string_view kTimeNames[] = {"created_at", "timestamp"};
constexpr std::string_view kMessageEvents[] = {"incoming_message", "incoming_chat",
                                               "incoming_event"};

constexpr KnownMember kRootMembers[] = {{"event"},
                                        {"event_type"},
                                        {"chat_id"},
                                        {"thread_id"},
                                        {"message", Shape::kObject},
                                        {"visitor", Shape::kObject}};
constexpr KnownMember kMessageMembers[] = {
    {"id"}, {"type"}, {"created_at"}, {"timestamp"}, {"visibility"}, {"author", Shape::kObject}};
constexpr KnownMember kPersonMembers[] = {{"id"}, {"type"}, {"name"}, {"email"}};

bool IsMessageEvent(std::string_view word) {
  return std::find(std::begin(kMessageEvents), std::end(kMessageEvents), word) !=
         std::end(kMessageEvents);
}

// The visitor wrote it, unless somebody else is named.
Person ReadAuthor(JsonValue author, JsonValue visitor) {
  const JsonValue source = author.is_object() ? author : visitor;
  Person person{.id = source["id"].scalar(),
                .role = author.is_object() ? RoleFromWord(author["type"].text()) : Role::kCustomer,
                .name = source["name"].text(),
                .email = source["email"].text()};
  if (person.role == Role::kUnknown) person.role = RoleFromId(person.id);
  if (person.id != visitor["id"].scalar()) return person;
  if (person.name.empty()) person.name = visitor["name"].text();
  if (person.email.empty()) person.email = visitor["email"].text();
  return person;
}

void KeepPeople(JsonValue author, JsonValue visitor, Metadata& metadata) {
  KeepRest(author, {kPersonMembers}, "author", metadata);
  const bool same = !author.is_object() || author["id"].scalar() == visitor["id"].scalar();
  if (same) return KeepRest(visitor, {kPersonMembers}, "visitor", metadata);
  KeepRest(visitor, {}, "visitor", metadata);
}

void ReadContent(JsonValue message, Event& event) {
  const bool file = !message["url"].scalar().empty();
  const ContentRow& row = *FindContent(file ? "file" : "message");
  event.message.emplace();
  row.read(message, event);
  const std::string_view type = message["type"].scalar();
  if (!file && type != "text" && type != "message") event.metadata.Set("messageType", type);
  KeepRest(message, {kMessageMembers, row.known}, "", event.metadata);
}

absl::Status CheckFields(JsonValue root) {
  if (root["chat_id"].scalar().empty()) return MissingFieldError("chat_id");
  if (root["message"]["id"].scalar().empty()) return MissingFieldError("message.id");
  return absl::OkStatus();
}

void AddMessage(const Scope& scope, JsonValue root, Batch& batch) {
  const JsonValue message = root["message"];
  const JsonValue author = message["author"];
  const bool hidden = IsPrivate(message);
  Event event = NewEvent(scope, hidden ? EventKind::kNotice : EventKind::kMessage);
  event.carrier_message_id = message["id"].scalar();
  SetTime(FirstOf(message, kTimeNames), event);
  SetParties(scope, ReadAuthor(author, root["visitor"]), event);
  if (hidden) {
    event.notice = Notice{.type = "note",
                          .subject = std::string(message["type"].scalar()),
                          .detail = {.text = OutlineJson(message)}};
  } else {
    ReadContent(message, event);
    KeepPeople(author, root["visitor"], event.metadata);
    KeepRest(root, {kRootMembers}, "", event.metadata);
  }
  batch.Add(std::move(event), hidden ? message : root,
            EventIdentity(scope, message["id"].scalar(), ""));
}

// ---- statuses

constexpr std::string_view kStatusTimes[] = {"delivered_at", "read_at",    "sent_at",
                                             "failed_at",    "updated_at", "timestamp"};
constexpr KnownMember kStatusMembers[] = {{"message_id"}, {"chat_id"}, {"thread_id"}, {"status"}};
constexpr std::string_view kErrorCodes[] = {"error_code", "code"};
constexpr std::string_view kErrorMessages[] = {"error_message", "message", "error", "reason"};

constexpr StatusValue kStatusValues[] = {
    StatusValue::kAccepted, StatusValue::kScheduled,   StatusValue::kQueued,
    StatusValue::kSending,  StatusValue::kSent,        StatusValue::kDelivered,
    StatusValue::kRead,     StatusValue::kUndelivered, StatusValue::kFailed,
    StatusValue::kRejected, StatusValue::kExpired,     StatusValue::kCanceled,
    StatusValue::kDeleted,
};

// The contract does not list the words; they are taken to be its own.
StatusValue ValueOf(std::string_view word) {
  if (word == "seen") return StatusValue::kRead;
  const auto found = std::find_if(std::begin(kStatusValues), std::end(kStatusValues),
                                  [word](StatusValue value) { return ToWord(value) == word; });
  return found == std::end(kStatusValues) ? StatusValue::kUnknown : *found;
}

std::optional<DeliveryError> ReadError(JsonValue root) {
  const JsonValue holder = root["error"].is_object() ? root["error"] : root;
  DeliveryError error{.code = std::string(FirstOf(holder, kErrorCodes).scalar()),
                      .message = std::string(FirstOf(holder, kErrorMessages).scalar())};
  if (error.code.empty() && error.message.empty()) return std::nullopt;
  return error;
}

HttpResponse StatusAnswer(std::string_view message_id, std::string_view status) {
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject();
  writer.Key("status");
  writer.String("acknowledged");
  writer.Key("messageId");
  writer.String(message_id);
  writer.Key("deliveryStatus");
  writer.String(status);
  writer.EndObject();
  return HttpResponse::Json(200, std::move(body));
}

}  // namespace

absl::Status AddContractMessage(const Identifier& identifier, std::string_view account,
                                JsonValue root, Batch& batch) {
  const std::string_view word = FirstOf(root, kEventNames).scalar();
  const bool message = IsMessageEvent(word) || (word.empty() && root["message"].exists());
  if (!message && word.empty()) return MissingFieldError("event");
  const People nobody;
  const Scope scope{.identifier = &identifier,
                    .people = &nobody,
                    .account = account,
                    .chat_id = root["chat_id"].scalar(),
                    .thread_id = root["thread_id"].scalar(),
                    .action = word};
  if (!message) {
    AddUnknown(scope, word, root, batch);
    return absl::OkStatus();
  }
  OMNI_RETURN_IF_ERROR(CheckFields(root));
  AddMessage(scope, root, batch);
  return absl::OkStatus();
}

absl::StatusOr<HttpResponse> AddDeliveryStatus(const Identifier& identifier,
                                               std::string_view account, JsonValue root,
                                               Batch& batch) {
  const std::string_view message_id = root["message_id"].scalar();
  const std::string_view status = root["status"].scalar();
  if (message_id.empty()) return MissingFieldError("message_id");
  if (status.empty()) return MissingFieldError("status");
  const People nobody;
  const Scope scope{.identifier = &identifier,
                    .people = &nobody,
                    .account = account,
                    .chat_id = root["chat_id"].scalar(),
                    .thread_id = root["thread_id"].scalar()};
  Event event = NewEvent(scope, EventKind::kStatus);
  event.direction = Direction::kOutbound;
  event.from = Address{.address = identifier.livechat};
  event.carrier_message_id = message_id;
  event.occurred_at = ReadTime(FirstOf(root, kStatusTimes));
  event.status = DeliveryStatus{.value = ValueOf(status), .carrier_value = std::string(status)};
  event.status->error = ReadError(root);
  KeepRest(root, {kStatusMembers}, "", event.metadata);
  batch.Add(std::move(event), root, {});
  return StatusAnswer(message_id, status);
}

}  // namespace livechat
}  // namespace omni::inline v0_1
