#include <memory>
#include <string>
#include <utility>

#include "admin/store_routes.h"
#include "http/answers.h"
#include "omni/codec.h"
#include "omni/gateway.h"
#include "omni/json.h"
#include "omni/support/capsule_codec.h"
#include "omni/support/phone.h"

namespace host {
namespace {

void WriteSummary(const omni::Capsule& capsule, omni::JsonWriter& out) {
  const auto text = [&out](std::string_view key, std::string_view value) {
    out.Key(key);
    out.String(value);
  };
  out.BeginObject();
  text("id", capsule.id);
  text("receivedAt", omni::FormatTime(capsule.request.received_at));
  text("channel", capsule.channel);
  text("tenant", capsule.tenant);
  text("method", omni::HttpMethodName(capsule.request.method));
  text("path", omni::MaskDigits(omni::TargetPath(capsule.request.target)));
  text("authentication", capsule.authentication);
  text("reason", capsule.reason);
  text("message", capsule.message);
  text("version", capsule.version);
  out.Key("status");
  out.Int(capsule.http_status);
  out.Key("bytes");
  out.Int(static_cast<std::int64_t>(capsule.request.body.size()));
  out.EndObject();
}

absl::StatusOr<omni::Capsule> Find(Host& host, const RouteRequest& request) {
  auto capsule = host.engine().quarantine->Get(request.Param("id"));
  if (absl::IsNotFound(capsule.status())) return NoSuchThing("there is no such capsule");
  return capsule;
}

absl::StatusOr<ServerResponse> List(Host& host, const RouteRequest& request) {
  const auto limit = ReadLimit(request);
  if (!limit.ok()) return limit.status();
  const auto capsules =
      host.engine().quarantine->List({.after = QueryParam(request, "after"), .limit = *limit});
  if (!capsules.ok()) return capsules.status();
  std::string json;
  omni::JsonWriter out(json);
  out.BeginObject();
  out.Key("capsules");
  out.BeginArray();
  for (const omni::Capsule& capsule : *capsules) WriteSummary(capsule, out);
  out.EndArray();
  if (capsules->size() == *limit) {
    out.Key("next");
    out.String(capsules->back().id);
  }
  out.EndObject();
  return JsonAnswer(200, std::move(json));
}

absl::StatusOr<ServerResponse> Get(Host& host, const RouteRequest& request) {
  const auto capsule = Find(host, request);
  if (!capsule.ok()) return capsule.status();
  return JsonAnswer(200, omni::ToJson(*capsule));
}

absl::StatusOr<ServerResponse> Remove(Host& host, const RouteRequest& request) {
  const absl::Status status = host.engine().quarantine->Remove(request.Param("id"));
  if (absl::IsNotFound(status)) return NoSuchThing("there is no such capsule");
  if (!status.ok()) return status;
  return ServerResponse{.response = omni::HttpResponse::Empty(204)};
}

ServerResponse ReplayAnswer(const omni::HttpResponse& answer, bool is_removed) {
  std::string json;
  omni::JsonWriter out(json);
  out.BeginObject();
  out.Key("replayed");
  out.Bool(answer.status < 300);
  out.Key("removed");
  out.Bool(is_removed);
  out.Key("status");
  out.Int(answer.status);
  out.Key("answer");
  out.String(answer.body);
  out.EndObject();
  return JsonAnswer(200, std::move(json));
}

/// The gateway answers on a thread that must not wait for a store, so the capsule is removed back
/// on the worker's. The queue may answer when the worker is gone, and the host with it: then the
/// capsule stays, and replaying it again makes nothing twice.
void Replay(Host& host, const std::shared_ptr<WorkerInbox>& inbox, const RouteRequest& request,
            omni::Completion<ServerResponse> done) {
  auto capsule = Find(host, request);
  if (!capsule.ok()) {
    return std::move(done)(
        ServerResponse{.response = ErrorAnswer(capsule.status(), request.request_id)});
  }
  const std::string id = capsule->id;
  const auto setup = host.setup();
  setup->gateway->Replay(*std::move(capsule), [&host, inbox, id, done = std::move(done)](
                                                  const omni::HttpResponse& answer) mutable {
    if (answer.status >= 300) return std::move(done)(ReplayAnswer(answer, false));
    const auto later = std::make_shared<omni::Completion<ServerResponse>>(std::move(done));
    // A task runs only while there is a worker, and the host outlives that.
    const bool posted = inbox->Post([&host, id, answer, later]() mutable {
      const bool is_removed = host.engine().quarantine->Remove(id).ok();
      std::move (*later)(ReplayAnswer(answer, is_removed));
    });
    if (!posted) std::move (*later)(ReplayAnswer(answer, false));
  });
}

}  // namespace

void AddQuarantineRoutes(Host& host, const BlockingRoutes& routes) {
  if (host.engine().quarantine == nullptr) return;
  routes.Add({.pattern = "/admin/quarantine", .quiet = true},
             [&host](const RouteRequest& request) { return List(host, request); });
  routes.Add({.pattern = "/admin/quarantine/{id}", .quiet = true},
             [&host](const RouteRequest& request) { return Get(host, request); });
  routes.Add({.method = omni::HttpMethod::kDelete, .pattern = "/admin/quarantine/{id}"},
             [&host](const RouteRequest& request) { return Remove(host, request); });
  routes.AddLater({.method = omni::HttpMethod::kPost, .pattern = "/admin/quarantine/{id}/replay"},
                  [&host, inbox = routes.worker.inbox()](const RouteRequest& request,
                                                         omni::Completion<ServerResponse> done) {
                    Replay(host, inbox, request, std::move(done));
                  });
}

}  // namespace host
