#include "components/redis/redis_loop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "components/thread.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Commands that were sent and not answered, at most.
constexpr std::size_t kWindow = 1'000;

using std::chrono::steady_clock;

std::chrono::nanoseconds Nanoseconds(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

int MillisecondsUntil(steady_clock::time_point deadline) {
  if (deadline == steady_clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

/// Whether the server says that it is not (or not any more) the one to ask: after a failover the
/// address leads to another. Servers before 7 put what a script met behind words of their own.
bool IsWrongServer(std::string_view error) {
  for (const std::string_view code : {"READONLY ", "MASTERDOWN ", "NOAUTH ", "LOADING "}) {
    if (error.find(code) != error.npos) return true;
  }
  return false;
}

std::string FirstWord(std::string_view text) { return std::string(text.substr(0, text.find(' '))); }

}  // namespace

absl::StatusOr<std::unique_ptr<RedisLoop>> RedisLoop::Start(RedisOptions options) {
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) return absl::UnavailableError("no descriptor is left");
  std::unique_ptr<RedisLoop> loop(new RedisLoop(std::move(options), wake));
  OMNI_ASSIGN_OR_RETURN(loop->thread_, StartThread([raw = loop.get()] { raw->Run(); }));
  return loop;
}

RedisLoop::RedisLoop(RedisOptions options, int wake)
    : options_(std::move(options)),
      backoff_(options_.min_backoff, options_.max_backoff),
      wake_(wake) {}

RedisLoop::~RedisLoop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(wake_, 1);
  if (thread_.joinable()) thread_.join();
  close(wake_);
}

void RedisLoop::Post(const std::shared_ptr<RedisCall>& call) {
  std::string refusal;
  {
    MutexLock lock(mutex_);
    if (!down_.empty()) {
      refusal = down_;
    } else if (pending_ + call->commands().size() > options_.max_pending) {
      refusal = "too much is waiting for Redis";
    } else {
      pending_ += call->commands().size();
      inbox_.push_back(call);
    }
  }
  if (!refusal.empty()) return call->Fail(std::move(refusal));
  eventfd_write(wake_, 1);
}

void RedisLoop::Run() {
  while (TakeInbox()) Turn();
  Flush();
  FailAll("the store is closed");
}

void RedisLoop::Turn() {
  ConnectIfDue();
  FillWindow();
  Poll();
}

void RedisLoop::Flush() {
  const SteadyTime end = steady_clock::now() + Nanoseconds(options_.call_timeout);
  while (!(waiting_.empty() && sent_.empty()) && steady_clock::now() < end) Turn();
}

bool RedisLoop::TakeInbox() {
  eventfd_t count = 0;
  eventfd_read(wake_, &count);
  MutexLock lock(mutex_);
  for (auto& call : inbox_) {
    for (std::size_t i = 0; i < call->commands().size(); ++i) {
      waiting_.push_back({.call = call, .index = i});
    }
  }
  inbox_.clear();
  pending_ = waiting_.size() + sent_.size();
  return !stopping_;
}

void RedisLoop::ConnectIfDue() {
  const SteadyTime now = steady_clock::now();
  if (connection_ != nullptr || now < next_attempt_) return;
  connect_deadline_ = now + Nanoseconds(options_.connect_timeout);
  auto connection = RedisConnection::Begin(options_);
  if (!connection.ok()) return OnLost(connection.status());
  connection_ = *std::move(connection);
  Greet();
}

void RedisLoop::Greet() {
  greetings_ = 0;
  const auto say = [this](const std::vector<std::string_view>& words) {
    connection_->Append(words);
    ++greetings_;
  };
  const std::string_view password = options_.password.Reveal();
  if (!options_.user.empty()) {
    say({"AUTH", options_.user, password});
  } else if (!password.empty()) {
    say({"AUTH", password});
  }
  if (options_.database != 0) say({"SELECT", std::to_string(options_.database)});
  for (std::size_t i = 0; i < kRedisScriptCount; ++i) {
    say({"SCRIPT", "LOAD", SourceOf(static_cast<RedisScript>(i))});
  }
}

void RedisLoop::FillWindow() {
  if (connection_ == nullptr || greetings_ > 0) return;
  while (!waiting_.empty() && sent_.size() < kWindow) {
    Item item = std::move(waiting_.front());
    waiting_.pop_front();
    if (!item.call->is_over()) Send(std::move(item));
  }
}

void RedisLoop::Send(Item item) {
  const RedisCommand& command = item.call->commands()[item.index];
  std::vector<std::string_view> words;
  if (item.with_source) {
    words = {"EVAL", SourceOf(command.script)};
  } else {
    words = {"EVALSHA", digests_[static_cast<std::size_t>(command.script)]};
  }
  words.insert(words.end(), {"1", command.key});
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  connection_->Append(words);
  item.sent = steady_clock::now();
  sent_.push_back(std::move(item));
}

