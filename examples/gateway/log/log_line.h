/// \file
/// One line of the log.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace host {

/// A JSON object, being written. Nothing that goes into it may be a secret, a signature, a body or
/// a full phone number.
///
/// A line is written for every request, so it is put together by hand: that costs a seventh of
/// omni::JsonWriter's way, which is left to what needs escapes.
///
/// Thread safety: confined.
class LogLine {
 public:
  /// `level` is `info`, `warning` or `error`; `event` is stable, for machines: `request`.
  LogLine(std::string_view level, std::string_view event);
  LogLine(const LogLine&) = delete;
  LogLine& operator=(const LogLine&) = delete;

  /// `key` is a word of the program's own.
  LogLine& Text(std::string_view key, std::string_view value);
  /// As Text; nothing when the value is empty.
  LogLine& OptionalText(std::string_view key, std::string_view value);
  LogLine& Int(std::string_view key, std::int64_t value);
  /// With three digits behind the point; 0 when it is negative, because a clock was set back.
  LogLine& Milliseconds(std::string_view key, std::int64_t microseconds);

  /// The whole line. Nothing is added to it any more. Lifetime: the line's.
  [[nodiscard]] std::string_view Finish();
  [[nodiscard]] std::string Take() && { return std::string(Finish()); }

 private:
  /// A request's line fits in.
  static constexpr std::size_t kUsualSize = 640;

  /// Where the next member's value goes, with room for that many bytes.
  char* Begin(std::string_view key, std::size_t value_size);
  void End(const char* end) { size_ = static_cast<std::size_t>(end - data()); }
  char* Room(std::size_t size);
  [[nodiscard]] char* data() { return long_.empty() ? short_.data() : long_.data(); }

  std::array<char, kUsualSize> short_;  ///< what stands behind size_ is room
  std::string long_;                    ///< in its place, when that is not enough
  std::size_t size_ = 0;
};

}  // namespace host
