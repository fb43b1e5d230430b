#include <utility>

#include "host/host.h"
#include "host/routes.h"
#include "http/answers.h"
#include "omni/error.h"

namespace host {

void AddHealthRoutes(Host& host) {
  host.router().Add({.pattern = "/health", .access = Access::kAnyone, .quiet = true},
                    [](const RouteRequest&, omni::Completion<ServerResponse> done) {
                      std::move(done)(JsonAnswer(200, R"({"status":"ok"})"));
                    });
  host.router().Add({.pattern = "/ready", .access = Access::kAnyone, .quiet = true},
                    [&host](const RouteRequest& request, omni::Completion<ServerResponse> done) {
                      if (host.readiness().ok()) {
                        return std::move(done)(JsonAnswer(200, R"({"status":"ready"})"));
                      }
                      ServerResponse answer{.response = ErrorAnswer(503, "QUEUE_UNAVAILABLE",
                                                                    "the queue cannot be reached",
                                                                    request.request_id)};
                      answer.response.headers.Set("Retry-After", "5");
                      answer.response.headers.Set("Cache-Control", "no-store");
                      std::move(done)(std::move(answer));
                    });
}

}  // namespace host
