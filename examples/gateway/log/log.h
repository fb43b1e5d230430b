/// \file
/// The log: one JSON object a line, on the standard error stream.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "absl/time/time.h"
#include "base/mutex.h"
#include "log/log_line.h"

namespace host {

/// Writes lines on a thread of its own, so that a reader that stalls holds up no request. When too
/// much is waiting, lines are dropped and counted.
///
/// Thread safety: thread-safe.
class Log {
 public:
  /// `max_waiting`: bytes.
  explicit Log(int descriptor, std::size_t max_waiting = std::size_t{8} << 20);
  /// Writes what is waiting, unless its reader stalls for two seconds.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void Write(LogLine&& line);

 private:
  void Run();
  void WriteAll(std::string_view text);
  [[nodiscard]] bool IsTimeToGiveUp();

  const int descriptor_;
  const std::size_t max_waiting_;
  Mutex mutex_;
  std::condition_variable_any filled_;
  std::string waiting_ HOST_GUARDED_BY(mutex_);
  std::int64_t dropped_ HOST_GUARDED_BY(mutex_) = 0;
  bool stopping_ HOST_GUARDED_BY(mutex_) = false;
  absl::Time stop_by_ HOST_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  std::thread writer_;
};

}  // namespace host
