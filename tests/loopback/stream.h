/// \file
/// The server's end of a connection, with or without TLS.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace omni::loopback {

/// Thread safety: confined, but for Abort.
class Stream {
 public:
  /// Owns the socket. With `tls`, Handshake comes before all else.
  Stream(int socket, SSL_CTX* tls);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void Handshake();
  /// How much was read; 0 at the end, which an error is too.
  std::size_t Read(std::span<char> buffer);
  /// Whether all was written.
  bool Write(std::string_view bytes);
  /// Ends what waits in Read or Write, from any thread.
  void Abort() const;

 private:
  const int socket_;
  std::unique_ptr<SSL, void (*)(SSL*)> tls_ = {nullptr, SSL_free};
};

}  // namespace omni::loopback
