/// \file
/// A Redis of the test's own, on a free loopback port.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace omni::inline v0_1 {
namespace testing {

/// Keeps what it was told over a crash: every write is synced. Stopped when it goes.
///
/// Thread safety: confined.
class RedisServer {
 public:
  /// Takes a folder and a port and starts, with more of redis-server's options.
  explicit RedisServer(std::vector<std::string> more = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  /// Starts it again in the same place; true when it answers.
  [[nodiscard]] bool Start();
  /// kill -9.
  void Kill();
  [[nodiscard]] bool is_running() const { return pid_ > 0; }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string socket() const { return folder_ + "/redis.sock"; }

  /// Sends a command and gives the reply as text: `OK`, `3`, `a b c`, `ERR …`; `-` without one.
  std::string Ask(const std::vector<std::string>& words) const;

 private:
  std::string folder_;
  int port_ = 0;
  std::vector<std::string> more_;
  pid_t pid_ = -1;
};

}  // namespace testing
}  // namespace omni::inline v0_1
