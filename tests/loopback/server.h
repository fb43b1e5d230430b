/// \file
/// An HTTP server on the loopback interface that does exactly what a test says, also what no decent
/// server does.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "loopback/certificate.h"
#include "loopback/stream.h"

namespace omni::loopback {

/// What came over a connection, byte for byte.
struct Request {
  std::size_t connection = 0;  ///< from 0, in the order of the connections
  std::chrono::steady_clock::time_point at = {};
  std::string head = {};  ///< up to and with the empty line
  std::string body = {};
};

struct Reply {
  enum class Then { kGoOn, kClose, kKeepSilent };

  std::string bytes = {};
  Then then = Then::kGoOn;

  /// A complete answer. `fields` are header lines with their CRLF.
  static Reply Answer(int status, std::string_view body, std::string_view fields = "");
  static Reply Close() { return {.bytes = "", .then = Then::kClose}; }
  static Reply Silence() { return {.bytes = "", .then = Then::kKeepSilent}; }
};

/// Thread safety: thread-safe.
class Server {
 public:
  /// Called on the connection's thread.
  using Handler = std::function<Reply(const Request&)>;

  explicit Server(Handler handler, const std::optional<Certificate>& certificate = std::nullopt);
  /// Ends its connections.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::string Url(std::string_view target) const { return Url("127.0.0.1", target); }
  [[nodiscard]] std::string Url(std::string_view host, std::string_view target) const;
  [[nodiscard]] int port() const { return port_; }

  [[nodiscard]] std::vector<Request> requests() const;
  [[nodiscard]] std::size_t connections() const;
  /// Whether that many requests have come, within ten seconds.
  [[nodiscard]] bool WaitForRequests(std::size_t count) const;

 private:
  void Accept();
  void Serve(Stream& stream, std::size_t connection);
  std::optional<Request> ReadRequest(Stream& stream, std::string& unread) const;
  void Remember(const Request& request);

  const Handler handler_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> tls_ = {nullptr, SSL_CTX_free};
  int listener_ = -1;
  int port_ = 0;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool is_closing_ = false;
  std::vector<Request> requests_;
  std::list<const Stream*> open_;
  std::size_t connection_count_ = 0;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace omni::loopback
