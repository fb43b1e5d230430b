// The front end: HTTP/1.1 over TCP and TLS, for any handler of requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/http.h"
#include "omni/ports/completion.h"

namespace host {

/// A body that goes on after its head was sent: server-sent events.
///
/// Thread safety: thread-safe.
class ResponseStream {
 public:
  virtual ~ResponseStream() = default;
  /// Sends a chunk, in the order of the calls. False when the client is gone or reads too slowly to
  /// keep up; then the stream is closed, and whoever feeds it forgets it.
  virtual bool Write(std::string chunk) = 0;
  virtual void Close() = 0;
};

struct ServerResponse {
  omni::HttpResponse response = {};
  /// Set: the body follows by this stream, chunked, and `response.body` is its beginning.
  absl::AnyInvocable<void(std::shared_ptr<ResponseStream>)&&> on_stream = {};
};

}  // namespace host

/// A request that was dropped is answered 503, which has the status 0 until the server formats it:
/// the carrier retries.
template <>
struct omni::CompletionTraits<host::ServerResponse> {
  static host::ServerResponse Cancelled();
};

namespace host {

struct TlsOptions {
  std::string certificate_file = {};  ///< PEM, the chain from the server's own on; empty: no TLS
  std::string key_file = {};          ///< PEM
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any that is free
  int threads = 2;            ///< each with an event loop of its own
  TlsOptions tls = {};

  std::size_t max_connections = 20'000;  ///< beyond this the connections idle longest are closed
  std::size_t max_in_flight = 4'096;     ///< requests; one more is answered 503 with Retry-After
  std::size_t max_in_flight_bytes = std::size_t{256} << 20;  ///< of their bodies
  std::size_t max_body_bytes = std::size_t{4} << 20;
  /// By the request's path and query, in place of max_body_bytes. Called on the server's threads
  /// before the body is read, perhaps several times at once; null: all are alike.
  std::function<std::size_t(std::string_view target)> body_limit = {};
  std::size_t max_target_bytes = std::size_t{16} << 10;
  std::size_t max_header_bytes = std::size_t{32} << 10;
  std::size_t max_headers = 100;
  absl::Duration header_timeout = absl::Seconds(10);  ///< from the first byte of a request
  absl::Duration body_timeout = absl::Seconds(30);
  absl::Duration idle_timeout = absl::Seconds(75);      ///< between two requests of a connection
  absl::Duration write_timeout = absl::Seconds(30);     ///< for each 64 KiB that a client is behind
  std::size_t max_stream_bytes = std::size_t{1} << 20;  ///< that a ResponseStream may be ahead
};

/// What the server counts by itself.
struct ServerStats {
  std::size_t connections = 0;
  std::size_t in_flight = 0;
  std::uint64_t accepted_connections = 0;
  std::uint64_t refused_requests = 0;  ///< malformed or beyond a limit; no handler saw them
  std::uint64_t shed_requests = 0;     ///< 503: too many in flight
};

/// One of the threads on which a server's handlers are called, for what they begin and what ends on
/// other threads. May outlive its server.
///
/// Thread safety: thread-safe.
class ServerThread {
 public:
  using Task = absl::AnyInvocable<void() &&>;

  virtual ~ServerThread() = default;
  /// Has the task run there, in the order of the calls. False when the server has ended: then the
  /// task is left as it was.
  virtual bool Post(Task&& task) = 0;

  /// The calling one; null when it is none.
  [[nodiscard]] static std::shared_ptr<ServerThread> Current();
  /// Runs the task on the calling one, when all requests that have come are handed out and before
  /// it waits for more: for what is cheaper done for all of them together. The caller is one.
  static void RunAtEndOfRound(Task task);
};

/// Serves until it is drained.
///
/// Thread safety: thread-safe.
class HttpServer {
 public:
  /// Called on one of the server's threads; must not block it. The completion may be called at
  /// once or on any thread. Answers leave a connection in the order of its requests.
  using Handler =
      absl::AnyInvocable<void(omni::WebhookRequest, omni::Completion<ServerResponse>) const>;
  /// Makes the answer of a request that no handler sees, because it is malformed or beyond a limit:
  /// from what is known of it, which may be nothing, its status, the contract's error code and a
  /// sentence for a person.
  using ErrorFormatter =
      absl::AnyInvocable<omni::HttpResponse(const omni::WebhookRequest& request, int status,
                                            std::string_view code, std::string_view message) const>;

  /// Opens the port and begins to serve.
  ///
  /// Errors: InvalidArgument (an option, a certificate), Unavailable (the address cannot be bound).
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const ServerOptions& options,
                                                           Handler handler,
                                                           ErrorFormatter format_error);

  virtual ~HttpServer() = default;
  /// The port that was bound.
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// Reads certificate and key again, for connections that come from now on; on error the old ones
  /// stay in force.
  virtual absl::Status ReloadTls() = 0;
  [[nodiscard]] virtual ServerStats stats() const = 0;
  /// Stops accepting, answers what is under way, closes streams and idle connections, and returns
  /// when all connections are closed; the rest is cut at the deadline. Errors: DeadlineExceeded
  /// when an answer was cut. A request that has not come whole was acknowledged to nobody.
  virtual absl::Status Drain(absl::Time deadline) = 0;
};

}  // namespace host
