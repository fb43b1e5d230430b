#include "components/sqs/message.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "components/sqs/header_attributes.h"
#include "omni/ports/entropy.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/support/time_parse.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kDedupeKey = "omni.dedupeKey";
constexpr std::string_view kEventId = "omni.eventId";
constexpr std::string_view kGroup = "omni.group";
constexpr std::string_view kBody = "omni.body";
constexpr std::string_view kDeadReason = "omni.deadReason";
constexpr std::string_view kEnqueuedAt = "omni.enqueuedAt";

constexpr std::size_t kMaxId = 128;
constexpr std::string_view kSingle = "omni-single-";  // before an id that stands for none

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= kMaxId &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string Hashed(std::string_view first, std::string_view second) {
  std::string text(first);
  text.push_back('\0');
  return "sha256-" + HexEncode(AsView(Sha256(text.append(second))));
}

std::string UniqueId() {
  std::array<std::uint8_t, 16> bytes = {};
  MakeSystemEntropy()->Fill(bytes);
  std::string id(kSingle);
  return id.append(HexEncode({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

std::string GroupId(const Envelope& envelope) {
  if (envelope.group.empty()) return UniqueId();
  return IsId(envelope.group) ? envelope.group : Hashed(envelope.group, "");
}

std::string DeduplicationId(const Envelope& envelope, std::string_view generation) {
  if (envelope.dedupe_key.empty()) return UniqueId();
  if (!generation.empty()) return Hashed(envelope.dedupe_key, generation);
  return IsId(envelope.dedupe_key) ? envelope.dedupe_key : Hashed(envelope.dedupe_key, "");
}

/// What the sender called it; nothing of an id that stands for none.
std::string Named(const Attributes& attributes, std::string_view name, std::string_view id) {
  if (const std::string* const found = Find(attributes, name)) return *found;
  return id.substr(0, kSingle.size()) == kSingle ? "" : std::string(id);
}

std::string Text(const Attributes& attributes, std::string_view name) {
  const std::string* const found = Find(attributes, name);
  return found == nullptr ? "" : *found;
}

int Count(std::string_view digits) {
  int count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return std::max(count, 1);
}

absl::Time UnixTime(std::string_view milliseconds) {
  return ParseUnixTime(milliseconds).value_or(absl::InfinitePast());
}

}  // namespace

bool IsSqsText(std::string_view text) {
  constexpr std::string_view kNoCharacter = "\xef\xbf\xbe";  // U+FFFE; U+FFFF is one more
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
  return !text.empty() && !has_control && IsValidUtf8(text) &&
         text.find(kNoCharacter) == text.npos && text.find("\xef\xbf\xbf") == text.npos;
}

SqsMessage EncodeMessage(const Envelope& envelope, const MessageOptions& options) {
  Attributes attributes;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) attributes.emplace_back(name, value);
  };
  const bool in_base64 = options.in_base64 || !IsSqsText(envelope.body);
  add(kBody, in_base64 ? "base64" : "");
  add(kDedupeKey, envelope.dedupe_key);
  add(kEventId, envelope.event_id);
  add(kGroup, envelope.group);
  add(kDeadReason, options.dead_reason);
  if (options.enqueued_at != absl::InfinitePast()) {
    add(kEnqueuedAt, std::to_string(absl::ToUnixMillis(options.enqueued_at)));
  }
  AddHeaders(envelope.headers, attributes);

  SqsMessage message;
  std::string object;
  JsonWriter json(object);
  json.BeginObject();
  json.Key("MessageBody");
  if (in_base64) {
    // An empty body is none to SQS; four characters that are base64 of nothing else stand for it.
    const std::string body = envelope.body.empty() ? "====" : Base64Encode(envelope.body);
    json.String(body);
    message.bytes = body.size();
  } else {
    json.String(envelope.body);
    message.bytes = envelope.body.size();
  }
  if (!attributes.empty()) {
    json.Key("MessageAttributes");
    message.bytes += WriteAttributes(attributes, json);
  }
  if (options.is_fifo) {
    json.Key("MessageGroupId");
    json.String(GroupId(envelope));
    json.Key("MessageDeduplicationId");
    json.String(DeduplicationId(envelope, options.generation));
  } else if (options.delay > absl::ZeroDuration()) {
    json.Key("DelaySeconds");
    json.Int(absl::ToInt64Seconds(absl::Ceil(options.delay, absl::Seconds(1))));
  }
  json.EndObject();
  message.members = object.substr(1, object.size() - 2);
  return message;
}

Delivery DecodeMessage(JsonValue message) {
  const Attributes attributes = ReadAttributes(message["MessageAttributes"]);
  const JsonValue system = message["Attributes"];
  Delivery delivery;
  delivery.receipt = std::string(message["ReceiptHandle"].text());
  delivery.attempt = Count(system["ApproximateReceiveCount"].scalar());
  Envelope& envelope = delivery.envelope;
  envelope.body = std::string(message["Body"].text());
  if (Text(attributes, kBody) == "base64") {
    envelope.body = Base64Decode(envelope.body).value_or("");
  }
  envelope.dedupe_key = Named(attributes, kDedupeKey, system["MessageDeduplicationId"].text());
  envelope.group = Named(attributes, kGroup, system["MessageGroupId"].text());
  envelope.event_id = Text(attributes, kEventId);
  envelope.headers = HeadersOf(attributes);
  const std::string enqueued_at = Text(attributes, kEnqueuedAt);
  delivery.enqueued_at =
      UnixTime(enqueued_at.empty() ? system["SentTimestamp"].scalar() : enqueued_at);
  delivery.dead_reason = Text(attributes, kDeadReason);
  return delivery;
}

}  // namespace internal
}  // namespace omni::inline v0_1
