#include "livechat_content.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "livechat_private.h"
#include "omni/support/attachment.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

// LiveChat allows ten elements.
constexpr std::size_t kMaxElements = 100;

std::string Text(JsonValue value) { return std::string(value.scalar()); }

void AppendLine(std::string_view line, std::string& text) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

// ---- text

constexpr KnownMember kTextMembers[] = {{"text"}, {"postback", Shape::kObject}};

// A tapped quick reply is a text with what it stands for beside it.
void ReadText(JsonValue item, Event& event) {
  Message& message = *event.message;
  message.type = MessageType::kText;
  message.text = item["text"].scalar();
  const JsonValue postback = item["postback"];
  if (!postback.is_object()) return;
  message.type = MessageType::kInteractive;
  message.interactive = Interactive{.kind = InteractiveKind::kQuickReply,
                                    .id = Text(postback["id"]),
                                    .title = message.text,
                                    .payload = PublicRaw(postback)};
  if (std::string replied = Text(postback["event_id"]); !replied.empty()) {
    message.reply_to = ReplyTo{.message_id = std::move(replied)};
  }
}

// ---- files

// Of the media, the contract's own shape has some under other names.
constexpr KnownMember kFileMembers[] = {{"text"}, {"url"},      {"content_type"}, {"mime_type"},
                                        {"name"}, {"filename"}, {"size"}};
constexpr std::string_view kTypeNames[] = {"content_type", "mime_type"};
constexpr std::string_view kFileNames[] = {"name", "filename"};

std::optional<std::int64_t> ReadSize(JsonValue value) {
  const std::optional<std::int64_t> size = value.AsInt64();
  return size && *size >= 0 ? size : std::nullopt;
}

Media ReadMedia(JsonValue item) {
  return {.url = Text(item["url"]),
          .mime_type = Text(FirstOf(item, kTypeNames)),
          .filename = Text(FirstOf(item, kFileNames)),
          .size = ReadSize(item["size"])};
}

void ReadFile(JsonValue item, Event& event) {
  Message& message = *event.message;
  message.text = item["text"].scalar();
  Media media = ReadMedia(item);
  message.type = MessageTypeOf(media);
  message.media.push_back(std::move(media));
  if (!message.media.front().size) event.metadata.Set("size", item["size"].scalar());
}

// ---- rich messages

constexpr KnownMember kRichMembers[] = {{"template_id"}, {"elements", Shape::kArray}};

struct TemplateRow {
  std::string_view id;
  InteractiveKind kind;
};
constexpr TemplateRow kTemplates[] = {{"cards", InteractiveKind::kButton},
                                      {"buttons", InteractiveKind::kButton},
                                      {"quick_replies", InteractiveKind::kQuickReply}};

InteractiveKind KindOf(std::string_view template_id) {
  for (const TemplateRow& row : kTemplates) {
    if (row.id == template_id) return row.kind;
  }
  return InteractiveKind::kUnknown;
}

void ReadElement(JsonValue element, Message& message) {
  AppendLine(element["title"].scalar(), message.text);
  AppendLine(element["subtitle"].scalar(), message.text);
  for (const JsonValue button : element["buttons"].elements()) {
    AppendLine(button["text"].scalar(), message.text);
  }
  Media image = ReadMedia(element["image"]);
  if (!image.url.empty()) message.media.push_back(std::move(image));
}

// The text is what a person would read; the whole stands beside it.
void ReadRichMessage(JsonValue item, Event& event) {
  Message& message = *event.message;
  const std::string_view template_id = item["template_id"].scalar();
  message.type = template_id == "sticker" ? MessageType::kSticker : MessageType::kInteractive;
  message.interactive = Interactive{.kind = KindOf(template_id),
                                    .description = std::string(template_id),
                                    .payload = PublicRaw(item["elements"])};
  std::size_t read = 0;
  for (const JsonValue element : item["elements"].elements()) {
    if (++read > kMaxElements) break;
    ReadElement(element, message);
  }
}

// ---- forms

constexpr KnownMember kFormMembers[] = {{"form_id"}, {"form_type"}, {"fields", Shape::kArray}};

// Choices are objects with a label. Webhooks of version 3.2 have `value`.
std::string AnswerOf(JsonValue field) {
  constexpr std::string_view kNames[] = {"answer", "answers", "value"};
  const JsonValue answer = FirstOf(field, kNames);
  if (answer.is_object()) return Text(answer["label"]);
  if (!answer.is_array()) return Text(answer);
  std::string answers;
  for (const JsonValue choice : answer.elements()) {
    const std::string_view label = choice.is_object() ? choice["label"].scalar() : choice.scalar();
    if (!answers.empty()) answers += ", ";
    answers += label;
  }
  return answers;
}

void ReadForm(JsonValue item, Event& event) {
  Message& message = *event.message;
  message.type = MessageType::kInteractive;
  message.interactive = Interactive{.kind = InteractiveKind::kForm,
                                    .id = Text(item["form_id"]),
                                    .title = Text(item["form_type"]),
                                    .payload = PublicRaw(item["fields"])};
  for (const JsonValue field : item["fields"].elements()) {
    AppendLine(Text(field["label"]) + ": " + AnswerOf(field), message.text);
  }
}

constexpr ContentRow kContents[] = {
    {"message", ReadText, kTextMembers},
    {"file", ReadFile, kFileMembers},
    {"rich_message", ReadRichMessage, kRichMembers},
    {"filled_form", ReadForm, kFormMembers},
};

}  // namespace

const ContentRow* FindContent(std::string_view type) {
  for (const ContentRow& row : kContents) {
    if (row.type == type) return &row;
  }
  return nullptr;
}

}  // namespace livechat
}  // namespace omni::inline v0_1
