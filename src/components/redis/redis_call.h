/// \file
/// Some commands of one caller, who may wait for the answers.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "components/redis/redis_script.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: thread-safe.
class RedisCall {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  explicit RedisCall(std::vector<RedisCommand> commands)
      : commands_(std::move(commands)), answers_(commands_.size()), left_(commands_.size()) {}

  [[nodiscard]] const std::vector<RedisCommand>& commands() const { return commands_; }

  /// The answer to one of the commands; each is answered once.
  void Answer(std::size_t index, std::int64_t number);
  /// All of it failed; why, for a person.
  void Fail(std::string why);
  /// Whether nobody waits for it any more.
  [[nodiscard]] bool is_over() const { return is_over_; }

  /// What it failed of already; OK while it goes on, and when it went well.
  [[nodiscard]] absl::Status failure() const;
  /// Waits for every answer. Errors: Unavailable, also when the time is over.
  [[nodiscard]] absl::Status Await(SteadyTime until);
  /// In the order of the commands, once Await has said OK.
  [[nodiscard]] std::vector<std::int64_t> answers() const;

 private:
  void End(std::string why) OMNI_REQUIRES(mutex_);
  [[nodiscard]] absl::Status Outcome() const OMNI_REQUIRES(mutex_);

  const std::vector<RedisCommand> commands_;
  std::atomic<bool> is_over_ = false;
  mutable Mutex mutex_;
  std::condition_variable_any over_;
  std::vector<std::int64_t> answers_ OMNI_GUARDED_BY(mutex_);
  std::size_t left_ OMNI_GUARDED_BY(mutex_);
  std::string failure_ OMNI_GUARDED_BY(mutex_);  // empty: none
};

}  // namespace internal
}  // namespace omni::inline v0_1
