#include <utility>

#include "admin/store_routes.h"
#include "http/answers.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/ports/queue_source.h"
#include "ops/queue_json.h"

namespace host {
namespace {

absl::Status NoBrowserError() { return NoSuchThing("this kind of queue cannot be looked into"); }

absl::StatusOr<ServerResponse> ListQueues(Host& host) {
  if (host.engine().browser == nullptr) return NoBrowserError();
  const auto depths = host.engine().browser->Depths();
  if (!depths.ok()) return depths.status();
  std::string json;
  omni::JsonWriter out(json);
  out.BeginObject();
  out.Key("queues");
  WriteQueues(*depths, out);
  out.EndObject();
  return JsonAnswer(200, std::move(json));
}

absl::StatusOr<ServerResponse> Browse(Host& host, omni::QueueBrowser::BrowseParams params,
                                      const RouteRequest& request) {
  if (host.engine().browser == nullptr) return NoBrowserError();
  const auto limit = ReadLimit(request);
  if (!limit.ok()) return limit.status();
  params.limit = *limit;
  params.after = QueryParam(request, "after");
  const auto envelopes = host.engine().browser->Browse(params);
  if (!envelopes.ok()) return envelopes.status();
  std::string json;
  omni::JsonWriter out(json);
  out.BeginObject();
  out.Key("events");
  out.BeginArray();
  for (const omni::QueuedEnvelope& envelope : *envelopes) WriteEnvelope(envelope, out);
  out.EndArray();
  if (envelopes->size() == *limit) {
    out.Key("next");
    out.String(envelopes->back().position);
  }
  out.EndObject();
  return JsonAnswer(200, std::move(json));
}

absl::StatusOr<ServerResponse> ListDead(Host& host, const RouteRequest& request) {
  std::string queue = QueryParam(request, "queue");
  if (!queue.empty()) queue += omni::kDeadLetterSuffix;
  return Browse(host, {.queue = std::move(queue), .dead_letters = true}, request);
}

absl::StatusOr<ServerResponse> Redrive(Host& host, const RouteRequest& request) {
  if (host.engine().source == nullptr) return NoSuchThing("this kind of queue has no dead letters");
  const auto body = ReadObject(request);
  if (!body.ok()) return body.status();
  const omni::JsonValue queue = body->root()["queue"];
  if (!queue.exists()) return omni::MissingFieldError("queue");
  const omni::JsonValue limit = body->root()["limit"];
  const std::int64_t count = limit.exists() ? limit.AsInt64().value_or(0) : 100;
  if (!queue.is_string() || count < 1 || count > 10'000) {
    return omni::InvalidPayloadError("expected a queue's name and a limit from 1 to 10000",
                                     "limit");
  }
  const auto moved = host.engine().source->Redrive(
      {.queue = std::string(queue.text()), .limit = static_cast<std::size_t>(count)});
  if (!moved.ok()) return moved.status();
  return JsonAnswer(200, R"({"redriven":)" + std::to_string(*moved) + "}");
}

}  // namespace

void AddQueueRoutes(Host& host, const BlockingRoutes& routes) {
  routes.Add({.pattern = "/admin/queues", .quiet = true},
             [&host](const RouteRequest&) { return ListQueues(host); });
  routes.Add({.pattern = "/admin/queues/{name}/events", .quiet = true},
             [&host](const RouteRequest& request) {
               return Browse(host, {.queue = std::string(request.Param("name"))}, request);
             });
  routes.Add({.pattern = "/admin/dead", .quiet = true},
             [&host](const RouteRequest& request) { return ListDead(host, request); });
  routes.Add({.method = omni::HttpMethod::kPost, .pattern = "/admin/dead/redrive"},
             [&host](const RouteRequest& request) { return Redrive(host, request); });
}

}  // namespace host
