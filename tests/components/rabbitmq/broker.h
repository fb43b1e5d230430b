/// \file
/// A RabbitMQ of a test's own, on the loopback interface, which the test may kill.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "loopback/certificate.h"

namespace omni::loopback {

/// Its state goes with it, and so do its processes, even when the test is killed.
///
/// Thread safety: thread-compatible.
class Broker {
 public:
  Broker();
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  /// The one that the tests of a program share.
  static Broker& Shared();

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int tls_port() const { return tls_port_; }
  [[nodiscard]] std::string Url() const { return Url(port_); }
  /// By way of another port.
  [[nodiscard]] static std::string Url(int port);
  /// The certificate that it shows, for `localhost`; a file.
  [[nodiscard]] std::string ca_file() const { return directory_ / "certificate.pem"; }
  [[nodiscard]] std::string key_file() const { return directory_ / "key.pem"; }

  /// Starts it on the state that is there, and waits until it takes connections.
  void Start();
  /// As kill -9 does. Waits until nothing is left of it.
  void Kill();
  /// Waits until the quorum queue outlives Kill. The broker answers a declaration before it has
  /// written down which member is the queue's; killed before, it comes back with an empty one.
  void AwaitOnDisk(const std::string& queue) const;
  /// rabbitmqctl. Whether it said yes.
  [[nodiscard]] bool Control(const std::vector<std::string>& arguments) const;

 private:
  void WriteConfiguration() const;
  [[nodiscard]] std::vector<std::string> Environment() const;
  [[nodiscard]] pid_t Spawn(const std::vector<std::string>& command, const std::string& log) const;
  void Guard();
  [[nodiscard]] bool AcceptsConnections() const;

  std::filesystem::path directory_;
  Certificate certificate_{"DNS:localhost"};
  const int port_;
  const int tls_port_;
  const int distribution_port_;
  const int epmd_port_;
  pid_t epmd_ = -1;
  pid_t group_ = -1;
  pid_t guard_ = -1;
  int guard_pipe_ = -1;
};

}  // namespace omni::loopback
