#include "gateway/part_record.h"

#include <algorithm>
#include <boost/describe.hpp>
#include <iterator>
#include <limits>
#include <span>
#include <utility>

#include "base/status_macros.h"
#include "gateway/authentication_word.h"
#include "model/describe_json.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/support/wtf8.h"

namespace omni::inline v0_1 {
namespace internal {

BOOST_DESCRIBE_STRUCT(PartRecord, (), (channel, queue, group, authentication, text, event))

namespace {

constexpr char kSeparator = '\x1f';

// A record is larger and deeper than the request that it was made of, and it was that request which
// had to keep within bounds.
constexpr JsonLimits kRecordLimits = {.max_bytes = std::numeric_limits<std::size_t>::max(),
                                      .max_depth = 80,
                                      .max_values = std::numeric_limits<std::size_t>::max()};

/// A field with its length, so that no field can pass for two.
void AppendField(std::string_view field, std::string& key) {
  key.append(std::to_string(field.size())).append(":").append(field).append(",");
}

bool IsSms(const Event& event) { return event.channel == "sms" || event.channel == "mms"; }

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
std::string ToJson(PartRecord record) {
  record.text = Base64Encode(record.text);
  std::string json;
  AppendDescribed(record, json);
  return json;
}

absl::StatusOr<PartRecord> PartRecordFromJson(std::string_view json) {
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(json, kRecordLimits));
  PartRecord record;
  OMNI_RETURN_IF_ERROR(ReadValue(document.root(), {}, record));
  auto text = Base64Decode(record.text);
  if (!text) return InvalidPayloadError("not base64", "text");
  record.text = *std::move(text);
  if (!record.event.message) return MissingFieldError("event.message");
  return record;
}

std::string FragmentKey(const Event& event, const MessagePart& part,
                        Authentication authentication) {
  const Fragment& fragment = *event.message->fragment;
  std::string key;
  AppendField(event.tenant, key);
  AppendField(event.carrier, key);
  AppendField(event.account, key);
  AppendField(event.from ? std::string_view(event.from->address) : std::string_view(), key);
  AppendField(event.to.empty() ? std::string_view() : event.to.front().address, key);
  AppendField(std::to_string(part.reference_bits), key);
  AppendField(fragment.reference, key);
  AppendField(std::to_string(fragment.total), key);
  AppendField(AuthenticationWord(authentication), key);
  return key;
}

std::string ContentHash(const Event& event, const MessagePart& part) {
  std::string content = part.text.empty() ? event.message->text : part.text;
  for (const Media& media : event.message->media) {
    content += kSeparator;
    content += media.url.empty() ? media.id : media.url;
  }
  return HexEncode(AsView(Sha256(content)));
}

PartRecord JoinParts(std::vector<PartRecord> parts) {
  std::string ids = JoinIds(parts);
  RawJson raw = JoinRaw(parts);
  std::string text = JoinTexts(parts);
  PartRecord joined = std::move(parts.front());
  Event& event = joined.event;
  Message& message = *event.message;
  for (PartRecord& part : std::span(parts).subspan(1)) {
    Message& more = *part.event.message;
    if (message.media.empty() && !more.media.empty()) message.type = more.type;
    std::move(more.media.begin(), more.media.end(), std::back_inserter(message.media));
    event.occurred_at = std::min(event.occurred_at, part.event.occurred_at);
  }
  message.text = std::move(text);
  message.fragment.reset();
  // A part's word is not the message's.
  if (message.keyword || IsSms(event)) message.keyword = FindKeyword(message.text);
  event.metadata.Set("fragmentIds", ids);
  event.raw = std::move(raw);
  joined.text.clear();
  return joined;
}

}  // namespace internal
}  // namespace omni::inline v0_1
