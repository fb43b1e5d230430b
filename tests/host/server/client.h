/// \file
/// The other end of the server's connections, which sends what no decent client sends.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace host {

struct Reply {
  int status = 0;  ///< 0: the connection ended, or ten seconds went by
  std::string head = {};
  std::string body = {};

  /// The value of a field; empty when there is none.
  [[nodiscard]] std::string Field(std::string_view name) const;
};

/// Thread safety: confined.
class Client {
 public:
  explicit Client(std::uint16_t port);
  /// Over TLS, believing any certificate.
  Client(std::uint16_t port, SSL_CTX* tls);
  ~Client();
  Client(Client&& other) noexcept;
  Client& operator=(Client&&) = delete;

  /// Whether the kernel took all of it.
  bool Send(std::string_view bytes);
  void EndSending();
  /// Sends no FIN but a reset.
  void Vanish();
  /// Makes the kernel hold little of what is not read.
  void ReadLittle();

  /// The next answer, without a body when it is one to HEAD.
  Reply Read(bool is_head = false);
  /// Whatever comes next.
  std::string ReadSome();
  /// Everything until the end of the connection; nothing when it does not end in ten seconds.
  std::optional<std::string> ReadToEnd();
  /// Whether the server ends the connection, in ten seconds, with nothing more to say.
  bool SeesEnd() { return ReadToEnd() == ""; }

  /// The subject of the certificate that the server showed.
  [[nodiscard]] std::string CertificateName() const;
  [[nodiscard]] SSL* tls() const { return tls_.get(); }

 private:
  bool Fill();

  int socket_;
  bool has_timed_out_ = false;
  std::unique_ptr<SSL, void (*)(SSL*)> tls_ = {nullptr, SSL_free};
  std::string unread_;
};

}  // namespace host
