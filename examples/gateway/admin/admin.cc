#include "admin/admin.h"

#include <utility>

#include "admin/playground.h"
#include "admin/store_routes.h"
#include "console/console_routes.h"
#include "http/answers.h"
#include "ops/exposition.h"

namespace host {
namespace {

void WatchLive(LiveFeed& feed, const std::string& request_id, omni::Completion<ServerResponse> done,
               std::shared_ptr<LiveFeed> kept) {
  if (feed.watchers() >= LiveFeed::kMaxWatchers) {
    ServerResponse answer{
        .response = ErrorAnswer(503, "UNAVAILABLE", "too many are watching already", request_id)};
    answer.response.headers.Set("Retry-After", "5");
    return std::move(done)(std::move(answer));
  }
  ServerResponse answer;
  answer.response.headers.Set("Content-Type", "text/event-stream");
  answer.response.headers.Set("Cache-Control", "no-store");
  answer.response.headers.Set("X-Accel-Buffering", "no");
  answer.on_stream = [kept = std::move(kept)](const std::shared_ptr<ResponseStream>& stream) {
    if (!kept->Watch(stream)) stream->Close();
  };
  std::move(done)(std::move(answer));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Admin>> Admin::Open(Host& host) {
  std::unique_ptr<Admin> admin(new Admin(host));
  auto channels = ChannelAdmin::Open(host);
  if (!channels.ok()) return channels.status();
  admin->channels_ = *std::move(channels);
  host.AddObserver(admin->operations_.metrics());
  host.AddObserver(admin->operations_.feed());
  host.WrapSink([feed = admin->operations_.feed()](std::shared_ptr<omni::QueueSink> sink) {
    return WatchSink(std::move(sink), feed);
  });
  admin->AddRoutes();
  return admin;
}

void Admin::Start() {
  operations_.Start({.browser = host_.engine().browser,
                     .readiness = [&host = host_] { return host.readiness(); },
                     .spool_depth = host_.engine().spool_depth});
}

void Admin::AddRoutes() {
  const BlockingRoutes routes{.router = host_.router(), .worker = worker_};
  channels_->AddRoutes(routes);
  AddQueueRoutes(host_, routes);
  AddMappingRoutes(host_, routes);
  AddQuarantineRoutes(host_, routes);
  AddPlaygroundRoutes(host_, routes);
  AddConsoleRoutes(host_.router());
  host_.router().Add(
      {.pattern = "/metrics", .access = Access::kAnyone, .quiet = true},
      [this](const RouteRequest&, omni::Completion<ServerResponse> done) {
        ServerResponse answer{.response = omni::HttpResponse::Text(200, operations_.Exposition())};
        answer.response.headers.Set("Content-Type", std::string(kExpositionType));
        std::move(done)(std::move(answer));
      });
  host_.router().Add({.pattern = "/admin/stats", .quiet = true},
                     [this](const RouteRequest&, omni::Completion<ServerResponse> done) {
                       std::move(done)(JsonAnswer(200, operations_.StatsJson()));
                     });
  host_.router().Add({.pattern = "/admin/live", .quiet = true},
                     [this](const RouteRequest& request, omni::Completion<ServerResponse> done) {
                       WatchLive(*operations_.feed(), request.request_id, std::move(done),
                                 operations_.feed());
                     });
}

}  // namespace host
