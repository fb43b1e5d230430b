#include "omni/codec.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/absl_bridge.h"
#include "base/digit_pairs.h"
#include "base/status_macros.h"
#include "model/describe_json.h"
#include "omni/error.h"
#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kFrequently = "frequently";

constexpr std::size_t kTimeLength = std::string_view("2024-01-15T10:30:00.412Z").size();

/// Requires 0 <= value < 100.
void WritePair(std::int64_t value, char* out) {
  std::memcpy(out, kDecimalPairs[static_cast<std::size_t>(value)].data(), 2);
}

struct Date {
  std::int64_t year;
  std::int64_t month;
  std::int64_t day;
};

/// The date so many days after 0000-03-01: years begin in March, so that a leap day is the last.
Date DateAfter(std::int64_t days) {
  constexpr std::int64_t kEra = 146'097;  // days of 400 years
  const std::int64_t of_era = days % kEra;
  const std::int64_t year_of_era =
      (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t from_march = (5 * of_year + 2) / 153;
  const std::int64_t day = of_year - (153 * from_march + 2) / 5 + 1;
  const std::int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
  return {
      .year = days / kEra * 400 + year_of_era + (month <= 2 ? 1 : 0), .month = month, .day = day};
}

/// Writes `time` as FormatTime does, kTimeLength characters.
void WriteTime(absl::Time time, char* out) {
  constexpr std::int64_t kMillisPerDay = 86'400'000;
  constexpr std::int64_t kFirst = -719'528 * kMillisPerDay;  // 0000-01-01
  constexpr std::int64_t kEnd = 2'932'897 * kMillisPerDay;   // 10000-01-01
  constexpr std::int64_t kMarch = 60;                        // 0000 is a leap year
  const std::int64_t since_first = std::clamp(absl::ToUnixMillis(time), kFirst, kEnd - 1) - kFirst;
  const std::int64_t day = since_first / kMillisPerDay;
  const std::int64_t millis = since_first % kMillisPerDay;
  // The two months before come from 400 years later, which look alike.
  Date date = DateAfter(day + 146'097 - kMarch);
  date.year -= 400;

  std::memcpy(out, "0000-00-00T00:00:00.000Z", kTimeLength);
  WritePair(date.year / 100, out);
  WritePair(date.year % 100, out + 2);
  WritePair(date.month, out + 5);
  WritePair(date.day, out + 8);
  WritePair(millis / 3'600'000, out + 11);
  WritePair(millis / 60'000 % 60, out + 14);
  WritePair(millis / 1000 % 60, out + 17);
  out[20] = static_cast<char>('0' + millis % 1000 / 100);
  WritePair(millis % 100, out + 21);
}

template <class Number>
void PutNumber(Number value, TextSink& out) {
  constexpr std::size_t kLongest = 32;
  char* const at = out.Room(kLongest);
  const auto [end, error] = std::to_chars(at, at + kLongest, value);
  out.Advance(static_cast<std::size_t>(end - at));
}

}  // namespace

void WriteValue(std::int64_t value, TextSink& out) { PutNumber(value, out); }

void WriteValue(double value, TextSink& out) {
  if (!std::isfinite(value)) return out.Put("null");
  PutNumber(value, out);
}

void WriteValue(absl::Time value, TextSink& out) {
  char* const at = out.Room(kTimeLength + 2);
  at[0] = '"';
  WriteTime(value, at + 1);
  at[kTimeLength + 1] = '"';
  out.Advance(kTimeLength + 2);
}

void WriteValue(Forwarded value, TextSink& out) {
  if (value == Forwarded::kFrequently) return out.PutString(kFrequently);
  WriteValue(value == Forwarded::kOnce, out);
}

void WriteValue(const Metadata& value, TextSink& out) {
  char before = '{';
  for (const Metadata::Entry& entry : value.entries()) {
    out.Put(std::exchange(before, ','));
    out.PutString(entry.first);
    out.Put(':');
    out.PutString(entry.second);
  }
  out.Put('}');  // empty metadata are absent, and never get here
}

std::string JsonPath::ToString() const {
  std::string text;
  for (const JsonPath* step = this; step->parent != nullptr; step = step->parent) {
    if (step->name.empty()) {
      text.insert(0, "[" + std::to_string(step->index) + "]");
    } else {
      const bool is_first = step->parent->parent == nullptr;
      text.insert(0, (is_first ? "" : ".") + std::string(step->name));
    }
  }
  return text;
}

absl::Status Expected(const JsonPath& path, std::string_view what) {
  const std::string field = path.ToString();
  std::string message = field.empty() ? "the event" : field;
  message.append(": expected ").append(what);
  return InvalidPayloadError(message, field);
}

absl::Status ReadValue(JsonValue json, const JsonPath& path, std::string& out) {
  if (!json.is_string()) return Expected(path, "a string");
  out = json.text();
  return absl::OkStatus();
}

absl::Status ReadValue(JsonValue json, const JsonPath& path, bool& out) {
  const std::optional<bool> value = json.AsBool();
  if (!value) return Expected(path, "true or false");
  out = *value;
  return absl::OkStatus();
}

absl::Status ReadValue(JsonValue json, const JsonPath& path, std::int64_t& out) {
  const std::optional<std::int64_t> value = json.AsInt64();
  if (!value) return Expected(path, "an integer");
  out = *value;
  return absl::OkStatus();
}

absl::Status ReadValue(JsonValue json, const JsonPath& path, double& out) {
  const std::optional<double> value = json.AsDouble();
  if (!value) return Expected(path, "a number");
  out = *value;
  return absl::OkStatus();
}

absl::Status ReadValue(JsonValue json, const JsonPath& path, absl::Time& out) {
  const absl::StatusOr<absl::Time> time = ParseTime(json.text());
  if (!time.ok()) return Expected(path, "a time as in RFC 3339");
  out = *time;
  return absl::OkStatus();
}

absl::Status ReadValue(JsonValue json, const JsonPath& /*path*/, RawJson& out) {
  out = RawJson::From(json);
  return absl::OkStatus();
}

absl::Status ReadValue(JsonValue json, const JsonPath& path, Forwarded& out) {
  if (json.is_string() && json.text() == kFrequently) {
    out = Forwarded::kFrequently;
  } else if (json.AsBool() == true) {
    out = Forwarded::kOnce;
  } else {
    return Expected(path, "true or \"frequently\"");
  }
  return absl::OkStatus();
}

absl::Status ReadValue(JsonValue json, const JsonPath& path, Metadata& out) {
  if (!json.is_object()) return Expected(path, "an object");
  for (const JsonMember& member : json.members()) {
    const JsonPath member_path = {.parent = &path, .name = member.key};
    if (!member.value.is_string()) return Expected(member_path, "a string");
    out.Set(member.key, member.value.text());
  }
  return absl::OkStatus();
}

}  // namespace internal

std::string ToJson(const Event& event) {
  std::string out;
  AppendJson(event, out);
  return out;
}

void AppendJson(const Event& event, std::string& out) {
  // As a rule what is allocated suffices, and is no more than the allocator has at hand.
  constexpr std::size_t kUsual = 1000;
  constexpr std::size_t kFrame = 700;
  const std::size_t text = event.message ? event.message->text.size() : 0;
  const std::size_t varying = text + event.metadata.bytes() + event.raw.text.size();
  internal::AppendDescribed(event, out, std::max(kUsual, kFrame + varying + varying / 8));
}

absl::StatusOr<Event> EventFromJson(std::string_view json) {
  // An event holds JSON of the carrier's, that was within the usual limits by itself.
  constexpr JsonLimits kUsual;
  constexpr JsonLimits kLimits = {.max_bytes = 4 * kUsual.max_bytes,
                                  .max_depth = 2 * kUsual.max_depth,
                                  .max_values = 2 * kUsual.max_values};
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(json, kLimits));
  const internal::JsonPath path;
  const JsonValue root = document.root();
  // Before all else: another schema explains any other mistake.
  if (root.is_object() && root["schema"].text() != kEventSchema) {
    return internal::Expected({.parent = &path, .name = "schema"}, kEventSchema);
  }
  Event event;
  OMNI_RETURN_IF_ERROR(internal::ReadValue(root, path, event));
  return event;
}

std::string_view ToWord(EventKind value) { return internal::WordOf(value); }
std::string_view ToWord(StatusValue value) { return internal::WordOf(value); }
std::string_view ToWord(MessageType value) { return internal::WordOf(value); }

std::string FormatTime(absl::Time time) {
  std::string out(internal::kTimeLength, ' ');
  internal::WriteTime(time, out.data());
  return out;
}

absl::StatusOr<absl::Time> ParseTime(std::string_view text) {
  // Abseil's parser also takes white space, longer years and the words for infinity.
  constexpr std::string_view kShortest = "2024-01-15T10:30:00Z";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  absl::Time time;
  if (text.size() < kShortest.size() || !is_digit(text.front()) || text[4] != '-' ||
      !(is_digit(text.back()) || text.back() == 'Z' || text.back() == 'z') ||
      !absl::ParseTime(absl::RFC3339_full, internal::ToAbsl(text), &time, nullptr)) {
    return InvalidPayloadError("not a time as in RFC 3339", "");
  }
  return time;
}

}  // namespace omni::inline v0_1
