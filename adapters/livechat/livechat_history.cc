#include "livechat_history.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "livechat_chat_query.h"
#include "livechat_fields.h"
#include "livechat_people.h"
#include "omni/codec.h"
#include "omni/error.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr std::size_t kMaxLimit = 100;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

absl::StatusOr<std::size_t> ReadLimit(const Form& query) {
  const auto text = query.Find("limit");
  if (!text) return HistoryQuery{}.limit;
  if (text->empty() || !std::all_of(text->begin(), text->end(), IsDigit)) {
    return InvalidPayloadError("limit is not a positive integer", "limit");
  }
  std::size_t limit = 0;
  for (char c : *text) {
    limit = std::min(limit * 10 + static_cast<std::size_t>(c - '0'), kMaxLimit);
  }
  if (limit == 0) return InvalidPayloadError("limit is not a positive integer", "limit");
  return limit;
}

absl::Status ReadBound(JsonValue root, std::string_view name, absl::Time& bound) {
  const JsonValue value = root[name];
  if (!value.exists() || value.is_null()) return absl::OkStatus();
  const absl::Time time = ReadTime(value);
  if (time == absl::InfinitePast()) {
    return InvalidPayloadError(std::string(name) + " is not a time", name);
  }
  bound = time;
  return absl::OkStatus();
}

absl::Status ReadWindow(std::string_view body, HistoryQuery& query) {
  if (body.empty()) return absl::OkStatus();
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(body));
  const JsonValue root = document.root();
  if (!root.is_object()) return InvalidPayloadError("the body is not a JSON object", "");
  OMNI_RETURN_IF_ERROR(ReadBound(root, "from_timestamp", query.from));
  OMNI_RETURN_IF_ERROR(ReadBound(root, "to_timestamp", query.to));
  if (query.from <= query.to) return absl::OkStatus();
  return InvalidPayloadError("from_timestamp is after to_timestamp", "from_timestamp");
}

void WriteMember(std::string_view key, std::string_view value, JsonWriter& writer) {
  writer.Key(key);
  writer.String(value);
}

std::string_view TypeOf(const Message& message) {
  if (message.interactive && message.interactive->kind == InteractiveKind::kForm) return "form";
  // What names its template.
  if (message.interactive && !message.interactive->description.empty()) return "rich_message";
  return message.media.empty() ? "text" : "file";
}

void WriteMedia(const Media& media, JsonWriter& writer) {
  writer.BeginObject();
  WriteMember("url", media.url, writer);
  WriteMember("filename", media.filename, writer);
  WriteMember("content_type", media.mime_type, writer);
  if (media.size) {
    writer.Key("size");
    writer.Int(*media.size);
  }
  writer.EndObject();
}

// The contract's word for a customer is `visitor`.
void WriteAuthor(const Event& event, JsonWriter& writer) {
  const bool ours = event.direction == Direction::kOutbound;
  const Address author = event.from.value_or(Address{});
  writer.BeginObject();
  WriteMember("id", ours && !author.carrier_id.empty() ? author.carrier_id : author.address,
              writer);
  std::string_view type = event.metadata.Get("authorType");
  if (!ours || type.empty()) type = ours ? "agent" : "visitor";
  WriteMember("type", type, writer);
  writer.EndObject();
}

void WriteMessage(const Event& event, JsonWriter& writer) {
  const Message& message = *event.message;
  writer.BeginObject();
  WriteMember("id", event.carrier_message_id, writer);
  WriteMember("type", TypeOf(message), writer);
  WriteMember("text", message.text, writer);
  writer.Key("author");
  WriteAuthor(event, writer);
  // As it was told where that is a time: a stored event may have lost the microseconds.
  const std::string_view told = event.metadata.Get("createdAt");
  WriteMember("created_at",
              omni::ParseTime(told).ok() ? std::string(told) : omni::FormatTime(event.occurred_at),
              writer);
  if (!message.media.empty()) {
    writer.Key("media");
    writer.BeginArray();
    for (const Media& media : message.media) WriteMedia(media, writer);
    writer.EndArray();
  }
  writer.EndObject();
}

}  // namespace

absl::StatusOr<HistoryQuery> ReadHistoryQuery(const Identifier& identifier, const Form& query,
                                              std::string_view body) {
  OMNI_ASSIGN_OR_RETURN(const std::string chat_id, ReadChatId(query));
  HistoryQuery history{.conversation = ConversationOf(identifier, chat_id)};
  OMNI_ASSIGN_OR_RETURN(history.limit, ReadLimit(query));
  OMNI_RETURN_IF_ERROR(ReadWindow(body, history));
  return history;
}

HttpResponse HistoryAnswer(const HistoryQuery& query, const HistoryPage& page) {
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject();
  WriteMember("chat_id", ChatOf(query.conversation), writer);
  writer.Key("messages");
  writer.BeginArray();
  std::int64_t total = 0;
  for (const Event& event : page.messages) {
    if (!event.message) continue;
    WriteMessage(event, writer);
    ++total;
  }
  writer.EndArray();
  writer.Key("total");
  writer.Int(total);
  writer.Key("hasMore");
  writer.Bool(page.has_more);
  writer.EndObject();
  return HttpResponse::Json(200, std::move(body));
}

}  // namespace livechat
}  // namespace omni::inline v0_1
