#include "omni/support/config.h"

#include <algorithm>

#include "base/absl_bridge.h"
#include "base/suggest.h"
#include "omni/error.h"
#include "omni/support/time_parse.h"

namespace omni::inline v0_1 {
namespace {

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr char kCaseBit = 'a' - 'A';

// Between the words of a message.
std::string Join(const std::vector<std::string>& words, std::string_view separator) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined.append(separator);
    joined.append(word);
  }
  return joined;
}

std::string Suggestion(std::string_view word, std::span<const std::string> candidates) {
  const std::optional<std::string> nearest = DidYouMean(word, candidates);
  return nearest ? "; did you mean " + *nearest + "?" : "";
}

}  // namespace

std::string JsonName(std::string_view cpp_name) {
  const bool is_enumerator =
      cpp_name.size() >= 2 && cpp_name.front() == 'k' && IsUpper(cpp_name[1]);
  if (is_enumerator) cpp_name.remove_prefix(1);
  std::string name;
  name.reserve(cpp_name.size());
  bool starts_word = false;
  for (char c : cpp_name) {
    if (c == '_') {
      starts_word = !name.empty();
      continue;
    }
    if (starts_word && IsLower(c)) c = static_cast<char>(c - kCaseBit);
    if (is_enumerator && name.empty()) c = static_cast<char>(c + kCaseBit);
    name.push_back(c);
    starts_word = false;
  }
  return name;
}

std::optional<std::string> DidYouMean(std::string_view word,
                                      std::span<const std::string> candidates) {
  return internal::Nearest(word, candidates);
}

ConfigReader::ConfigReader(JsonValue object, std::string_view path) : object_(object), path_(path) {
  // An object that is absent is one without members: everything keeps its default.
  if (object_.exists() && !object_.is_object()) Report(path_, "expected an object");
}

void ConfigReader::RejectUnknown(std::span<const std::string> reserved) {
  std::vector<std::string> known = known_;
  known.insert(known.end(), reserved.begin(), reserved.end());
  ReportUnknown(object_, path_, known);
}

void ConfigReader::Fail(std::string_view key, std::string_view message) {
  std::string path = path_;
  if (!path.empty() && !key.empty()) path.push_back('.');
  Report(path.append(key), message);
}

absl::Status ConfigReader::status() const {
  if (ok()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, Join(problems_, "\n"),
                   {.reason = "invalid_config", .blame = Blame::kHost});
}

void ConfigReader::Report(std::string_view path, std::string_view message) {
  std::string& problem = problems_.emplace_back(path);
  if (!problem.empty()) problem.append(": ");
  problem.append(message);
}

void ConfigReader::ReadValue(JsonValue value, const std::string& path, bool& out) {
  const std::optional<bool> read = value.AsBool();
  if (!read) return Report(path, "expected true or false");
  out = *read;
}

void ConfigReader::ReadValue(JsonValue value, const std::string& path, std::int64_t& out) {
  const std::optional<std::int64_t> read = value.AsInt64();
  if (!read) return Report(path, "expected an integer");
  out = *read;
}

void ConfigReader::ReadValue(JsonValue value, const std::string& path, double& out) {
  const std::optional<double> read = value.AsDouble();
  if (!read) return Report(path, "expected a number");
  out = *read;
}

void ConfigReader::ReadValue(JsonValue value, const std::string& path, std::string& out) {
  if (!value.is_string()) return Report(path, "expected a string");
  out = value.text();
}

void ConfigReader::ReadValue(JsonValue value, const std::string& path, absl::Time& out) {
  const std::optional<absl::Time> read = ParseIsoTime(value.text());
  if (!read) return Report(path, "expected a time, as \"2026-01-31T12:00:00Z\"");
  out = *read;
}

void ConfigReader::ReadValue(JsonValue value, const std::string& path, absl::Duration& out) {
  absl::Duration read;
  if (!absl::ParseDuration(internal::ToAbsl(value.text()), &read) || read < absl::ZeroDuration() ||
      read == absl::InfiniteDuration()) {
    return Report(path, "expected a duration, as \"500ms\", \"5s\" or \"2m\"");
  }
  out = read;
}

void ConfigReader::ReportWord(const std::string& path, JsonValue value,
                              const std::vector<std::string>& words) {
  Report(path, "expected one of " + Join(words, ", ") + Suggestion(value.text(), words));
}

void ConfigReader::ReportUnknown(JsonValue object, const std::string& path,
                                 const std::vector<std::string>& known) {
  for (const JsonMember& member : object.members()) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    std::string member_path = path;
    if (!member_path.empty()) member_path.push_back('.');
    member_path.append(member.key);
    Report(member_path, "unknown key" + Suggestion(member.key, known));
  }
}

}  // namespace omni::inline v0_1
