/// \file
/// An HTTP client on libcurl, for the requests that adapters ask the host to make.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/ports/http_client.h"

namespace omni::inline v0_1 {

struct CurlHttpClientOptions {
  std::size_t max_in_flight = 256;            ///< requests; one more is refused at once
  std::size_t max_connections_per_host = 16;  ///< requests beyond wait for one of them
  std::size_t max_response_bytes = 1024 * 1024;
  std::size_t max_response_header_bytes = 64 * 1024;

  /// For resolving the name, connecting and TLS, at each attempt.
  absl::Duration connect_timeout = absl::Seconds(3);
  int max_attempts = 3;
  absl::Duration min_backoff = absl::Milliseconds(200);  ///< doubled after each attempt
  absl::Duration max_backoff = absl::Seconds(5);

  std::string ca_file = {};  ///< certificates to trust, PEM, instead of the system's
};

/// A client with a thread of its own, which makes all requests, keeps connections for the next ones
/// and calls the completions. A completion must not block it.
///
/// - The body is sent byte for byte, and the headers as they are, with `Host` and `Content-Length`
///   and nothing else added. Fields that belong to the connection (`Host`, `Content-Length`,
///   `Transfer-Encoding`, `Connection`, `Expect` and their like) are the client's own: those of the
///   request are left out.
/// - A request is made again after a failure of the connection, a 429 or a 5xx, as long as attempts
///   and `timeout` last: with growing, jittered pauses, or as long as `Retry-After` asks. So it may
///   arrive more than once. The last answer is the result.
/// - HTTP/1.1 and TLS 1.2 or later, with certificates verified. Redirects are answers like others.
///   Proxies that the environment names are not used.
/// - Destroying the client completes what is pending with Cancelled. It waits for the thread,
/// unless
///   it is this thread that destroys it.
///
/// Errors of a request, by reason: `http_client_busy` (Unavailable), `invalid_request`
/// (InvalidArgument), `timeout` (DeadlineExceeded), `address_not_public` (PermissionDenied),
/// `response_too_large` (ResourceExhausted), `name_unresolved`, `connection_failed`,
/// `connection_lost`, `tls_failed`, `certificate_untrusted`, `invalid_response` (Unavailable).
///
/// Errors: InvalidArgument (an option), Unavailable (no thread or no descriptor is left),
/// FailedPrecondition (a libcurl without TLS or asynchronous name resolution).
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::shared_ptr<HttpClient>> MakeCurlHttpClient(
    const CurlHttpClientOptions& options);

}  // namespace omni::inline v0_1
