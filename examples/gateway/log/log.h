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
#include "omni/json.h"

namespace host {

/// One line, being written. Nothing that goes into it may be a secret, a signature, a body or a
/// full phone number.
///
/// Thread safety: confined.
class LogLine {
 public:
  /// `level` is `info`, `warning` or `error`; `event` is stable, for machines: `request`.
  LogLine(std::string_view level, std::string_view event);
  LogLine(const LogLine&) = delete;
  LogLine& operator=(const LogLine&) = delete;

  LogLine& Text(std::string_view key, std::string_view value);
  /// As Text; nothing when the value is empty.
  LogLine& OptionalText(std::string_view key, std::string_view value);
  LogLine& Int(std::string_view key, std::int64_t value);
  /// With three digits behind the point.
  LogLine& Milliseconds(std::string_view key, std::int64_t microseconds);

  [[nodiscard]] std::string Take() &&;

 private:
  std::string text_;
  omni::JsonWriter writer_{text_};
};

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
