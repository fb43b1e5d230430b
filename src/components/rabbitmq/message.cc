#include "components/rabbitmq/message.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <utility>

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

constexpr std::string_view kGroup = "omni-group";
constexpr std::string_view kDedupeKey = "omni-dedupe-key";
constexpr std::string_view kEnqueuedAt = "omni-enqueued-at";  // in microseconds
constexpr std::string_view kDeadReason = "omni-dead-reason";
constexpr std::string_view kHeaders = "omni-headers";  // names and values in turn
constexpr std::array<std::string_view, 5> kOurs = {kGroup, kDedupeKey, kEnqueuedAt, kDeadReason,
                                                   kHeaders};
constexpr std::string_view kReturns = "x-delivery-count";
constexpr std::string_view kFirstDeath = "x-first-death-reason";

constexpr std::size_t kMaxShort = 255;       // of what AMQP calls a short string
constexpr std::size_t kMaxHead = 64 * 1024;  // it must fit into a frame
constexpr std::uint8_t kPersistent = 2;

bool IsOurs(std::string_view name) {
  return std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end();
}

/// The broker writes headers that begin with `x-` and knows each name once.
bool GoByTheirNames(const Envelope& envelope) {
  std::unordered_set<std::string_view> names;
  for (const auto& [name, value] : envelope.headers) {
    if (name.empty() || name.size() > kMaxShort || name.starts_with("x-") || IsOurs(name) ||
        !names.insert(name).second) {
      return false;
    }
  }
  return true;
}

amqp_field_value_t Text(std::string_view text) {
  amqp_field_value_t value = {};
  value.kind = AMQP_FIELD_KIND_UTF8;
  value.value.bytes = ToAmqp(text);
  return value;
}

std::optional<std::string_view> AsText(const amqp_field_value_t& value) {
  if (value.kind != AMQP_FIELD_KIND_UTF8 && value.kind != AMQP_FIELD_KIND_BYTES) return {};
  return FromAmqp(value.value.bytes);
}

std::int64_t AsNumber(const amqp_field_value_t& value) {
  switch (value.kind) {
    case AMQP_FIELD_KIND_I8:
      return value.value.i8;
    case AMQP_FIELD_KIND_U8:
      return value.value.u8;
    case AMQP_FIELD_KIND_I16:
      return value.value.i16;
    case AMQP_FIELD_KIND_U16:
      return value.value.u16;
    case AMQP_FIELD_KIND_I32:
      return value.value.i32;
    case AMQP_FIELD_KIND_U32:
      return value.value.u32;
    case AMQP_FIELD_KIND_I64:
      return value.value.i64;
    case AMQP_FIELD_KIND_U64:
      return static_cast<std::int64_t>(value.value.u64);
    default:
      return 0;
  }
}

void Unpack(const amqp_array_t& packed, Envelope& envelope) {
  for (int i = 0; i + 1 < packed.num_entries; i += 2) {
    const auto name = AsText(packed.entries[i]);
    const auto value = AsText(packed.entries[i + 1]);
    if (name && value) envelope.headers.emplace_back(*name, *value);
  }
}

void ReadHeader(const amqp_table_entry_t& entry, Message& message) {
  const std::string_view name = FromAmqp(entry.key);
  const auto text = AsText(entry.value);
  if (name == kReturns) {
    message.returns = std::max<std::int64_t>(AsNumber(entry.value), 0);
  } else if (name == kEnqueuedAt) {
    message.enqueued_at = absl::FromUnixMicros(AsNumber(entry.value));
  } else if (name == kHeaders && entry.value.kind == AMQP_FIELD_KIND_ARRAY) {
    Unpack(entry.value.value.array, message.envelope);
  } else if (!text) {
    return;  // not from omni
  } else if (name == kGroup) {
    message.envelope.group = *text;
  } else if (name == kDedupeKey) {
    message.envelope.dedupe_key = *text;
  } else if (name == kDeadReason) {
    message.dead_reason = *text;
  } else if (name == kFirstDeath) {
    if (message.dead_reason.empty()) message.dead_reason = *text;
  } else if (!name.starts_with("x-")) {
    message.envelope.headers.emplace_back(name, *text);
  }
}

}  // namespace

