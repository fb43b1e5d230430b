/// \file
/// A TCP connection by way of somebody who can cut it.
#pragma once

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace omni::loopback {

/// Thread safety: thread-safe.
class Proxy {
 public:
  /// Passes everything on to that port of the loopback interface.
  explicit Proxy(int target_port);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  [[nodiscard]] int port() const { return port_; }
  /// Ends all connections at once; what is on its way is lost.
  void Cut();
  /// Keeps back what the server says, as long as it is set.
  void HoldAnswers(bool hold) { holds_answers_ = hold; }
  /// Answers that were ever kept back.
  [[nodiscard]] int held_answers() const { return held_answers_; }

 private:
  void Accept();
  void Pass(int from, int to, bool is_answer);

  const int target_port_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> holds_answers_ = false;
  std::atomic<int> held_answers_ = 0;
  std::atomic<bool> is_closing_ = false;
  std::mutex mutex_;
  std::vector<int> sockets_;  // all that ever were; closed at the end, so no number is used twice
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace omni::loopback
