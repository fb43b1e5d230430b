#include "log/log.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "absl/time/clock.h"

namespace host {
namespace {

/// What a pipe that can be written to has room for.
constexpr std::size_t kChunk = PIPE_BUF;
/// How long lines gather, so that under load the writer is not woken for each of them; and how many
/// bytes are enough.
constexpr std::chrono::milliseconds kGather{5};
constexpr std::size_t kEnough = std::size_t{256} << 10;

}  // namespace

Log::Log(int descriptor, std::size_t max_waiting)
    : descriptor_(descriptor), max_waiting_(max_waiting), writer_([this] { Run(); }) {}

Log::~Log() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    stop_by_ = absl::Now() + absl::Seconds(2);
  }
  filled_.notify_one();
  writer_.join();
}

void Log::Write(LogLine&& line) {
  const std::string_view text = line.Finish();
  bool wakes = false;
  {
    MutexLock lock(mutex_);
    if (waiting_.size() + text.size() > max_waiting_) {
      ++dropped_;
      return;
    }
    const std::size_t before = waiting_.size();
    waiting_ += text;
    wakes = before == 0 || (before < kEnough && waiting_.size() >= kEnough);
  }
  if (wakes) filled_.notify_one();
}

void Log::Run() {
  std::string lines;
  while (true) {
    lines.clear();
    std::int64_t dropped = 0;
    {
      MutexLock lock(mutex_);
      while (waiting_.empty() && dropped_ == 0 && !stopping_) filled_.wait(mutex_);
      if (waiting_.empty() && dropped_ == 0) return;
      if (waiting_.size() < kEnough && !stopping_) filled_.wait_for(mutex_, kGather);
      lines.swap(waiting_);
      dropped = std::exchange(dropped_, 0);
    }
    if (dropped > 0) {
      lines += std::move(LogLine("warning", "log_lines_dropped").Int("count", dropped)).Take();
    }
    WriteAll(lines);
  }
}

void Log::WriteAll(std::string_view text) {
  while (!text.empty()) {
    pollfd room = {.fd = descriptor_, .events = POLLOUT, .revents = 0};
    if (poll(&room, 1, 100) == 0) {
      if (IsTimeToGiveUp()) return;
      continue;
    }
    const std::string_view chunk = text.substr(0, kChunk);
    const ssize_t written = write(descriptor_, chunk.data(), chunk.size());
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written <= 0) return;  // nobody reads any more
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool Log::IsTimeToGiveUp() {
  MutexLock lock(mutex_);
  return absl::Now() > stop_by_;
}

}  // namespace host
