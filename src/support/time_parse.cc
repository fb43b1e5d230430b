#include "omni/support/time_parse.h"

#include <charconv>
#include <cstddef>
#include <cstdint>

#include "absl/time/civil_time.h"

namespace omni::inline v0_1 {
namespace {

constexpr std::int64_t kLastSecond = 253'402'300'799;  // 9999-12-31T23:59:59Z
constexpr std::int64_t kFirstMillis = 1'000'000'000'000;

// Takes exactly so many digits off the front of `text`.
template <std::size_t kWidth>
bool TakeNumber(std::string_view& text, int& out) {
  if (text.size() < kWidth) return false;
  int value = 0;
  for (std::size_t i = 0; i < kWidth; ++i) {
    const int digit = text[i] - '0';
    if (digit < 0 || digit > 9) return false;
    value = value * 10 + digit;
  }
  out = value;
  text.remove_prefix(kWidth);
  return true;
}

// Takes one character of `allowed` off the front of `text`.
template <char... kAllowed>
bool Take(std::string_view& text) {
  if (text.empty()) return false;
  const char c = text.front();
  if (!((c == kAllowed) || ...)) return false;
  text.remove_prefix(1);
  return true;
}

bool TakeDate(std::string_view& text, absl::CivilDay& out) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!TakeNumber<4>(text, year) || !Take<'-'>(text) || !TakeNumber<2>(text, month) ||
      !Take<'-'>(text) || !TakeNumber<2>(text, day)) {
    return false;
  }
  out = absl::CivilDay(year, month, day);
  return out.month() == month;  // a date that does not exist becomes one of another month
}

// Time of day in seconds; second 60 (a leap second) is the next minute's first.
bool TakeClock(std::string_view& text, int& seconds) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!TakeNumber<2>(text, hour) || !Take<':'>(text) || !TakeNumber<2>(text, minute) ||
      !Take<':'>(text) || !TakeNumber<2>(text, second)) {
    return false;
  }
  seconds = (hour * 60 + minute) * 60 + second;
  return hour <= 23 && minute <= 59 && second <= 60;
}

// An optional fraction of any length; what is finer than a nanosecond is dropped.
bool TakeFraction(std::string_view& text, std::int64_t& nanos) {
  nanos = 0;
  if (!Take<'.'>(text)) return true;
  std::int64_t unit = 100'000'000;
  std::size_t digits = 0;
  for (int digit = 0; TakeNumber<1>(text, digit); ++digits, unit /= 10) nanos += digit * unit;
  return digits > 0;
}

// `Z`, `+01:00` or `+0100`, as seconds east of UTC.
bool TakeOffset(std::string_view& text, int& seconds) {
  seconds = 0;
  if (Take<'Z', 'z'>(text)) return true;
  const int sign = text.starts_with('-') ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if (!Take<'+', '-'>(text) || !TakeNumber<2>(text, hours)) return false;
  (void)Take<':'>(text);
  if (!TakeNumber<2>(text, minutes)) return false;
  seconds = sign * (hours * 60 + minutes) * 60;
  return hours <= 23 && minutes <= 59;
}

}  // namespace

std::optional<absl::Time> ParseUnixTime(std::string_view digits) {
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end || digits.starts_with('-')) {
    return std::nullopt;
  }
  if (value >= kFirstMillis) {
    if (value / 1000 > kLastSecond) return std::nullopt;
    return absl::FromUnixMillis(value);
  }
  if (value > kLastSecond) return std::nullopt;
  return absl::FromUnixSeconds(value);
}

std::optional<absl::Time> ParseUnixTime(JsonValue value) { return ParseUnixTime(value.scalar()); }

std::optional<absl::Time> ParseIsoTime(std::string_view text) {
  absl::CivilDay day;
  int clock = 0;
  std::int64_t nanos = 0;
  int offset = 0;
  if (!TakeDate(text, day) || !Take<'T', 't', ' '>(text) || !TakeClock(text, clock) ||
      !TakeFraction(text, nanos) || !TakeOffset(text, offset) || !text.empty()) {
    return std::nullopt;
  }
  const std::int64_t days = day - absl::CivilDay(1970, 1, 1);
  const std::int64_t seconds = days * 86'400 + clock - offset;
  if (seconds > kLastSecond) return std::nullopt;
  return absl::FromUnixSeconds(seconds) + absl::Nanoseconds(nanos);
}

}  // namespace omni::inline v0_1
