#include "whatsapp_content.h"

#include <array>
#include <cstddef>
#include <iterator>
#include <span>
#include <string>

#include "omni/support/phone.h"
#include "whatsapp_contacts.h"
#include "whatsapp_fields.h"
#include "whatsapp_interactive.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

struct Body {
  std::string_view type;
  JsonValue message;
  JsonValue value;  ///< the member of the message that is named like its type
};

void ReadText(const Body& body, Event& event) {
  static constexpr std::string_view kScalars[] = {"body"};
  event.message->text = body.value["body"].scalar();
  KeepRest(body.value, {kScalars, {}}, body.type, event.metadata);
}

// The last part of a path: the name comes from a stranger's phone.
std::string_view BaseName(std::string_view path) {
  if (const std::size_t slash = path.find_last_of("/\\"); slash != path.npos) {
    path.remove_prefix(slash + 1);
  }
  return path == "." || path == ".." ? std::string_view() : path;
}

// `names` without the last one, which is told only where `preferred` is not there.
std::span<const std::string_view> KnownBesides(std::span<const std::string_view> names,
                                               JsonValue preferred) {
  return names.first(names.size() - (preferred.exists() ? 1 : 0));
}

void ReadMedia(const Body& body, Event& event) {
  static constexpr std::string_view kScalars[] = {
      "id", "url", "mime_type", "sha256", "filename", "caption", "voice", "animated", "link"};
  const JsonValue value = body.value;
  const JsonValue url = value["url"];
  Media& media = event.message->media.emplace_back();
  // A send request names by `link` what a webhook names by `url`.
  media.url = Either(url, value["link"]).scalar();
  media.id = value["id"].scalar();
  media.mime_type = value["mime_type"].scalar();
  media.filename = BaseName(value["filename"].text());
  media.caption = value["caption"].text();
  media.sha256 = value["sha256"].scalar();
  media.voice = value["voice"].AsBool();
  if (body.type == "voice") media.voice = true;
  media.animated = value["animated"].AsBool();
  event.message->text = media.caption;
  KeepRest(value, {KnownBesides(kScalars, url), {}}, body.type, event.metadata);
}

void ReadLocation(const Body& body, Event& event) {
  static constexpr std::string_view kScalars[] = {"latitude", "longitude", "name", "address",
                                                  "url"};
  const auto latitude = body.value["latitude"].AsDouble();
  const auto longitude = body.value["longitude"].AsDouble();
  if (!latitude || !longitude) return KeepJson("location", body.value, event.metadata);
  event.message->location = Location{.latitude = *latitude,
                                     .longitude = *longitude,
                                     .name = std::string(body.value["name"].scalar()),
                                     .address = std::string(body.value["address"].scalar()),
                                     .url = std::string(body.value["url"].scalar())};
  KeepRest(body.value, {kScalars, {}}, body.type, event.metadata);
}

void ReadContactCards(const Body& body, Event& event) {
  const JsonValue in_card = body.value.At(0)["origin"];
  event.message->contacts = ReadContacts(body.value);
  event.metadata.Set("contactsOrigin", Either(body.message["origin"], in_card).scalar());
  if (!AreFullyRead(body.value)) KeepJson("contacts", body.value, event.metadata);
}

void ReadInteractiveReply(const Body& body, Event& event) { ReadInteractive(body.value, event); }

// The quick reply of a template, which is not an interactive message to the carrier.
void ReadButton(const Body& body, Event& event) {
  static constexpr std::string_view kScalars[] = {"payload", "text"};
  Interactive& button = event.message->interactive.emplace();
  button.kind = InteractiveKind::kQuickReply;
  button.id = body.value["payload"].scalar();
  button.title = body.value["text"].scalar();
  event.message->text = button.title;
  KeepRest(body.value, {kScalars, {}}, body.type, event.metadata);
}

void ReadReaction(const Body& body, Event& event) {
  static constexpr std::string_view kScalars[] = {"message_id", "emoji"};
  Reaction& reaction = event.message->reaction.emplace();
  reaction.emoji = body.value["emoji"].scalar();
  reaction.message_id = body.value["message_id"].scalar();
  event.message->text = reaction.emoji;
  KeepRest(body.value, {kScalars, {}}, body.type, event.metadata);
}

