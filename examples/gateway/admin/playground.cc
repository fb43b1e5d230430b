#include "admin/playground.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "admin/raw_request.h"
#include "admin/rehearsal.h"
#include "base/text.h"
#include "explain/print_trace.h"
#include "explain/trace.h"
#include "host/served_channels.h"
#include "http/answers.h"
#include "http/request_id.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/error.h"
#include "omni/gateway.h"
#include "omni/json.h"
#include "simulate/cases.h"

namespace host {
namespace {

/// What carriers are taken to call where nothing is configured.
constexpr std::string_view kBaseUrl = "http://127.0.0.1";
constexpr std::size_t kMaxSet = 32;

void WriteCase(const CaseInfo& info, omni::JsonWriter& out) {
  const auto text = [&out](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    out.Key(key);
    out.String(value);
  };
  out.BeginObject();
  text("carrier", info.carrier);
  text("name", info.name);
  text("title", info.title);
  text("description", info.description);
  text("events", info.events);
  text("needs", info.needs);
  out.Key("requests");
  out.Int(info.requests);
  out.EndObject();
}

absl::StatusOr<ServerResponse> ListCases() {
  std::string json;
  omni::JsonWriter out(json);
  out.BeginObject();
  out.Key("cases");
  out.BeginArray();
  for (const CaseInfo& info : AllCases()) WriteCase(info, out);
  out.EndArray();
  out.EndObject();
  return JsonAnswer(200, std::move(json));
}

/// The channels of the carrier that are in force; the one of that id when there is one.
absl::StatusOr<CarrierChannel> FindChannel(Host& host, std::string_view carrier,
                                           std::string_view id) {
  omni::AdapterRegistry::Builder adapters;
  omni::RegisterAllAdapters(adapters);
  const auto registry = std::move(adapters).Build();
  if (!registry.ok()) return registry.status();
  const auto setup = host.setup();
  auto channels = LoadChannels({.channels = setup->config.channels,
                                .public_url = setup->config.public_url,
                                .registry = *registry,
                                .secrets = *host.secrets()});
  if (!channels.ok()) return channels.status();
  for (CarrierChannel& channel : *channels) {
    if (channel.adapter == carrier && (id.empty() || channel.id == id)) return std::move(channel);
  }
  return omni::InvalidPayloadError("carrier: there is no channel of it in force", "carrier");
}

absl::StatusOr<std::vector<omni::WebhookRequest>> Simulate(Host& host, omni::JsonValue body) {
  const omni::JsonValue carrier = body["carrier"];
  const omni::JsonValue name = body["case"];
  if (!carrier.exists()) return omni::MissingFieldError("carrier");
  if (!name.exists()) return omni::MissingFieldError("case");
  auto channel = FindChannel(host, carrier.text(), body["channel"].text());
  if (!channel.ok()) return channel.status();
  std::vector<std::pair<std::string, std::string>> set;
  for (const omni::JsonMember& member : body["set"].members()) {
    if (set.size() >= kMaxSet) return omni::InvalidPayloadError("set: too many fields", "set");
    set.emplace_back(member.key, member.value.scalar());
  }
  const absl::Time now = absl::Now();
  auto simulated = BuildCase({.channel = *channel,
                              .name = name.text(),
                              .set = std::move(set),
                              .base_url = kBaseUrl,
                              .now = now,
                              .seed = static_cast<std::uint64_t>(absl::ToUnixNanos(now))});
  if (!simulated.ok()) {
    return omni::MakeError(absl::StatusCode::kInvalidArgument, MessageOf(simulated.status()),
                           {.reason = "invalid_case", .field = "case"});
  }
  std::vector<omni::WebhookRequest> requests;
  for (SimulatedRequest& each : *simulated) requests.push_back(std::move(each.request));
  return requests;
}

absl::StatusOr<std::vector<omni::WebhookRequest>> RequestsOf(Host& host, omni::JsonValue body) {
  const omni::JsonValue raw = body["request"];
  if (!raw.exists()) return Simulate(host, body);
  auto request = ParseRawRequest(raw.text());
  if (!request.ok()) return request.status();
  std::vector<omni::WebhookRequest> requests;
  requests.push_back(*std::move(request));
  return requests;
}

void WriteRequest(const omni::WebhookRequest& request, omni::JsonWriter& out) {
  out.Key("request");
  out.BeginObject();
  out.Key("method");
  out.String(omni::HttpMethodName(request.method));
  out.Key("target");
  out.String(request.target);
  out.Key("headers");
  out.BeginArray();
  for (const auto& [name, value] : request.headers) {
    out.BeginArray();
    out.String(name);
    out.String(value);
    out.EndArray();
  }
  out.EndArray();
  out.Key("body");
  out.String(request.body);
  out.EndObject();
}

void WriteStage(const Stage& stage, omni::JsonWriter& out) {
  out.BeginObject();
  out.Key("name");
  out.String(stage.name);
  out.Key("state");
  out.String(stage.state);
  out.Key("detail");
  out.String(stage.detail);
  if (!stage.steps.empty()) {
    out.Key("steps");
    out.BeginArray();
    for (const omni::ExplanationStep& step : stage.steps) {
      out.BeginObject();
      out.Key("step");
      out.String(step.step);
      out.Key("passed");
      out.Bool(step.passed);
      out.Key("detail");
      out.String(step.detail);
      out.EndObject();
    }
    out.EndArray();
  }
  out.EndObject();
}

void WriteAnswer(const omni::HttpResponse& answer, omni::JsonWriter& out) {
  out.Key("answer");
  out.BeginObject();
  out.Key("status");
  out.Int(answer.status);
  out.Key("body");
  out.String(answer.body);
  out.EndObject();
}

void WriteRehearsal(const Rehearsal& rehearsal, omni::JsonWriter& out) {
  out.Key("stages");
  out.BeginArray();
  for (const Stage& stage : rehearsal.stages) WriteStage(stage, out);
  out.EndArray();
  out.Key("events");
  out.BeginArray();
  for (const omni::Envelope& envelope : rehearsal.events) {
    out.BeginObject();
    out.Key("queue");
    out.String(envelope.queue);
    out.Key("group");
    out.String(envelope.group);
    out.Key("event");
    out.Raw(envelope.body);
    out.EndObject();
  }
  out.EndArray();
}

/// What `omni explain` finds; nothing for a request that is accepted.
absl::StatusOr<Findings> FindCauses(const Host& host, const Setup& setup,
                                    const omni::WebhookRequest& request) {
  omni::AdapterRegistry::Builder adapters;
  omni::RegisterAllAdapters(adapters);
  const auto registry = std::move(adapters).Build();
  if (!registry.ok()) return registry.status();
  const std::vector<std::string> channels = ServedChannels(setup.config);
  auto trace = TraceRequest({.capture = {.request = request},
                             .channels = channels,
                             .public_url = setup.config.public_url,
                             .trusted_proxies = setup.config.trusted_proxies,
                             .max_body_bytes = setup.mounts.MaxBodyBytes(request.target),
                             .registry = *registry,
                             .secrets = host.secrets(),
                             .now = absl::Now()});
  if (!trace.ok()) return trace.status();
  return std::move(trace->findings);
}

absl::StatusOr<ServerResponse> Play(Host& host, const RouteRequest& route_request) {
  const auto body = ReadObject(route_request);
  if (!body.ok()) return body.status();
  auto requests = RequestsOf(host, body->root());
  if (!requests.ok()) return requests.status();
  const bool is_sent = body->root()["send"].AsBool().value_or(false);
  const auto setup = host.setup();
  std::string json;
  omni::JsonWriter out(json);
  out.BeginObject();
  out.Key("sent");
  out.Bool(is_sent);
  out.Key("results");
  out.BeginArray();
  for (omni::WebhookRequest& request : *requests) {
    out.BeginObject();
    WriteRequest(request, out);
    auto rehearsal = Rehearse(setup->config, host.secrets(), request);
    if (!rehearsal.ok()) return rehearsal.status();
    WriteRehearsal(*rehearsal, out);
    const auto findings = FindCauses(host, *setup, request);
    if (!findings.ok()) return findings.status();
    WriteFindings(*findings, out);
    WriteAnswer(is_sent ? setup->gateway->HandleBlocking(std::move(request)) : rehearsal->answer,
                out);
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
  return JsonAnswer(200, std::move(json));
}

}  // namespace

void AddPlaygroundRoutes(Host& host, const BlockingRoutes& routes) {
  routes.Add({.pattern = "/admin/simulations", .quiet = true},
             [](const RouteRequest&) { return ListCases(); });
  routes.Add({.method = omni::HttpMethod::kPost, .pattern = "/admin/playground"},
             [&host](const RouteRequest& request) { return Play(host, request); });
}

}  // namespace host
