#include "twilio_payload.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "omni/adapter.h"
#include "omni/error.h"
#include "omni/json.h"
#include "twilio_conversations.h"
#include "twilio_event.h"
#include "twilio_message.h"
#include "twilio_status.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

absl::Status Require(const ParameterReader& in, std::initializer_list<Name> names) {
  for (Name name : names) {
    if (in.Peek(name).empty()) return MissingFieldError(name.text());
  }
  return absl::OkStatus();
}

bool IsHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// The signature knows no boundary between a value and the name after it. Who replays a captured
// request as `MessageSid=SM…NumMedia0` would have a message with another id, signed.
absl::Status CheckNothingSwallowed(const ParameterReader& in, Name name) {
  constexpr std::size_t kPrefix = 2;
  constexpr std::size_t kSize = 34;
  const std::string_view sid = in.Peek(name);
  if (sid.size() <= kSize || IsHex(sid[kSize])) return absl::OkStatus();
  const std::string_view digits = sid.substr(kPrefix, kSize - kPrefix);
  if (!std::all_of(digits.begin(), digits.end(), IsHex)) return absl::OkStatus();
  return InvalidPayloadError(std::string(name.text()) + ": more than a SID", name.text());
}

// What a form without MessageStatus tells. Old accounts report a delivery in SmsStatus alone.
EventKind KindBySmsStatus(const ParameterReader& in) {
  const std::string_view word = in.Peek("SmsStatus");
  if (HasContent(in)) {
    return word.empty() || IsReceptionWord(word) ? EventKind::kMessage : EventKind::kNotice;
  }
  return StatusOf(word) == StatusValue::kUnknown ? EventKind::kNotice : EventKind::kStatus;
}

// Neither direction nor sides are known.
Event ReadUnknown(ParameterReader& in) {
  Event event = NewEvent(EventKind::kNotice, in);
  const std::string_view prefix = PrefixOfEnds(in);
  event.channel = prefix.empty() ? kCarrier : prefix;
  Notice& notice = event.notice.emplace();
  notice.type = "unknown";
  notice.subject = FirstOf(in, {"MessageSid", "SmsSid"});
  notice.detail.text = in.ToJson();
  return event;
}

absl::Status ReadBySmsStatus(ParameterReader& in, Event& event) {
  const EventKind kind = KindBySmsStatus(in);
  const bool has_former_sid = !in.Peek("SmsSid").empty();
  if (kind == EventKind::kMessage || !has_former_sid) {
    OMNI_RETURN_IF_ERROR(Require(in, {"MessageSid"}));
  }
  OMNI_RETURN_IF_ERROR(Require(in, {"AccountSid"}));
  if (kind != EventKind::kMessage) {
    event = kind == EventKind::kStatus ? ReadStatus(in) : ReadUnknown(in);
    return absl::OkStatus();
  }
  OMNI_RETURN_IF_ERROR(Require(in, {"From", "To"}));
  ReadMessage(in, event);
  return absl::OkStatus();
}

absl::Status Classify(ParameterReader& in, Event& event) {
  OMNI_RETURN_IF_ERROR(CheckNothingSwallowed(in, "MessageSid"));
  OMNI_RETURN_IF_ERROR(CheckNothingSwallowed(in, "SmsSid"));
  if (IsConversations(in)) {
    OMNI_RETURN_IF_ERROR(Require(in, {"AccountSid"}));
    event = ReadConversations(in);
    return absl::OkStatus();
  }
  if (!in.Has("MessageStatus")) return ReadBySmsStatus(in, event);
  OMNI_RETURN_IF_ERROR(Require(in, {"MessageSid", "AccountSid"}));
  event = ReadStatus(in);
  return absl::OkStatus();
}

// Event Streams put the account into `data`.
std::string_view AccountOf(JsonValue element, std::string_view url_account) {
  for (JsonValue holder : {element, element["data"]}) {
    if (const std::string_view account = holder["AccountSid"].text(); !account.empty()) {
      return account;
    }
  }
  return url_account;
}

Event ReadJsonElement(JsonValue element, std::string_view url_account, bool keep_raw) {
  Event event;
  event.kind = EventKind::kNotice;
  event.carrier = kCarrier;
  event.channel = kCarrier;
  event.account = AccountOf(element, url_account);
  Notice& notice = event.notice.emplace();
  notice.type = "unknown";
  notice.subject = element["type"].text();
  notice.detail = RawJson::From(element);
  if (keep_raw) event.raw = notice.detail;
  return event;
}

}  // namespace

absl::Status ReadParameters(ParameterReader& in, bool keep_raw, Event& event) {
  OMNI_RETURN_IF_ERROR(Classify(in, event));
  // A notice's detail holds every parameter.
  if (event.kind != EventKind::kNotice) event.metadata = in.Rest();
  if (keep_raw) event.raw.text = in.ToJson();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Event>> ReadJson(std::string_view body, std::string_view url_account,
                                            bool keep_raw, std::size_t max_events) {
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(body));
  std::vector<Event> events;
  if (!document.root().is_array()) {
    events.push_back(ReadJsonElement(document.root(), url_account, keep_raw));
    return events;
  }
  if (document.root().size() > max_events) {
    return TooManyEventsError();
  }
  events.reserve(document.root().size());
  for (JsonValue element : document.root().elements()) {
    events.push_back(ReadJsonElement(element, url_account, keep_raw));
  }
  return events;
}

}  // namespace twilio
}  // namespace omni::inline v0_1
