#include "ops/metrics.h"

#include <algorithm>

#include "omni/ports/queue_source.h"
#include "omni/version.h"
#include "ops/exposition.h"
#include "ops/outcome.h"

namespace host {
namespace {

void Add(const omni::RequestReport& report, Totals& totals) {
  const std::string_view outcome = OutcomeOf(report);
  ++totals.requests;
  totals.ok += outcome == "ok" ? 1 : 0;
  totals.rejected += outcome == "rejected" ? 1 : 0;
  totals.refused += outcome == "refused" ? 1 : 0;
  totals.limited += outcome == "limited" ? 1 : 0;
  totals.failed += outcome == "failed" ? 1 : 0;
  totals.events += report.accepted;
  totals.duplicates += report.duplicates;
  totals.ignored += report.ignored;
  totals.latency.Add(report.duration);
  const omni::StageTimes& times = report.stages;
  const std::array stages = {times.verify, times.normalize, times.claim, times.commit};
  static_assert(stages.size() == kStages.size());
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (stages[i]) totals.stages[i].Add(*stages[i]);
  }
}

void Add(const Totals& more, Totals& totals) {
  totals.requests += more.requests;
  totals.ok += more.ok;
  totals.rejected += more.rejected;
  totals.refused += more.refused;
  totals.limited += more.limited;
  totals.failed += more.failed;
  totals.events += more.events;
  totals.duplicates += more.duplicates;
  totals.ignored += more.ignored;
  totals.latency = totals.latency.Plus(more.latency);
  for (std::size_t i = 0; i < totals.stages.size(); ++i) {
    totals.stages[i] = totals.stages[i].Plus(more.stages[i]);
  }
}

std::string_view Named(std::string_view carrier) { return carrier.empty() ? "none" : carrier; }

bool HoldsDeadLetters(std::string_view queue) { return queue.ends_with(omni::kDeadLetterSuffix); }

void ExposeServer(const ServerStats& server, Exposition& out) {
  out.Family("omni_connections", "gauge", "Connections that are open.");
  out.Sample({}, static_cast<double>(server.connections));
  out.Family("omni_requests_in_flight", "gauge", "Requests that are not answered yet.");
  out.Sample({}, static_cast<double>(server.in_flight));
  out.Family("omni_connections_accepted_total", "counter", "Connections that came.");
  out.Sample({}, static_cast<double>(server.accepted_connections));
  out.Family("omni_requests_refused_total", "counter",
             "Requests that were malformed or beyond a limit and that nobody saw.");
  out.Sample({}, static_cast<double>(server.refused_requests));
  out.Family("omni_requests_shed_total", "counter",
             "Requests that were answered 503 because too many were under way.");
  out.Sample({}, static_cast<double>(server.shed_requests));
}

void ExposeQueues(const std::vector<omni::QueueDepth>& queues, Exposition& out) {
  out.Family("omni_queue_depth", "gauge", "Envelopes in a queue, those on loan too.");
  std::size_t count = 0;
  double dead = 0;
  for (const omni::QueueDepth& queue : queues) {
    if (HoldsDeadLetters(queue.queue)) dead += static_cast<double>(queue.envelopes);
    if (++count > Metrics::kMaxQueues) continue;
    out.Sample({{"queue", queue.queue}}, static_cast<double>(queue.envelopes));
  }
  out.Family("omni_dead_letters", "gauge", "Envelopes that were tried too often, of all queues.");
  out.Sample({}, dead);
}

}  // namespace

void Metrics::OnRequest(const omni::RequestReport& report) {
  MutexLock lock(mutex_);
  Count({report.adapter, OutcomeOf(report), report.reason}, counters_.requests);
  auto& carriers = counters_.carriers;
  auto found = carriers.find(report.adapter);
  if (found == carriers.end()) {
    const bool has_room = carriers.size() < kMaxCarriers;
    found = carriers.emplace(has_room ? report.adapter : "other", Totals{}).first;
  }
  Add(report, found->second);
}

