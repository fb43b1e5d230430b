#include "omni/codec.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "model/describe_json.h"
#include "omni/error.h"
#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kFrequently = "frequently";

void AppendDigits(std::int64_t value, int width, std::string& out) {
  const std::size_t end = out.size() + static_cast<std::size_t>(width);
  out.resize(end);
  for (std::size_t i = end; width > 0; --width, value /= 10) {
    out[--i] = static_cast<char>('0' + value % 10);
  }
}

}  // namespace

void AppendTime(absl::Time time, std::string& out) {
  constexpr std::int64_t kMillisPerDay = 86'400'000;
  constexpr std::int64_t kFirst = -719'528 * kMillisPerDay;  // 0000-01-01
  constexpr std::int64_t kEnd = 2'932'897 * kMillisPerDay;   // 10000-01-01
  const std::int64_t since_first = std::clamp(absl::ToUnixMillis(time), kFirst, kEnd - 1) - kFirst;
  const absl::CivilDay day = absl::CivilDay(0, 1, 1) + since_first / kMillisPerDay;
  const std::int64_t millis = since_first % kMillisPerDay;

  AppendDigits(day.year(), 4, out);
  out += '-';
  AppendDigits(day.month(), 2, out);
  out += '-';
  AppendDigits(day.day(), 2, out);
  out += 'T';
  AppendDigits(millis / 3'600'000, 2, out);
  out += ':';
  AppendDigits(millis / 60'000 % 60, 2, out);
  out += ':';
  AppendDigits(millis / 1000 % 60, 2, out);
  out += '.';
  AppendDigits(millis % 1000, 3, out);
  out += 'Z';
}

void WriteValue(absl::Time value, std::string& out) {
  out += '"';
  AppendTime(value, out);
  out += '"';
}

void WriteValue(Forwarded value, std::string& out) {
  JsonWriter writer(out);
  if (value == Forwarded::kFrequently) {
    writer.String(kFrequently);
  } else {
    writer.Bool(value == Forwarded::kOnce);
  }
}

void WriteValue(const Metadata& value, std::string& out) {
  JsonWriter writer(out);
  writer.BeginObject();
  for (const Metadata::Entry& entry : value.entries()) {
    writer.Key(entry.first);
    writer.String(entry.second);
  }
  writer.EndObject();
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
  out.reserve(1024);
  AppendJson(event, out);
  return out;
}

void AppendJson(const Event& event, std::string& out) { internal::WriteValue(event, out); }

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
  std::string out;
  internal::AppendTime(time, out);
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
