#include "ops/operations.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "absl/time/clock.h"
#include "omni/codec.h"
#include "omni/json.h"
#include "omni/version.h"
#include "ops/queue_json.h"

namespace host {
namespace {

constexpr absl::Duration kSamplePause = absl::Seconds(1);
constexpr absl::Duration kDepthPause = absl::Seconds(2);

void WriteCount(std::string_view key, std::uint64_t value, omni::JsonWriter& out) {
  out.Key(key);
  out.Int(static_cast<std::int64_t>(value));
}

void WriteTotals(const Totals& totals, omni::JsonWriter& out) {
  WriteCount("requests", totals.requests, out);
  WriteCount("ok", totals.ok, out);
  WriteCount("rejected", totals.rejected, out);
  WriteCount("refused", totals.refused, out);
  WriteCount("limited", totals.limited, out);
  WriteCount("failed", totals.failed, out);
  WriteCount("events", totals.events, out);
  WriteCount("duplicates", totals.duplicates, out);
  WriteCount("ignored", totals.ignored, out);
  out.Key("p50Ms");
  out.Double(totals.latency.Quantile(0.5) * 1'000);
  out.Key("p99Ms");
  out.Double(totals.latency.Quantile(0.99) * 1'000);
}

void WriteServer(const ServerStats& server, omni::JsonWriter& out) {
  out.BeginObject();
  WriteCount("connections", server.connections, out);
  WriteCount("inFlight", server.in_flight, out);
  WriteCount("acceptedConnections", server.accepted_connections, out);
  WriteCount("refusedRequests", server.refused_requests, out);
  WriteCount("shedRequests", server.shed_requests, out);
  out.EndObject();
}

}  // namespace

Operations::Operations() : started_(absl::Now()) {}

void Operations::Start(Sources sources) {
  sources_ = std::move(sources);
  SampleQueues();
  sampler_ = std::make_unique<Periodic>(kSamplePause, [this] { Sample(); });
}

void Operations::Stop() {
  sampler_.reset();
  SetServer(nullptr);
}

void Operations::SetServer(std::function<ServerStats()> stats) {
  MutexLock lock(mutex_);
  server_ = std::move(stats);
}

void Operations::Sample() {
  const Totals totals = metrics_->All();
  HistoryPoint point;
  {
    MutexLock lock(mutex_);
    point = history_.Add(totals, absl::Now());
  }
  if (absl::Now() >= next_depths_) SampleQueues();
  const Gauges gauges = Now();
  std::string json;
  omni::JsonWriter out(json);
  out.BeginObject();
  out.Key("point");
  WriteJson(point, out);
  out.Key("ready");
  out.Bool(gauges.ready);
  out.Key("inFlight");
  out.Int(static_cast<std::int64_t>(gauges.server.in_flight));
  WriteCount("skipped", feed_->skipped(), out);
  out.Key("totals");
  out.BeginObject();
  WriteTotals(totals, out);
  out.EndObject();
  out.EndObject();
  feed_->Publish("stats", json);
}

// Counting takes the longer the more there is; it may take a two hundredth of the time.
void Operations::SampleQueues() {
  if (sources_.browser == nullptr) return;
  const absl::Time begin = absl::Now();
  auto depths = sources_.browser->Depths();
  const absl::Time end = absl::Now();
  next_depths_ = end + std::max(kDepthPause, (end - begin) * 200);
  if (!depths.ok()) return;
  MutexLock lock(mutex_);
  queues_ = *std::move(depths);
}

Gauges Operations::Now() const {
  Gauges gauges{.ready = sources_.readiness != nullptr && sources_.readiness().ok()};
  if (sources_.spool_depth != nullptr) gauges.spool_depth = sources_.spool_depth();
  std::function<ServerStats()> server;
  {
    MutexLock lock(mutex_);
    gauges.queues = queues_;
    server = server_;
  }
  if (server != nullptr) gauges.server = server();
  return gauges;
}

std::string Operations::Exposition() const { return metrics_->Expose(Now()); }

std::string Operations::StatsJson() const {
  const Gauges gauges = Now();
  std::deque<HistoryPoint> points;
  {
    MutexLock lock(mutex_);
    points = history_.points();
  }
  std::string json;
  omni::JsonWriter out(json);
  out.BeginObject();
  out.Key("version");
  out.String(omni::LibraryVersion());
  out.Key("startedAt");
  out.String(omni::FormatTime(started_));
  out.Key("ready");
  out.Bool(gauges.ready);
  out.Key("totals");
  out.BeginObject();
  WriteTotals(metrics_->All(), out);
  out.EndObject();
  out.Key("carriers");
  out.BeginArray();
  for (const auto& [carrier, totals] : metrics_->ByCarrier()) {
    out.BeginObject();
    out.Key("carrier");
    out.String(carrier);
    WriteTotals(totals, out);
    out.EndObject();
  }
  out.EndArray();
  out.Key("server");
  WriteServer(gauges.server, out);
  out.Key("watchers");
  out.Int(static_cast<std::int64_t>(feed_->watchers()));
  out.Key("queues");
  WriteQueues(gauges.queues, out);
  out.Key("history");
  out.BeginArray();
  for (const HistoryPoint& point : points) WriteJson(point, out);
  out.EndArray();
  out.EndObject();
  return json;
}

}  // namespace host