void ReadOrder(const Body& body, Event& event) {
  event.message->text = body.value["text"].scalar();
  event.metadata.Set("catalogId", body.value["catalog_id"].scalar());
  KeepJson("order", body.value, event.metadata);
}

// The ids in it are the new ones; the message is from the old number.
void ReadSystem(const Body& body, Event& event) {
  static constexpr std::string_view kScalars[] = {"body",           "type",
                                                  "wa_id",          "new_wa_id",
                                                  "user_id",        "previous_user_id",
                                                  "parent_user_id", "previous_parent_user_id"};
  const JsonValue value = body.value;
  Metadata& metadata = event.metadata;
  event.message->text = value["body"].scalar();
  metadata.Set("systemType", value["type"].scalar());
  const std::string_view number = Either(value["wa_id"], value["new_wa_id"]).scalar();
  if (number != body.message["from"].scalar()) {
    metadata.Set("newAddress", MakeAddress(number).address);
  }
  SetIfAny("userId", value["user_id"].scalar(), metadata);
  metadata.Set("previousUserId", value["previous_user_id"].scalar());
  SetIfAny("parentUserId", value["parent_user_id"].scalar(), metadata);
  metadata.Set("previousParentUserId", value["previous_parent_user_id"].scalar());
  KeepRest(value, {kScalars, {}}, body.type, metadata);
}

void ReadUnsupported(const Body& body, Event& event) {
  static constexpr std::string_view kScalars[] = {"type"};
  event.metadata.Set("unsupportedType", body.value["type"].scalar());
  KeepRest(body.value, {kScalars, {}}, body.type, event.metadata);
}

// A message that is known to exist and whose content comes later, or in a shape of its own.
void ReadPlaceholder(const Body& body, Event& event) {
  event.metadata.Set("carrierType", body.type);
  KeepJson(body.type, body.value, event.metadata);
}

enum class Shape { kObject, kArray, kAny };

struct Row {
  std::string_view name;
  MessageType type;
  Shape shape;  ///< what its member must be
  void (*read)(const Body& body, Event& event);
};

constexpr Row kRows[] = {
    {"text", MessageType::kText, Shape::kObject, ReadText},
    {"image", MessageType::kImage, Shape::kObject, ReadMedia},
    {"video", MessageType::kVideo, Shape::kObject, ReadMedia},
    {"audio", MessageType::kAudio, Shape::kObject, ReadMedia},
    {"voice", MessageType::kAudio, Shape::kObject, ReadMedia},
    {"document", MessageType::kDocument, Shape::kObject, ReadMedia},
    {"sticker", MessageType::kSticker, Shape::kObject, ReadMedia},
    {"location", MessageType::kLocation, Shape::kObject, ReadLocation},
    {"contacts", MessageType::kContacts, Shape::kArray, ReadContactCards},
    {"interactive", MessageType::kInteractive, Shape::kAny, ReadInteractiveReply},
    {"button", MessageType::kInteractive, Shape::kObject, ReadButton},
    {"reaction", MessageType::kReaction, Shape::kObject, ReadReaction},
    {"order", MessageType::kOrder, Shape::kObject, ReadOrder},
    {"system", MessageType::kSystem, Shape::kObject, ReadSystem},
    {"unsupported", MessageType::kUnsupported, Shape::kAny, ReadUnsupported},
    {"media_placeholder", MessageType::kUnsupported, Shape::kAny, ReadPlaceholder},
    {"template", MessageType::kUnsupported, Shape::kAny, ReadPlaceholder},
};

const Row* FindRow(std::string_view type) {
  for (const Row& row : kRows) {
    if (row.name == type) return &row;
  }
  return nullptr;
}

bool Fits(Shape shape, JsonValue value) {
  switch (shape) {
    case Shape::kObject:
      return value.is_object();
    case Shape::kArray:
      return value.is_array();
    case Shape::kAny:
      return true;
  }
  return false;
}

