// host_bare_server [THREADS] [CERTIFICATE KEY]: the front end with a handler that does nothing, to
// measure what the front end costs. Prints its port; ends at SIGTERM, when all is answered.
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/clock.h"
#include "server/http_server.h"

int main(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before there are threads that inherit it

  host::ServerOptions options;
  options.port = 0;
  if (argc > 1) options.threads = std::atoi(argv[1]);
  if (argc > 3) options.tls = {.certificate_file = argv[2], .key_file = argv[3]};
  const auto server = host::HttpServer::Start(
      options,
      [](omni::WebhookRequest, omni::Completion<host::ServerResponse> done) {
        std::move(done)({.response = omni::HttpResponse::Json(200, R"({"status":"ok"})")});
      },
      [](const omni::WebhookRequest&, int status, std::string_view code, std::string_view) {
        return omni::HttpResponse::Text(status, std::string(code));
      });
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", std::string(server.status().message()).c_str());
    return 1;
  }
  std::printf("%d\n", (*server)->port());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return (*server)->Drain(absl::Now() + absl::Seconds(10)).ok() ? 0 : 1;
}
