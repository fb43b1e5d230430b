#include "http_server.h"

#include <future>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "listener.h"
#include "loop.h"
#include "tally.h"
#include "tls.h"

host::ServerResponse omni::CompletionTraits<host::ServerResponse>::Cancelled() {
  return {.response = {.status = 0}};
}

namespace host {
namespace internal {
namespace {

absl::Status Check(const ServerOptions& options) {
  const auto is_time = [](absl::Duration time) { return time > absl::ZeroDuration(); };
  if (options.threads < 1) return absl::InvalidArgumentError("there must be a thread to serve");
  if (options.max_connections == 0 || options.max_in_flight == 0 || options.max_headers == 0 ||
      options.max_target_bytes == 0 || options.max_header_bytes == 0) {
    return absl::InvalidArgumentError("a limit of nothing refuses everything");
  }
  if (options.max_body_bytes > std::numeric_limits<std::uint32_t>::max()) {
    return absl::InvalidArgumentError("a body may have 4 GiB at most");
  }
  if (!is_time(options.header_timeout) || !is_time(options.body_timeout) ||
      !is_time(options.idle_timeout) || !is_time(options.write_timeout)) {
    return absl::InvalidArgumentError("a timeout must be longer than nothing");
  }
  if (options.tls.certificate_file.empty() != options.tls.key_file.empty()) {
    return absl::InvalidArgumentError("TLS needs a certificate and its key");
  }
  return absl::OkStatus();
}

class Server final : public HttpServer {
 public:
  Server(const ServerOptions& options, Handler handler, ErrorFormatter format_error)
      : service_{.options = options,
                 .handler = std::move(handler),
                 .format_error = std::move(format_error),
                 .tally = std::make_shared<Tally>(options)} {}
  ~Server() override {
    for (const auto& loop : loops_) loop->Stop();
  }

  absl::Status Start() {
    const TlsOptions& tls = service_.options.tls;
    if (!tls.certificate_file.empty()) {
      service_.tls = std::make_unique<TlsCertificate>(tls);
      if (absl::Status status = service_.tls->Load(); !status.ok()) return status;
    }
    for (int i = 0; i < service_.options.threads; ++i) {
      loops_.push_back(std::make_unique<Loop>(service_));
      if (!loops_.back()->is_open()) return absl::UnavailableError("no descriptor is left");
    }
    listener_ = std::make_unique<Listener>(loops_, *service_.tally);
    if (absl::Status status = listener_->Open(service_.options); !status.ok()) return status;
    if (absl::Status status = listener_->Start(); !status.ok()) return status;
    for (const auto& loop : loops_) loop->Start();
    return absl::OkStatus();
  }

  [[nodiscard]] std::uint16_t port() const override { return listener_->port(); }
  [[nodiscard]] ServerStats stats() const override { return service_.tally->stats(); }

  absl::Status ReloadTls() override {
    if (service_.tls == nullptr) return absl::FailedPreconditionError("the server has no TLS");
    return service_.tls->Load();
  }

  absl::Status Drain(absl::Time deadline) override {
    std::promise<void> closed;
    loops_.front()->mailbox()->Post([&] {
      listener_->Finish();
      for (const auto& loop : loops_) {
        loop->mailbox()->Post([loop = loop.get()] { loop->BeginDrain(); });
      }
      closed.set_value();
    });
    closed.get_future().wait();
    if (service_.tally->WaitUntilNoneLeft(deadline)) return absl::OkStatus();
    for (const auto& loop : loops_) {
      loop->mailbox()->Post([loop = loop.get()] { loop->CutAll(); });
    }
    [[maybe_unused]] const bool none_left =
        service_.tally->WaitUntilNoneLeft(absl::InfiniteFuture());
    if (!service_.tally->HasCut()) return absl::OkStatus();
    return absl::DeadlineExceededError("answers were cut before they had ended");
  }

 private:
  Service service_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace
}  // namespace internal

std::shared_ptr<ServerThread> ServerThread::Current() {
  const internal::Loop* const loop = internal::Loop::Current();
  return loop == nullptr ? nullptr : loop->mailbox();
}

void ServerThread::RunAtEndOfRound(Task task) {
  internal::Loop::Current()->RunAtEndOfRound(std::move(task));
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const ServerOptions& options,
                                                              Handler handler,
                                                              ErrorFormatter format_error) {
  if (absl::Status status = internal::Check(options); !status.ok()) return status;
  auto server =
      std::make_unique<internal::Server>(options, std::move(handler), std::move(format_error));
  if (absl::Status status = server->Start(); !status.ok()) return status;
  return server;
}

}  // namespace host