void ReadReferral(JsonValue value, Event& event) {
  static constexpr std::string_view kScalars[] = {"source_type", "source_id", "source_url",
                                                  "headline",    "body",      "ctwa_clid"};
  static constexpr std::string_view kStructures[] = {"welcome_message"};
  static constexpr std::string_view kWelcomeScalars[] = {"text"};
  if (!value.is_object()) return;
  event.message->referral = Referral{.source = std::string(value["source_type"].scalar()),
                                     .source_id = std::string(value["source_id"].scalar()),
                                     .source_url = std::string(value["source_url"].scalar()),
                                     .headline = std::string(value["headline"].scalar()),
                                     .body = std::string(value["body"].scalar()),
                                     .click_id = std::string(value["ctwa_clid"].scalar())};
  const JsonValue welcome = value["welcome_message"];
  event.metadata.Set("referralWelcomeMessage", welcome["text"].scalar());
  KeepRest(welcome, {kWelcomeScalars, {}}, "referralWelcomeMessage", event.metadata);
  KeepRest(value, {kScalars, kStructures}, "referral", event.metadata);
}

void ReadReply(JsonValue context, Event& event) {
  static constexpr std::string_view kScalars[] = {"id", "from", "forwarded", "frequently_forwarded",
                                                  "message_id"};
  static constexpr std::string_view kStructures[] = {"referred_product"};
  static constexpr std::string_view kProductScalars[] = {"catalog_id", "product_retailer_id"};
  if (!context.is_object()) return;
  Message& message = *event.message;
  // A send request names by `message_id` what a webhook names by `id`.
  const JsonValue quoted = context["id"];
  if (const std::string_view id = Either(quoted, context["message_id"]).scalar(); !id.empty()) {
    const std::string_view from = context["from"].scalar();
    message.reply_to = ReplyTo{.message_id = std::string(id), .from = MakeAddress(from).address};
  } else {
    event.metadata.Set("contextFrom", context["from"].scalar());
  }
  if (context["forwarded"].AsBool().value_or(false)) message.forwarded = Forwarded::kOnce;
  if (context["frequently_forwarded"].AsBool().value_or(false)) {
    message.forwarded = Forwarded::kFrequently;
  }
  const JsonValue product = context["referred_product"];
  SetIfAny("catalogId", product["catalog_id"].scalar(), event.metadata);
  event.metadata.Set("productRetailerId", product["product_retailer_id"].scalar());
  KeepRest(product, {kProductScalars, {}}, "product", event.metadata);
  KeepRest(context, {KnownBesides(kScalars, quoted), kStructures}, "context", event.metadata);
}

void ReadErrors(JsonValue errors, Metadata& metadata) {
  const JsonValue first = FirstError(errors);
  if (!first.exists()) return;
  const std::string_view title = first["title"].scalar();
  const std::string_view message = first["message"].scalar();
  metadata.Set("errorCode", first["code"].scalar());
  metadata.Set("errorTitle", title);
  if (message != title) metadata.Set("errorMessage", message);
  KeepErrorDetails(errors, metadata);
}

}  // namespace

bool ReadContent(std::string_view type, JsonValue message, Event& event) {
  const Row* const row = FindRow(type);
  const JsonValue value = message[type];
  if (row == nullptr || !Fits(row->shape, value)) return false;
  event.message.emplace().type = row->type;
  row->read({type, message, value}, event);
  return true;
}

void ReadContext(JsonValue message, Event& event) {
  ReadReply(message["context"], event);
  ReadReferral(message["referral"], event);
  ReadErrors(message["errors"], event.metadata);
}

void KeepMessageRest(std::string_view type, JsonValue message, Metadata& metadata) {
  static constexpr std::string_view kScalars[] = {"id",
                                                  "type",
                                                  "timestamp",
                                                  "from",
                                                  "from_user_id",
                                                  "from_parent_user_id",
                                                  "group_id",
                                                  "to",
                                                  "to_user_id",
                                                  "to_parent_user_id",
                                                  "recipient",
                                                  "recipient_user_id",
                                                  "messaging_product",
                                                  "origin"};
  const std::array<std::string_view, 5> structures = {"context", "referral", "errors",
                                                      "history_context", type};
  // Only contact cards have an origin.
  const std::size_t scalars = std::size(kScalars) - (type == "contacts" ? 0 : 1);
  KeepRest(message, {std::span(kScalars).first(scalars), structures}, {}, metadata);
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1
