#include "gateway/part_record.h"

#include <algorithm>
#include <boost/describe.hpp>
#include <iterator>
#include <span>
#include <utility>

#include "base/status_macros.h"
#include "model/describe_json.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/wtf8.h"

namespace omni::inline v0_1 {
namespace internal {

BOOST_DESCRIBE_STRUCT(PartRecord, (), (channel, authentication, text, event))

namespace {

std::string JoinTexts(std::vector<PartRecord>& parts) {
  std::vector<std::string> texts;
  texts.reserve(parts.size());
  for (PartRecord& part : parts) {
    texts.push_back(std::move(part.text.empty() ? part.event.message->text : part.text));
  }
  return JoinWtf8(texts);
}

RawJson JoinRaw(const std::vector<PartRecord>& parts) {
  std::string array;
  JsonWriter writer(array);
  writer.BeginArray();
  for (const PartRecord& part : parts) {
    if (!part.event.raw.empty()) writer.Raw(part.event.raw.text);
  }
  writer.EndArray();
  return array == "[]" ? RawJson{} : RawJson{std::move(array)};
}

std::string JoinIds(const std::vector<PartRecord>& parts) {
  std::string ids;
  for (const PartRecord& part : parts) {
    if (!ids.empty()) ids += ',';
    ids += part.event.carrier_message_id;
  }
  return ids;
}

}  // namespace

// The text may hold half characters, which JSON cannot.
std::string ToJson(const PartRecord& record) {
  PartRecord packed = record;
  packed.text = Base64Encode(record.text);
  std::string json;
  WriteValue(packed, json);
  return json;
}

absl::StatusOr<PartRecord> PartRecordFromJson(std::string_view json) {
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(json));
  PartRecord record;
  OMNI_RETURN_IF_ERROR(ReadValue(document.root(), {}, record));
  auto text = Base64Decode(record.text);
  if (!text) return InvalidPayloadError("not base64", "text");
  record.text = *std::move(text);
  if (!record.event.message) return MissingFieldError("event.message");
  return record;
}

Event JoinParts(std::vector<PartRecord> parts) {
  std::string ids = JoinIds(parts);
  RawJson raw = JoinRaw(parts);
  std::string text = JoinTexts(parts);
  Event joined = std::move(parts.front().event);
  Message& message = *joined.message;
  for (PartRecord& part : std::span(parts).subspan(1)) {
    Message& more = *part.event.message;
    if (message.media.empty() && !more.media.empty()) message.type = more.type;
    std::move(more.media.begin(), more.media.end(), std::back_inserter(message.media));
    joined.occurred_at = std::min(joined.occurred_at, part.event.occurred_at);
  }
  message.text = std::move(text);
  message.fragment.reset();
  // A part's word is not the message's.
  if (message.keyword) message.keyword = FindKeyword(message.text);
  joined.metadata.Set("fragmentIds", ids);
  joined.raw = std::move(raw);
  return joined;
}

}  // namespace internal
}  // namespace omni::inline v0_1