RedisLoop::SteadyTime RedisLoop::NextDeadline() const {
  if (connection_ == nullptr) return next_attempt_;
  if (greetings_ > 0) return connect_deadline_;
  if (sent_.empty()) return SteadyTime::max();
  return sent_.front().sent + Nanoseconds(options_.call_timeout);
}

void RedisLoop::Poll() {
  std::array<pollfd, 2> descriptors = {};
  descriptors[0] = {.fd = wake_, .events = POLLIN, .revents = 0};
  nfds_t count = 1;
  if (connection_ != nullptr) {
    const int events = POLLIN | (connection_->wants_write() ? POLLOUT : 0);
    descriptors[count++] = {
        .fd = connection_->descriptor(), .events = static_cast<std::int16_t>(events), .revents = 0};
  }
  const SteadyTime deadline = NextDeadline();
  poll(descriptors.data(), count, MillisecondsUntil(deadline));
  if (connection_ == nullptr) return;
  if (descriptors[1].revents != 0) {
    if (const absl::Status status = Serve(descriptors[1].revents); !status.ok()) OnLost(status);
  } else if (steady_clock::now() >= deadline) {
    OnLost(absl::UnavailableError("Redis does not answer"));
  }
}

absl::Status RedisLoop::Serve(std::int16_t events) {
  if (connection_->wants_write() && (events & POLLOUT) != 0) {
    OMNI_RETURN_IF_ERROR(connection_->Write());
  }
  // An error and the end of the connection are read as well.
  if ((events & (POLLIN | POLLERR | POLLHUP)) != 0) {
    OMNI_RETURN_IF_ERROR(connection_->Read());
    return TakeReplies();
  }
  return absl::OkStatus();
}

absl::Status RedisLoop::TakeReplies() {
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const auto reply, connection_->Next());
    if (!reply) return absl::OkStatus();
    if (greetings_ > 0) {
      OMNI_RETURN_IF_ERROR(OnGreetingReply(*reply));
    } else if (sent_.empty()) {
      return absl::UnavailableError("Redis answers what was not asked");
    } else {
      OMNI_RETURN_IF_ERROR(OnReply(*reply));
    }
  }
}

absl::Status RedisLoop::OnGreetingReply(const RedisReply& reply) {
  if (reply.kind == RedisReply::Kind::kError) {
    // No more than its code: the rest may quote the password.
    return absl::UnavailableError("Redis refuses the connection: " + FirstWord(reply.text));
  }
  if (greetings_ <= kRedisScriptCount) digests_[kRedisScriptCount - greetings_] = reply.text;
  if (--greetings_ > 0) return absl::OkStatus();
  established_ = steady_clock::now();
  MutexLock lock(mutex_);
  down_.clear();
  return absl::OkStatus();
}

absl::Status RedisLoop::OnReply(const RedisReply& reply) {
  const bool is_error = reply.kind == RedisReply::Kind::kError;
  // It stays with what was sent, and is sent again over the next connection.
  if (is_error && IsWrongServer(reply.text)) {
    return absl::UnavailableError("Redis refuses: " + FirstWord(reply.text));
  }
  Item item = std::move(sent_.front());
  sent_.pop_front();
  if (reply.kind == RedisReply::Kind::kNumber) {
    failures_ = 0;
    item.call->Answer(item.index, reply.number);
  } else if (reply.text.starts_with("NOSCRIPT") && !item.with_source) {
    item.with_source = true;
    if (!item.call->is_over()) Send(std::move(item));
  } else {
    item.call->Fail("Redis refuses: " + reply.text);
  }
  return absl::OkStatus();
}

void RedisLoop::OnLost(const absl::Status& status) {
  const SteadyTime now = steady_clock::now();
  const bool was_established = connection_ != nullptr && greetings_ == 0;
  connection_.reset();
  greetings_ = 0;
  if (was_established && now - established_ > Nanoseconds(options_.max_backoff)) failures_ = 0;
  ++failures_;
  if (was_established) {
    for (auto item = sent_.rbegin(); item != sent_.rend(); ++item) {
      item->with_source = false;
      waiting_.push_front(std::move(*item));
    }
    sent_.clear();
    next_attempt_ = failures_ == 1 ? now : now + Nanoseconds(backoff_.After(failures_ - 1));
    return;
  }
  next_attempt_ = now + Nanoseconds(backoff_.After(failures_));
  std::string why = "Redis is out of reach: ";
  why.append(status.message().data(), status.message().size());
  {
    MutexLock lock(mutex_);
    down_ = why;
  }
  FailAll(why);
}

void RedisLoop::FailAll(const std::string& why) {
  std::vector<std::shared_ptr<RedisCall>> calls;
  {
    MutexLock lock(mutex_);
    calls.swap(inbox_);
    pending_ = 0;
  }
  for (const auto& call : calls) call->Fail(why);
  for (const std::deque<Item>* items : {&waiting_, &sent_}) {
    for (const Item& item : *items) item.call->Fail(why);
  }
  waiting_.clear();
  sent_.clear();
}

}  // namespace internal
}  // namespace omni::inline v0_1