void Metrics::OnWarning(std::string_view reason, std::string_view) {
  MutexLock lock(mutex_);
  Count({reason}, counters_.warnings);
}

void Metrics::Count(const Words<std::string_view>& words, Series& series) {
  const auto found = series.find(words);
  if (found != series.end()) {
    ++found->second;
  } else if (series.size() < kMaxSeries) {
    series.emplace(
        Words<std::string>{std::string(words[0]), std::string(words[1]), std::string(words[2])}, 1);
  } else {
    ++series[{"other", "other", "other"}];
  }
}

Totals Metrics::All() const {
  Totals all;
  MutexLock lock(mutex_);
  for (const auto& [carrier, totals] : counters_.carriers) Add(totals, all);
  return all;
}

std::vector<std::pair<std::string, Totals>> Metrics::ByCarrier() const {
  MutexLock lock(mutex_);
  return {counters_.carriers.begin(), counters_.carriers.end()};
}

std::string Metrics::Expose(const Gauges& gauges) const {
  Counters counters;
  {
    MutexLock lock(mutex_);
    counters = counters_;
  }
  return ExposeText(counters, gauges);
}

std::string Metrics::ExposeText(const Counters& counters, const Gauges& gauges) {
  Exposition out;
  out.Family("omni_build_info", "gauge", "1, and which omni this is.");
  out.Sample({{"version", omni::LibraryVersion()}}, 1);
  out.Family("omni_ready", "gauge", "1 when the queue takes events, else 0.");
  out.Sample({}, gauges.ready ? 1 : 0);

  out.Family("omni_requests_total", "counter", "Requests, by what became of them and why.");
  for (const auto& [series, count] : counters.requests) {
    const auto& [carrier, outcome, reason] = series;
    out.Sample({{"carrier", Named(carrier)}, {"outcome", outcome}, {"reason", reason}},
               static_cast<double>(count));
  }
  out.Family("omni_signatures_rejected_total", "counter",
             "Requests that could not prove themselves.");
  for (const auto& [carrier, totals] : counters.carriers) {
    out.Sample({{"carrier", Named(carrier)}}, static_cast<double>(totals.rejected));
  }
  out.Family("omni_events_total", "counter", "Events, by what became of them.");
  for (const auto& [carrier, totals] : counters.carriers) {
    const std::string_view name = Named(carrier);
    out.Sample({{"carrier", name}, {"outcome", "accepted"}}, static_cast<double>(totals.events));
    out.Sample({{"carrier", name}, {"outcome", "duplicate"}},
               static_cast<double>(totals.duplicates));
    out.Sample({{"carrier", name}, {"outcome", "ignored"}}, static_cast<double>(totals.ignored));
  }
  out.Family("omni_request_duration_seconds", "histogram",
             "From a request's last byte to its answer.");
  for (const auto& [carrier, totals] : counters.carriers) {
    out.Histogram({{"carrier", Named(carrier)}}, totals.latency);
  }
  out.Family("omni_stage_duration_seconds", "histogram",
             "How long requests were in a stage that they finished.");
  for (const auto& [carrier, totals] : counters.carriers) {
    for (std::size_t i = 0; i < kStages.size(); ++i) {
      if (totals.stages[i].count() == 0) continue;
      out.Histogram({{"carrier", Named(carrier)}, {"stage", kStages[i]}}, totals.stages[i]);
    }
  }
  out.Family("omni_warnings_total", "counter", "What the gateway warned of.");
  for (const auto& [series, count] : counters.warnings) {
    out.Sample({{"reason", series[0]}}, static_cast<double>(count));
  }
  ExposeServer(gauges.server, out);
  ExposeQueues(gauges.queues, out);
  if (gauges.spool_depth) {
    out.Family("omni_spool_depth", "gauge", "Envelopes in the spool that the broker has not yet.");
    out.Sample({}, static_cast<double>(*gauges.spool_depth));
  }
  return std::move(out).Take();
}

}  // namespace host
