#include "commands/serve.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "admin/admin.h"
#include "base/text.h"
#include "commands/arguments.h"
#include "commands/command.h"
#include "commands/config_argument.h"
#include "host/host.h"
#include "server/http_server.h"

namespace host {
namespace {

/// `127.0.0.1:8080`, `[::1]:0`.
bool ReadListen(std::string_view text, ListenConfig& listen) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return false;
  std::string_view address = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  const auto [rest, error] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
  listen.address = address;
  return error == std::errc() && rest == port.data() + port.size() && !address.empty() &&
         listen.port >= 0 && listen.port <= 65'535;
}

ServerOptions ServerOptionsOf(const ListenConfig& listen) {
  ServerOptions options{
      .address = listen.address,
      .port = static_cast<std::uint16_t>(listen.port),
      .threads = static_cast<int>(listen.threads),
      .max_connections = static_cast<std::size_t>(listen.max_connections),
      .max_in_flight = static_cast<std::size_t>(listen.max_in_flight),
      .max_in_flight_bytes = static_cast<std::size_t>(listen.max_in_flight_bytes),
      .max_body_bytes = static_cast<std::size_t>(listen.max_body_bytes),
      .header_timeout = listen.header_timeout,
      .body_timeout = listen.body_timeout,
      .idle_timeout = listen.idle_timeout,
      .write_timeout = listen.write_timeout,
  };
  if (listen.tls) {
    options.tls = {.certificate_file = listen.tls->certificate, .key_file = listen.tls->key};
  }
  return options;
}

std::string Url(const ListenConfig& listen, std::uint16_t port) {
  const bool is_v6 = listen.address.find(':') != std::string::npos;
  return std::string(listen.tls ? "https://" : "http://") +
         (is_v6 ? "[" + listen.address + "]" : listen.address) + ":" + std::to_string(port);
}

/// Signals are taken one by one by the thread that waits for them; no other thread sees them.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

/// As many descriptors as the process may have: a connection takes one.
void RaiseDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// Reads the configuration again and says what came of it.
void Reload(Host& host, HttpServer& server, bool has_tls) {
  const absl::Status status =
      host.Reload([&] { return has_tls ? server.ReloadTls() : absl::OkStatus(); });
  if (status.ok()) {
    host.log()->Write(LogLine("info", "reloaded"));
    return;
  }
  std::string reasons = MessageOf(status);
  host.log()->Write(std::move(LogLine("error", "reload_refused").Text("reasons", reasons)));
}

int Drain(Host& host, HttpServer& server, absl::Duration patience) {
  host.log()->Write(LogLine("info", "draining"));
  const absl::Time deadline = absl::Now() + patience;
  const absl::Status drained = server.Drain(deadline);
  const absl::Status settled = host.Shutdown(std::max(deadline, absl::Now() + absl::Seconds(1)));
  if (drained.ok() && settled.ok()) {
    host.log()->Write(LogLine("info", "stopped"));
    return kSuccess;
  }
  host.log()->Write(
      std::move(LogLine("error", "stopped")
                    .Text("reason", "requests were cut off: the drain took too long")));
  return kFailure;
}

int Fail(const absl::Status& status) {
  std::cerr << MessageOf(status) << '\n';
  return kFailure;
}

int Serve(HostConfig config, const ListenConfig& listen) {
  const sigset_t signals = BlockSignals();
  RaiseDescriptorLimit();
  const auto log = std::make_shared<Log>(STDERR_FILENO);
  auto host = Host::Open(std::move(config), log);
  if (!host.ok()) return Fail(host.status());
  Host& running = **host;
  auto admin = Admin::Open(running);
  if (!admin.ok()) return Fail(admin.status());
  if (const absl::Status status = running.Start(); !status.ok()) return Fail(status);
  (*admin)->Start();
  ServerOptions options = ServerOptionsOf(listen);
  options.body_limit = [&running](std::string_view target) { return running.MaxBodyBytes(target); };
  auto server = HttpServer::Start(
      options,
      [&running](omni::WebhookRequest request, omni::Completion<ServerResponse> done) {
        running.Handle(std::move(request), std::move(done));
      },
      [&running](const omni::WebhookRequest& request, int status, std::string_view code,
                 std::string_view message) {
        return running.FormatError(request, status, code, message);
      });
  if (!server.ok()) return Fail(server.status());
  const std::string url = Url(listen, (*server)->port());
  running.SetOwnUrl(url);
  (*admin)->SetServer([&serving = **server] { return serving.stats(); });
  std::cout << "listening on " << url << std::endl;
  while (true) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) break;
    Reload(running, **server, listen.tls.has_value());
  }
  const int result = Drain(running, **server, listen.drain_timeout);
  (*admin)->Stop();
  return result;
}

}  // namespace

int RunServe(std::span<char* const> arguments) {
  const auto parsed = Arguments::Parse(arguments, {.values = {"--config", "--listen"}});
  if (!parsed || !HasConfig(*parsed)) return kUsage;
  auto config = LoadConfigArgument(*parsed);
  if (!config) return kFailure;
  ListenConfig listen = config->listen;
  if (const auto given = parsed->Value("--listen"); given && !ReadListen(*given, listen)) {
    std::cerr << "omni: --listen: expected ADDR:PORT, as 127.0.0.1:8080\n";
    return kUsage;
  }
  return Serve(*std::move(config), listen);
}

}  // namespace host
