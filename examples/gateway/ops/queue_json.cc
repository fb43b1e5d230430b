#include "ops/queue_json.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "omni/codec.h"
#include "omni/ports/queue_source.h"

namespace host {
namespace {

struct Row {
  std::size_t depth = 0;
  std::optional<std::size_t> leased = {};
  std::size_t dead = 0;
  absl::Time oldest = absl::InfiniteFuture();
};

}  // namespace

void WriteQueues(const std::vector<omni::QueueDepth>& depths, omni::JsonWriter& out) {
  std::map<std::string, Row, std::less<>> rows;
  for (const omni::QueueDepth& depth : depths) {
    const std::string_view name = depth.queue;
    if (name.ends_with(omni::kDeadLetterSuffix)) {
      rows[std::string(name.substr(0, name.size() - omni::kDeadLetterSuffix.size()))].dead =
          depth.envelopes;
    } else {
      Row& row = rows[depth.queue];
      row.depth = depth.envelopes;
      row.leased = depth.leased;
      row.oldest = depth.oldest;
    }
  }
  out.BeginArray();
  for (const auto& [name, row] : rows) {
    out.BeginObject();
    out.Key("name");
    out.String(name);
    out.Key("depth");
    out.Int(static_cast<std::int64_t>(row.depth));
    if (row.leased) {
      out.Key("leased");
      out.Int(static_cast<std::int64_t>(*row.leased));
    }
    out.Key("dead");
    out.Int(static_cast<std::int64_t>(row.dead));
    if (row.oldest != absl::InfiniteFuture()) {
      out.Key("oldest");
      out.String(omni::FormatTime(row.oldest));
    }
    out.EndObject();
  }
  out.EndArray();
}

void WriteEnvelope(const omni::QueuedEnvelope& queued, omni::JsonWriter& out) {
  const auto text = [&out](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    out.Key(key);
    out.String(value);
  };
  out.BeginObject();
  text("position", queued.position);
  text("queue", queued.envelope.queue);
  text("group", queued.envelope.group);
  text("eventId", queued.envelope.event_id);
  text("dedupeKey", queued.envelope.dedupe_key);
  out.Key("attempts");
  out.Int(queued.attempts);
  if (queued.enqueued_at != absl::InfinitePast()) {
    text("enqueuedAt", omni::FormatTime(queued.enqueued_at));
  }
  text("deadReason", queued.dead_reason);
  out.Key("event");
  if (const auto body = omni::JsonDocument::Parse(queued.envelope.body); body.ok()) {
    out.Raw(omni::CompactJson(body->root()));
  } else {
    out.String(queued.envelope.body);
  }
  out.EndObject();
}

}  // namespace host
