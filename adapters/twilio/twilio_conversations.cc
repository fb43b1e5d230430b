#include "twilio_conversations.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "omni/json.h"
#include "omni/support/attachment.h"
#include "omni/support/phone.h"
#include "omni/support/time_parse.h"
#include "twilio_event.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

constexpr std::string_view kChannel = "conversations";

// A notice whose meaning is known, and the parameter that names what it is about.
struct NoticeKind {
  std::string_view event_type;
  std::string_view type;
  Name subject;
};
constexpr NoticeKind kNoticeKinds[] = {
    {"onConversationAdded", "chatStarted", "ConversationSid"},
    {"onConversationRemoved", "chatClosed", "ConversationSid"},
    {"onMessageRemoved", "deleted", "MessageSid"},
    {"onMessageUpdated", "edited", "MessageSid"},
};
constexpr NoticeKind kClosed = {"onConversationStateUpdated", "chatClosed", "ConversationSid"};

const NoticeKind* FindNoticeKind(const ParameterReader& in) {
  const std::string_view event_type = in.Peek("EventType");
  if (event_type == kClosed.event_type && in.Peek("StateTo") == "closed") return &kClosed;
  for (const NoticeKind& kind : kNoticeKinds) {
    if (kind.event_type == event_type) return &kind;
  }
  return nullptr;
}

// Who stands for the business; the webhook does not say which of its numbers it is.
std::string_view Business(const ParameterReader& in) {
  return FirstOf(in, {"MessagingServiceSid", "ChatServiceSid", "AccountSid"});
}

// `twilio:{account}:{conversation}`, or what else the webhook is about.
std::string ConversationOf(const ParameterReader& in) {
  return ConversationId(kCarrier, in.Peek("AccountSid"),
                        FirstOf(in, {"ConversationSid", "ParticipantSid", "UserSid"}));
}

void TakeTime(ParameterReader& in, Event& event) {
  for (Name name :
       {Name("DateRemoved"), Name("StateUpdated"), Name("DateUpdated"), Name("DateCreated")}) {
    const std::optional<absl::Time> time = ParseIsoTime(in.Peek(name));
    if (!time.has_value()) continue;
    in.Take(name);
    event.occurred_at = *time;
    return;
  }
}

// The item of one element; false when the element holds more than that.
bool ReadMediaItem(JsonValue element, Media& media) {
  std::size_t understood = 0;
  for (const JsonMember& member : element.members()) {
    ++understood;
    if (member.key == "Sid" || member.key == "MediaSid") {
      media.id = member.value.text();
    } else if (member.key == "ContentType") {
      media.mime_type = member.value.text();
    } else if (member.key == "Filename") {
      media.filename = member.value.text();
    } else if (member.key == "Size") {
      media.size = member.value.AsInt64();
    } else {
      --understood;
    }
  }
  return element.is_object() && understood == element.size();
}

// Media comes as a JSON array in a string. What is not understood wholly stays in the metadata too.
std::vector<Media> TakeMedia(ParameterReader& in) {
  std::vector<Media> media;
  const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(in.Peek("Media"));
  if (!document.ok() || !document->root().is_array()) return media;
  bool complete = true;
  for (JsonValue element : document->root().elements()) {
    Media item;
    complete = ReadMediaItem(element, item) && complete;
    if (!item.id.empty()) media.push_back(std::move(item));
  }
  if (complete) in.Take("Media");
  return media;
}

// Participants reached by a phone or a messenger are customers; the others write in the business's
// own application.
bool IsCustomer(std::string_view author) {
  return IsE164(author) || !ChannelPrefix(author).empty();
}

std::string_view ChannelOf(std::string_view author, bool has_media) {
  if (!IsCustomer(author)) return kChannel;
  if (const std::string_view prefix = ChannelPrefix(author); !prefix.empty()) return prefix;
  return has_media ? "mms" : "sms";
}

Event ReadAddedMessage(ParameterReader& in) {
  Event event = NewEvent(EventKind::kMessage, in);
  Message& message = event.message.emplace();
  message.media = TakeMedia(in);
  message.text = in.Take("Body");
  message.type = message.media.empty() ? MessageType::kText : MessageTypeOf(message.media.front());

  const std::string_view author = in.Take("Author");
  event.channel = ChannelOf(author, !message.media.empty());
  if (IsCustomer(author)) {
    event.direction = Direction::kInbound;
    event.from = MakeAddress(author);
    event.to.push_back(MakeAddress(Business(in)));
    if (HasKeywords(event.channel)) message.keyword = FindKeyword(message.text);
  } else {
    event.direction = Direction::kOutbound;
    if (!author.empty()) event.from = Address{.address = std::string(author)};
  }
  event.carrier_message_id = in.Take("MessageSid");
  return event;
}

Event ReadDelivery(ParameterReader& in) {
  Event event = NewEvent(EventKind::kStatus, in);
  event.channel = kChannel;
  event.direction = Direction::kOutbound;
  event.from = MakeAddress(Business(in));
  if (const std::string_view participant = in.Take("ParticipantSid"); !participant.empty()) {
    event.to.push_back(MakeAddress(participant));
  }
  event.carrier_message_id = in.Take("MessageSid");
  DeliveryStatus& status = event.status.emplace();
  status.carrier_value = in.Take("Status");
  status.value = StatusOf(status.carrier_value);
  status.error = TakeError(in);
  return event;
}

// No carrier_message_id: an edit is not the message, so the dedupe key is a hash of what it says.
Event ReadNotice(ParameterReader& in) {
  Event event = NewEvent(EventKind::kNotice, in);
  event.channel = kChannel;
  Notice& notice = event.notice.emplace();
  const NoticeKind* const kind = FindNoticeKind(in);
  notice.type = kind == nullptr ? "unknown" : kind->type;
  notice.subject = in.Peek(kind == nullptr ? Name("EventType") : kind->subject);
  notice.detail.text = in.ToJson();
  return event;
}

Event ReadByType(ParameterReader& in) {
  const std::string_view event_type = in.Peek("EventType");
  const bool names_message = !in.Peek("MessageSid").empty();
  if (event_type == "onMessageAdded" && names_message) return ReadAddedMessage(in);
  if (event_type == "onDeliveryUpdated" && names_message) return ReadDelivery(in);
  return ReadNotice(in);
}

}  // namespace

bool IsConversations(const ParameterReader& in) {
  return !in.Peek("ConversationSid").empty() || in.Peek("EventType").starts_with("on");
}

bool IsPreAction(const ParameterReader& in) {
  constexpr std::array<std::string_view, 3> kImperatives = {"Add", "Update", "Remove"};
  const std::string_view event_type = in.Peek("EventType");
  return event_type.starts_with("on") &&
         std::any_of(kImperatives.begin(), kImperatives.end(),
                     [&](std::string_view verb) { return event_type.ends_with(verb); });
}

Event ReadConversations(ParameterReader& in) {
  Event event = ReadByType(in);
  event.conversation = ConversationOf(in);
  TakeTime(in, event);
  return event;
}

}  // namespace twilio
}  // namespace omni::inline v0_1
