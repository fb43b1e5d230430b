#include "messagebird_content.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "messagebird_event.h"
#include "messagebird_media.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

// Reads the member that is named by the type; what it leaves goes to the metadata.
using Reader = void (*)(Fields& value, Event& event);

struct ContentRow {
  std::string_view name;
  MessageType type;
  Reader read;
};

// ---- parts that both products have

std::optional<double> TakeNumber(std::string_view name, Fields& value) {
  const std::string_view text = value.Peek(name);
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = result.ec == std::errc() && result.ptr == text.data() + text.size();
  return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

void TakeCoordinates(Fields& value, Event& event) {
  const std::optional<double> latitude = TakeNumber("latitude", value);
  const std::optional<double> longitude = TakeNumber("longitude", value);
  if (!latitude.has_value() || !longitude.has_value()) return;
  value.Take("latitude");
  value.Take("longitude");
  event.message->location = Location{.latitude = *latitude, .longitude = *longitude};
}

void AddMedia(Fields& item, Event& event) {
  Media media = TakeMedia(item);
  Message& message = *event.message;
  if (message.text.empty()) message.text = media.caption;
  if (!media.url.empty()) message.media.push_back(std::move(media));
}

void SetReply(InteractiveKind kind, std::string_view id, std::string_view title, Event& event) {
  event.message->interactive =
      Interactive{.kind = kind, .id = std::string(id), .title = std::string(title)};
  event.message->type = MessageType::kInteractive;
  event.message->text = title;
}

// ---- Conversations

void ReadNothing(Fields&, Event&) {}

void ReadAttachment(Fields& value, Event& event) { AddMedia(value, event); }

void ReadLocation(Fields& value, Event& event) { TakeCoordinates(value, event); }

void ReadReply(Fields& value, Event& event) {
  Fields reply(value.TakeObject("reply"));
  if (reply.empty()) return;
  const bool list = value.Peek("type").starts_with("list");
  const std::string_view id = reply.Take("id");
  SetReply(list ? InteractiveKind::kList : InteractiveKind::kButton, id, reply.Take("text"), event);
  event.message->interactive->description = reply.Take("description");
  reply.KeepRest("reply", event.metadata);
}

void ReadWhatsAppText(Fields& value, Event& event) {
  Fields text(value.TakeObject("text"));
  event.message->text = text.Take("body");
  text.KeepRest("text", event.metadata);
  Fields context(value.TakeObject("context"));
  if (const std::string_view id = context.Take("id"); !id.empty()) {
    event.message->reply_to =
        ReplyTo{.message_id = std::string(id), .from = MakeParty(context.Take("from")).address};
  }
  context.KeepRest("context", event.metadata);
}

void ReadEmail(Fields& value, Event& event) {
  Fields content(value.TakeObject("content"));
  event.message->text = content.Take("text");
  content.KeepRest("content", event.metadata);
}

constexpr ContentRow kContents[] = {
    {"text", MessageType::kText, ReadNothing},
    {"image", MessageType::kImage, ReadAttachment},
    {"video", MessageType::kVideo, ReadAttachment},
    {"audio", MessageType::kAudio, ReadAttachment},
    {"file", MessageType::kDocument, ReadAttachment},
    {"whatsappSticker", MessageType::kSticker, ReadAttachment},
    {"location", MessageType::kLocation, ReadLocation},
    {"interactive", MessageType::kInteractive, ReadReply},
    {"whatsappText", MessageType::kText, ReadWhatsAppText},
    {"email", MessageType::kEmail, ReadEmail},
    // What an order holds stays as it is.
    {"whatsappOrder", MessageType::kOrder, ReadNothing},
};

// ---- Channels

// Adds a list of attachments; false when they say more than an attachment holds.
bool AddMediaList(JsonValue list, Event& event) {
  bool complete = true;
  for (const JsonValue element : list.elements()) {
    if (element.is_string()) {
      event.message->media.push_back({.url = std::string(element.text())});
      continue;
    }
    Fields item(element);
    AddMedia(item, event);
    Metadata rest;
    item.KeepRest({}, rest);
    complete = complete && element.is_object() && rest.empty();
  }
  return complete;
}

// `images` and `files` hold the media, `text` stands beside them.
void ReadMediaList(Fields& value, Event& event) {
  event.message->text = value.Take("text");
  for (std::string_view name : {"images", "files"}) {
    if (AddMediaList(value.PeekJson(name), event)) value.TakeArray(name);
  }
}

// The media's own type tells more than the kind of message that carries it.
void ReadFiles(Fields& value, Event& event) {
  ReadMediaList(value, event);
  if (!event.message->media.empty()) event.message->type = TypeOf(event.message->media);
}

// A tapped button is a text with what the button stands for beside it.
void ReadTextBody(Fields& value, Event& event) {
  event.message->text = value.Take("text");
  const JsonValue actions = value.PeekJson("actions");
  if (!actions.is_array() || actions.size() != 1) return;
  Fields action(actions.At(0));
  Fields postback(action.TakeObject("postback"));
  if (!postback.Has("payload")) return;
  value.TakeArray("actions");
  action.Drop("type", "postback");
  const std::string_view id = postback.Take("payload");
  SetReply(InteractiveKind::kQuickReply, id, postback.Take("text"), event);
  postback.KeepRest("postback", event.metadata);
  action.KeepRest("action", event.metadata);
}

void ReadCoordinates(Fields& value, Event& event) {
  Fields coordinates(value.TakeObject("coordinates"));
  TakeCoordinates(coordinates, event);
  coordinates.KeepRest("coordinates", event.metadata);
}

constexpr ContentRow kBodies[] = {
    {"text", MessageType::kText, ReadTextBody},
    {"image", MessageType::kImage, ReadMediaList},
    {"file", MessageType::kDocument, ReadFiles},
    {"location", MessageType::kLocation, ReadCoordinates},
};

// `value` is what the type names, in `holder`.
void Read(std::span<const ContentRow> rows, std::string_view type, Fields& holder, Event& event) {
  Message& message = event.message.emplace();
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [type](const ContentRow& known) { return known.name == type; });
  if (row != rows.end()) {
    message.type = row->type;
    Fields value(holder.TakeObject(type));
    row->read(value, event);
    value.KeepRest(row->name, event.metadata);
  } else {
    message.type = MessageType::kUnsupported;
    event.metadata.Set("carrierType", type);
  }
  // Conversations has the text itself there.
  if (type == "text" && message.text.empty()) message.text = holder.Take("text");
}

}  // namespace

void ReadContent(std::string_view type, JsonValue content, Event& event) {
  Fields fields(content);
  Read(kContents, type, fields, event);
  fields.KeepRest("content", event.metadata);
}

void ReadBody(JsonValue body, Event& event) {
  Fields fields(body);
  Read(kBodies, fields.Take("type"), fields, event);
  fields.KeepRest("body", event.metadata);
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
