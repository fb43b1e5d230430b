#include "components/redis/redis_call.h"

#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {

void RedisCall::End(std::string why) {
  if (is_over_) return;
  failure_ = std::move(why);
  is_over_ = true;
  over_.notify_all();
}

void RedisCall::Answer(std::size_t index, std::int64_t number) {
  MutexLock lock(mutex_);
  if (is_over_) return;
  answers_[index] = number;
  if (--left_ == 0) End({});
}

void RedisCall::Fail(std::string why) {
  MutexLock lock(mutex_);
  End(std::move(why));
}

absl::Status RedisCall::Await(SteadyTime until) {
  MutexLock lock(mutex_);
  while (!is_over_) {
    if (over_.wait_until(mutex_, until) == std::cv_status::timeout) {
      End("Redis did not answer in time");
    }
  }
  return Outcome();
}

absl::Status RedisCall::failure() const {
  MutexLock lock(mutex_);
  return Outcome();
}

absl::Status RedisCall::Outcome() const {
  if (failure_.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, failure_,
                   {.reason = "redis_unavailable", .blame = Blame::kDependency});
}

std::vector<std::int64_t> RedisCall::answers() const {
  MutexLock lock(mutex_);
  return answers_;
}

}  // namespace internal
}  // namespace omni::inline v0_1
