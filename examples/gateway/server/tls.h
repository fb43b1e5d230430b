// The server's certificate, which may be renewed while it runs.
#pragma once

#include <memory>
#include <mutex>

#include "absl/status/status.h"
#include "http_server.h"

struct ssl_ctx_st;

namespace host::internal {

/// Thread safety: thread-safe.
class TlsCertificate {
 public:
  explicit TlsCertificate(TlsOptions options) : options_(std::move(options)) {}

  /// Reads the files. Errors: InvalidArgument; then what was read before stays.
  absl::Status Load();
  /// What the next connection is to use.
  [[nodiscard]] std::shared_ptr<ssl_ctx_st> current() const;

 private:
  const TlsOptions options_;
  mutable std::mutex mutex_;
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace host::internal
