#include "bandwidth_message.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "bandwidth_fields.h"
#include "bandwidth_fragment.h"
#include "bandwidth_media.h"
#include "bandwidth_notice.h"
#include "bandwidth_parties.h"
#include "bandwidth_time.h"
#include "omni/support/encoding.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

// The description of what came in is the same for all.
constexpr KnownNames kItemScalars = {"type", "time", "to", "description"};
constexpr KnownNames kItemObjects = {"message"};
constexpr KnownMembers kItem = {.scalars = &kItemScalars, .objects = &kItemObjects};

constexpr KnownNames kMessageScalars = {"id",        "owner", "applicationId", "time",
                                        "direction", "to",    "from",          "channel"};
constexpr KnownNames kMessageArrays = {"to"};
constexpr KnownMembers kMessage = {.scalars = &kMessageScalars, .arrays = &kMessageArrays};

// What a callback lacks to be a message; empty when nothing.
std::string_view MissingField(const Callback& callback, const Parties& parties) {
  if (!callback.message.is_object()) return "message";
  if (callback.message["id"].scalar().empty()) return "message.id";
  if (!parties.has_customer) return "message.from";
  if (!parties.has_business) return "to";
  return {};
}

// Each of our numbers in a group gets the message, and each part of one is a message.
std::string Identity(const Event& event, const Parties& parties) {
  const std::optional<Fragment>& fragment = event.message->fragment;
  if (!parties.group && !fragment) return {};
  std::string identity = event.carrier_message_id + ":" + event.to.front().address;
  if (fragment) identity += ":" + fragment->reference + "/" + std::to_string(fragment->number);
  return identity;
}

using Reader = FragmentReading (*)(const Callback& callback, Event& event, Batch& batch);

// `content`: the members of the message that `read` reads.
void AddInbound(const Callback& callback, Reader read, const KnownMembers& content, Batch& batch) {
  // Whatever its type says: what we sent must never be answered.
  if (callback.message["direction"].text() == "out") {
    return AddUnknown(callback.type, callback, batch);
  }
  Event event = NewEvent(EventKind::kMessage, callback);
  const Parties parties = SetInboundParties(callback, event);
  if (const auto field = MissingField(callback, parties); !field.empty()) {
    return AddIncomplete(field, Direction::kInbound, callback, batch);
  }
  SetChannel(callback, parties, event);
  CompareDestination(callback, event.to.front(), event, batch);
  SetTime({{"messageTime", callback.message["time"]}, {"callbackTime", callback.item["time"]}},
          event);
  event.message.emplace();
  FragmentReading fragment = read(callback, event, batch);
  KeepRest(callback.message, {kMessage, content, fragment.of_message}, {}, event.metadata);
  KeepRest(callback.item, {kItem, fragment.of_item}, {}, event.metadata);
  std::string identity = Identity(event, parties);
  batch.Add(std::move(event), callback, std::move(identity), std::move(fragment.part));
}

FragmentReading ReadText(const Callback& callback, Event& event, Batch& batch) {
  JsonValue text = callback.message["text"];
  if (text.scalar().empty()) text = callback.message["content"]["text"];
  Message& message = *event.message;
  message.text = text.scalar();
  ReadMedia(callback, event, batch);
  message.type = TypeOf(message);
  FragmentReading fragment = ReadFragment(callback, text, event);
  // Half a word is no keyword.
  if (event.channel != "rcs" && !fragment.part) message.keyword = FindKeyword(message.text);
  return fragment;
}

// The payload travels in base64. What is not, or holds no text, stays as it came.
std::string DecodePostback(std::string_view data) {
  std::optional<std::string> decoded = Base64Decode(data);
  return decoded && IsValidUtf8(*decoded) ? *std::move(decoded) : std::string(data);
}

FragmentReading ReadSuggestion(const Callback& callback, Event& event, Batch&) {
  static constexpr KnownNames kScalars = {"text", "postbackData", "pairedMessageId"};
  const JsonValue response = callback.message["suggestionResponse"];
  const std::string_view data = response["postbackData"].scalar();
  Message& message = *event.message;
  message.type = MessageType::kInteractive;
  message.text = response["text"].scalar();
  message.interactive = Interactive{
      .kind = InteractiveKind::kQuickReply, .id = DecodePostback(data), .title = message.text};
  if (const auto paired = response["pairedMessageId"].scalar(); !paired.empty()) {
    message.reply_to = ReplyTo{.message_id = std::string(paired)};
  }
  if (message.interactive->id != data) event.metadata.Set("postbackData", data);
  KeepRest(response, {{.scalars = &kScalars}}, "suggestion", event.metadata);
  return {};
}

// The carrier writes a coordinate as a number or as a string.
std::optional<double> ReadCoordinate(JsonValue value) {
  const std::string_view text = value.scalar();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

FragmentReading ReadLocation(const Callback& callback, Event& event, Batch&) {
  static constexpr KnownNames kScalars = {"latitude", "longitude"};
  const JsonValue response = callback.message["locationResponse"];
  const auto latitude = ReadCoordinate(response["latitude"]);
  const auto longitude = ReadCoordinate(response["longitude"]);
  event.message->type = MessageType::kLocation;
  if (latitude && longitude) {
    event.message->location = Location{.latitude = *latitude, .longitude = *longitude};
    KeepRest(response, {{.scalars = &kScalars}}, "location", event.metadata);
  } else {
    KeepRest(response, {}, "location", event.metadata);
  }
  return {};
}

constexpr KnownNames kTextScalars = {"text", "media"};
constexpr KnownNames kTextObjects = {"content"};
constexpr KnownNames kTextArrays = {"media"};
constexpr KnownNames kSuggestionObjects = {"suggestionResponse"};
constexpr KnownNames kLocationObjects = {"locationResponse"};

}  // namespace

void AddMessage(const Callback& callback, Batch& batch) {
  AddInbound(callback, ReadText, {&kTextScalars, &kTextObjects, &kTextArrays}, batch);
}

void AddSuggestion(const Callback& callback, Batch& batch) {
  AddInbound(callback, ReadSuggestion, {.objects = &kSuggestionObjects}, batch);
}

void AddLocation(const Callback& callback, Batch& batch) {
  AddInbound(callback, ReadLocation, {.objects = &kLocationObjects}, batch);
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1
