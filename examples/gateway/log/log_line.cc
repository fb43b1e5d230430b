#include "log/log_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "omni/codec.h"
#include "omni/json.h"

namespace host {
namespace {

constexpr std::size_t kMaxDigits = 20;  // of an integer, with its sign
constexpr std::size_t kTimeSize = 24;   // `2026-11-30T12:00:00.000Z`
constexpr std::size_t kMillisAt = 20;

char* Put(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* PutThreeDigits(std::int64_t number, char* out) {
  out[0] = static_cast<char>('0' + number / 100);
  out[1] = static_cast<char>('0' + number / 10 % 10);
  out[2] = static_cast<char>('0' + number % 10);
  return out + 3;
}

/// The time as omni::FormatTime writes it, but the text of a second is made once.
char* PutNow(char* out) {
  thread_local constinit std::int64_t written = std::numeric_limits<std::int64_t>::min();
  thread_local constinit std::array<char, kTimeSize> text = {};
  const absl::Time now = absl::Now();
  const std::int64_t second = absl::ToUnixSeconds(now);
  if (second != written) {
    omni::FormatTime(now).copy(text.data(), text.size());
    written = second;
  }
  PutThreeDigits(absl::ToUnixMillis(now) - second * 1'000, text.data() + kMillisAt);
  return Put({text.data(), text.size()}, out);
}

/// The high bit of each byte that JSON may not write as it is.
constexpr std::uint64_t SpecialBytes(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  // Of a byte below 0x80, whether it is less than `n`; others have the high bit anyway.
  const auto less = [word](std::uint64_t flip, std::uint64_t n) {
    return (word ^ (kOnes * flip)) - kOnes * n;
  };
  return (word | less(0, ' ') | less('"', 1) | less('\\', 1)) & (kOnes * 0x80);
}

/// Whether JSON writes it as it is; of what may be so or not, that it does not.
bool IsPlain(std::string_view text) {
  std::uint64_t special = 0;
  std::uint64_t word = 0;
  for (; text.size() >= sizeof(word); text.remove_prefix(sizeof(word))) {
    std::memcpy(&word, text.data(), sizeof(word));
    special |= SpecialBytes(word);
  }
  word = 0x2020'2020'2020'2020;  // spaces behind the last bytes
  std::memcpy(&word, text.data(), text.size());
  return (special | SpecialBytes(word)) == 0;
}

}  // namespace

LogLine::LogLine(std::string_view level, std::string_view event) {
  End(Put("\"", PutNow(Put(R"({"time":")", data()))));
  Text("level", level).Text("event", event);
}

char* LogLine::Room(std::size_t size) {
  const std::size_t capacity = long_.empty() ? short_.size() : long_.size();
  if (capacity - size_ < size) {
    if (long_.empty()) long_.assign(short_.data(), size_);
    long_.resize(std::max(2 * capacity, size_ + size));
  }
  return data() + size_;
}

char* LogLine::Begin(std::string_view key, std::size_t value_size) {
  constexpr std::string_view kBefore = ",\"";
  constexpr std::string_view kBehind = "\":";
  char* const at = Room(kBefore.size() + key.size() + kBehind.size() + value_size);
  return Put(kBehind, Put(key, Put(kBefore, at)));
}

LogLine& LogLine::Text(std::string_view key, std::string_view value) {
  if (IsPlain(value)) {
    End(Put("\"", Put(value, Put("\"", Begin(key, value.size() + 2)))));
  } else {
    std::string json;
    omni::JsonWriter(json).String(value);
    End(Put(json, Begin(key, json.size())));
  }
  return *this;
}

LogLine& LogLine::OptionalText(std::string_view key, std::string_view value) {
  return value.empty() ? *this : Text(key, value);
}

LogLine& LogLine::Int(std::string_view key, std::int64_t value) {
  char* const at = Begin(key, kMaxDigits);
  End(std::to_chars(at, at + kMaxDigits, value).ptr);
  return *this;
}

LogLine& LogLine::Milliseconds(std::string_view key, std::int64_t microseconds) {
  microseconds = std::max<std::int64_t>(0, microseconds);
  char* at = Begin(key, kMaxDigits + 1);
  at = std::to_chars(at, at + kMaxDigits, microseconds / 1'000).ptr;
  *at = '.';
  End(PutThreeDigits(microseconds % 1'000, at + 1));
  return *this;
}

std::string_view LogLine::Finish() {
  End(Put("}\n", Room(2)));
  return {data(), size_};
}

}  // namespace host
