/// \file
/// The thread that speaks with Redis.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "components/backoff.h"
#include "components/redis/redis_call.h"
#include "components/redis/redis_connection.h"
#include "omni/components/redis.h"

namespace omni::inline v0_1 {
namespace internal {

/// Keeps one connection, sends what callers post without waiting for answers in between, and
/// connects again when it breaks. What was sent and not answered is sent again: every script gives
/// its caller the same answer twice.
///
/// Thread safety: thread-safe.
class RedisLoop {
 public:
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<RedisLoop>> Start(RedisOptions options);
  /// Sends what is waiting, as long as Redis answers and for `call_timeout` at most; fails the
  /// rest.
  ~RedisLoop();
  RedisLoop(const RedisLoop&) = delete;
  RedisLoop& operator=(const RedisLoop&) = delete;

  void Post(const std::shared_ptr<RedisCall>& call);
  [[nodiscard]] const RedisOptions& options() const { return options_; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  struct Item {
    std::shared_ptr<RedisCall> call = {};
    std::size_t index = 0;
    bool with_source = false;  ///< Redis did not know the script
    SteadyTime sent = {};
  };

  RedisLoop(RedisOptions options, int wake);

  void Run();
  void Turn();
  /// Nobody waits for the end of a claim, but it should come to Redis.
  void Flush();
  [[nodiscard]] bool TakeInbox();
  void ConnectIfDue();
  void Greet();
  void FillWindow();
  void Send(Item item);
  void Poll();
  [[nodiscard]] SteadyTime NextDeadline() const;
  absl::Status Serve(std::int16_t events);
  absl::Status TakeReplies();
  absl::Status OnGreetingReply(const RedisReply& reply);
  absl::Status OnReply(const RedisReply& reply);
  void OnLost(const absl::Status& status);
  void FailAll(const std::string& why);

  const RedisOptions options_;
  const Backoff backoff_;
  const int wake_;  ///< an eventfd
  std::thread thread_;

  Mutex mutex_;
  std::vector<std::shared_ptr<RedisCall>> inbox_ OMNI_GUARDED_BY(mutex_);
  std::size_t pending_ OMNI_GUARDED_BY(mutex_) = 0;  ///< commands in the inbox or behind it
  bool stopping_ OMNI_GUARDED_BY(mutex_) = false;
  std::string down_ OMNI_GUARDED_BY(mutex_);  ///< why there is no connection; empty when not known

  // The thread's own.
  std::deque<Item> waiting_;
  std::deque<Item> sent_;
  std::unique_ptr<RedisConnection> connection_;
  std::size_t greetings_ = 0;  ///< replies that are due before the connection can be used
  std::array<std::string, kRedisScriptCount> digests_;
  SteadyTime established_ = {};
  SteadyTime connect_deadline_ = {};
  SteadyTime next_attempt_ = {};
  int failures_ = 0;
};

}  // namespace internal
}  // namespace omni::inline v0_1