absl::Status CheckEnvelope(const Envelope& envelope) {
  if (envelope.queue.empty() || envelope.queue.size() > kMaxShort / 2) {
    return absl::InvalidArgumentError("the name of the queue is empty or too long");
  }
  if (envelope.event_id.size() > kMaxShort) {
    return absl::InvalidArgumentError("the event's id is longer than the broker takes");
  }
  std::size_t size = envelope.group.size() + envelope.dedupe_key.size();
  for (const auto& [name, value] : envelope.headers) size += name.size() + value.size() + 16;
  if (size > kMaxHead) {
    return absl::InvalidArgumentError("the headers are more than the broker takes");
  }
  return absl::OkStatus();
}

MessageHead::MessageHead(const Envelope& envelope, absl::Time enqueued_at,
                         std::string_view dead_reason) {
  entries_.reserve(envelope.headers.size() + kOurs.size());
  AddText(kGroup, envelope.group);
  AddText(kDedupeKey, envelope.dedupe_key);
  AddText(kDeadReason, dead_reason.substr(0, 1024));
  amqp_table_entry_t& time = entries_.emplace_back();
  time.key = ToAmqp(kEnqueuedAt);
  time.value.kind = AMQP_FIELD_KIND_I64;
  time.value.value.i64 = absl::ToUnixMicros(enqueued_at);
  AddHeaders(envelope);

  properties_._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG |
                       AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_TIMESTAMP_FLAG |
                       AMQP_BASIC_HEADERS_FLAG;
  properties_.delivery_mode = kPersistent;
  properties_.message_id = ToAmqp(envelope.event_id);
  properties_.content_type = ToAmqp("application/json");
  properties_.timestamp = static_cast<std::uint64_t>(absl::ToUnixSeconds(enqueued_at));
  properties_.headers = {.num_entries = static_cast<int>(entries_.size()),
                         .entries = entries_.data()};
}

void MessageHead::AddText(std::string_view name, std::string_view text) {
  if (text.empty()) return;
  amqp_table_entry_t& entry = entries_.emplace_back();
  entry.key = ToAmqp(name);
  entry.value = Text(text);
}

void MessageHead::AddHeaders(const Envelope& envelope) {
  if (GoByTheirNames(envelope)) {
    for (const auto& [name, value] : envelope.headers) {
      amqp_table_entry_t& entry = entries_.emplace_back();
      entry.key = ToAmqp(name);
      entry.value = Text(value);
    }
    return;
  }
  for (const auto& [name, value] : envelope.headers) {
    packed_.push_back(Text(name));
    packed_.push_back(Text(value));
  }
  amqp_table_entry_t& entry = entries_.emplace_back();
  entry.key = ToAmqp(kHeaders);
  entry.value.kind = AMQP_FIELD_KIND_ARRAY;
  entry.value.value.array = {.num_entries = static_cast<int>(packed_.size()),
                             .entries = packed_.data()};
}

Message ReadMessage(const amqp_basic_properties_t& properties, std::string body) {
  Message message;
  message.envelope.body = std::move(body);
  if ((properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG) != 0) {
    message.envelope.event_id = FromAmqp(properties.message_id);
  }
  if ((properties._flags & AMQP_BASIC_TIMESTAMP_FLAG) != 0) {
    message.enqueued_at = absl::FromUnixSeconds(static_cast<std::int64_t>(properties.timestamp));
  }
  if ((properties._flags & AMQP_BASIC_HEADERS_FLAG) != 0) {
    for (int i = 0; i < properties.headers.num_entries; ++i) {
      ReadHeader(properties.headers.entries[i], message);
    }
  }
  return message;
}

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
