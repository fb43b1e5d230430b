#include "components/aws/credentials_cache.h"

#include <algorithm>
#include <string>
#include <utility>

#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr absl::Duration kRefreshBefore = absl::Minutes(5);
constexpr absl::Duration kUnusableBefore = absl::Seconds(10);  // a request takes its time
constexpr absl::Duration kMinPause = absl::Milliseconds(500);
constexpr absl::Duration kMaxPause = absl::Minutes(1);

absl::Status NoCredentials(const std::string& why) {
  return MakeError(absl::StatusCode::kUnavailable, "no AWS credentials: " + why,
                   {.reason = "aws_credentials_missing", .blame = Blame::kHost});
}

}  // namespace

void CredentialsCache::Get(CredentialsDone done) {
  const absl::Time now = clock_->Now();
  const bool is_usable = current_ != nullptr && current_->expires - kUnusableBefore > now;
  const bool is_fresh = is_usable && current_->expires - kRefreshBefore > now;
  if (is_fresh) return std::move(done)(current_);
  if (is_usable) {
    std::move(done)(current_);
  } else {
    if (!is_fetching_ && now < retry_at_) {
      return std::move(done)(NoCredentials("a moment ago, " + problem_));
    }
    waiting_.push_back(std::move(done));
  }
  if (!is_fetching_ && now >= retry_at_) Fetch();
}

void CredentialsCache::Reject(const AwsCredentialsPtr& credentials) {
  if (current_ == credentials) current_ = nullptr;
}

void CredentialsCache::Fetch() {
  is_fetching_ = true;
  Ask(chosen_.value_or(0));
}

void CredentialsCache::Ask(std::size_t index) {
  if (index == sources_.size()) return Finish(NoCredentials("nobody has some"));
  sources_[index]([self = shared_from_this(), index](absl::StatusOr<AwsCredentialsPtr> answer) {
    self->OnAnswer(index, std::move(answer));
  });
}

void CredentialsCache::OnAnswer(std::size_t index, absl::StatusOr<AwsCredentialsPtr> answer) {
  if (absl::IsNotFound(answer.status())) {
    if (chosen_) {  // it had some before: begin again with the first
      chosen_.reset();
      return Finish(NoCredentials("who gave some has none now"));
    }
    return Ask(index + 1);
  }
  if (answer.ok()) chosen_ = index;
  Finish(std::move(answer));
}

void CredentialsCache::Finish(absl::StatusOr<AwsCredentialsPtr> result) {
  is_fetching_ = false;
  if (result.ok()) {
    current_ = *result;
    failures_ = 0;
    problem_ = "they were not taken";
    // Whoever hands out what has almost ended is not to be asked for each request.
    retry_at_ = clock_->Now() + kMinPause;
  } else {
    problem_ = std::string(result.status().message());
    const absl::Duration pause = kMinPause * (1 << std::min(failures_++, 8));
    retry_at_ = clock_->Now() + std::min(pause, kMaxPause);
  }
  std::vector<CredentialsDone> waiting;
  waiting.swap(waiting_);
  for (CredentialsDone& done : waiting) {
    if (result.ok()) {
      std::move(done)(current_);
    } else {
      std::move(done)(NoCredentials(problem_));
    }
  }
}

}  // namespace internal
}  // namespace omni::inline v0_1
