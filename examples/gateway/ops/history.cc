#include "ops/history.h"

#include "omni/codec.h"

namespace host {

const HistoryPoint& History::Add(const Totals& totals, absl::Time now) {
  const Latency latency = totals.latency.Since(last_.latency);
  points_.push_back({.time = now,
                     .requests = totals.requests - last_.requests,
                     .rejected = totals.rejected - last_.rejected,
                     .failed = totals.failed - last_.failed,
                     .events = totals.events - last_.events,
                     .p50 = latency.Quantile(0.5),
                     .p99 = latency.Quantile(0.99)});
  last_ = totals;
  if (points_.size() > kMaxPoints) points_.pop_front();
  return points_.back();
}

void WriteJson(const HistoryPoint& point, omni::JsonWriter& out) {
  const auto number = [&out](std::string_view key, std::uint64_t value) {
    out.Key(key);
    out.Int(static_cast<std::int64_t>(value));
  };
  out.BeginObject();
  out.Key("time");
  out.String(omni::FormatTime(point.time));
  number("requests", point.requests);
  number("rejected", point.rejected);
  number("failed", point.failed);
  number("events", point.events);
  out.Key("p50Ms");
  out.Double(point.p50 * 1'000);
  out.Key("p99Ms");
  out.Double(point.p99 * 1'000);
  out.EndObject();
}

}  // namespace host
