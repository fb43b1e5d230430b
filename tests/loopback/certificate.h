/// \file
/// A certificate of a test's own.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace omni::loopback {

/// A self-signed certificate and its key, fresh.
///
/// Thread safety: immutable.
class Certificate {
 public:
  /// `name` is what it is for: `IP:127.0.0.1`, `DNS:localhost`; `subject` tells it from others.
  explicit Certificate(const std::string& name, const std::string& subject = "a test of omni");

  /// The certificate, for those who are to trust it.
  [[nodiscard]] std::string Pem() const;
  /// Its key, for a server that reads files.
  [[nodiscard]] std::string KeyPem() const;
  /// Lets a TLS server show it.
  void Use(SSL_CTX* context) const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
};

}  // namespace omni::loopback
