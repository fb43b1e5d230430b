/// \file
/// A server with a handler that answers when a test says so.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/server/client.h"
#include "server/http_server.h"

namespace host {

/// Knows these targets; every other one is answered 200 at once, with a line that tells the
/// request: its method, target and body.
///
///     /later…    when the test calls Answer
///     /dropped   never: the completion is destroyed
///     /stream    with a stream, which Stream gives
///     /big       with a body of 8 MiB
///
/// Thread safety: thread-safe.
class Harness {
 public:
  explicit Harness(ServerOptions options = {});
  ~Harness();

  [[nodiscard]] HttpServer& server() { return *server_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Client Connect() const { return Client(port_); }
  void StopServer() { server_.reset(); }

  /// Every request that reached the handler.
  [[nodiscard]] std::vector<omni::WebhookRequest> requests() const;
  /// Whether that many did, in ten seconds.
  [[nodiscard]] bool WaitForRequests(std::size_t count) const;
  /// Answers the request for that target, as soon as there is one. From the calling thread.
  void Answer(const std::string& target, std::string body = "");
  [[nodiscard]] std::shared_ptr<ResponseStream> Stream();

 private:
  void Handle(omni::WebhookRequest request, omni::Completion<ServerResponse> done);

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<omni::WebhookRequest> requests_;
  std::map<std::string, omni::Completion<ServerResponse>> later_;
  std::vector<std::shared_ptr<ResponseStream>> streams_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
};

/// Whether the condition comes true in ten seconds.
bool Eventually(const std::function<bool()>& condition);

/// `POST target` with that body and `Content-Length`; `fields` are lines with their CRLF.
std::string Post(std::string_view target, std::string_view body, std::string_view fields = "");
std::string Get(std::string_view target, std::string_view fields = "");

}  // namespace host
