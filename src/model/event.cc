#include "omni/event.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace {

/// How far a message has come. Only a higher rank replaces a lower one.
constexpr int Rank(StatusValue value) {
  switch (value) {
    case StatusValue::kUnknown:
      return 0;
    case StatusValue::kAccepted:
      return 1;
    case StatusValue::kScheduled:
      return 2;
    case StatusValue::kQueued:
      return 3;
    case StatusValue::kSending:
      return 4;
    case StatusValue::kSent:
      return 5;
    case StatusValue::kDelivered:
      return 6;
    case StatusValue::kRead:
      return 7;
    case StatusValue::kUndelivered:
    case StatusValue::kFailed:
    case StatusValue::kRejected:
    case StatusValue::kExpired:
    case StatusValue::kCanceled:
      return 8;
    case StatusValue::kDeleted:
      return 9;
  }
  return 0;
}

constexpr bool HasArrived(StatusValue value) {
  return value == StatusValue::kDelivered || value == StatusValue::kRead;
}

constexpr char ToUpper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kWhiteSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhiteSpace) + 1 - begin);
}

struct KeywordSpelling {
  std::string_view word;
  Keyword keyword;
};

constexpr std::array<KeywordSpelling, 13> kKeywords = {{
    {"STOP", Keyword::kStop},
    {"STOPALL", Keyword::kStop},
    {"UNSUBSCRIBE", Keyword::kStop},
    {"CANCEL", Keyword::kStop},
    {"END", Keyword::kStop},
    {"QUIT", Keyword::kStop},
    {"REVOKE", Keyword::kStop},
    {"OPTOUT", Keyword::kStop},
    {"HELP", Keyword::kHelp},
    {"INFO", Keyword::kHelp},
    {"START", Keyword::kStart},
    {"YES", Keyword::kStart},
    {"UNSTOP", Keyword::kStart},
}};

}  // namespace

RawJson RawJson::From(JsonValue value) { return {.text = CompactJson(value)}; }

RawJson RawJson::FromText(std::string_view text) {
  if (text.empty()) return {};
  if (const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(text); document.ok()) {
    return From(document->root());
  }
  RawJson json;
  JsonWriter(json.text).String(text);
  return json;
}

void Metadata::Set(std::string_view key, std::string_view value) {
  const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                  [key](const Entry& e) { return e.first == key; });
  if (entry == entries_.end()) {
    if (!value.empty()) entries_.emplace_back(key, value);
  } else if (value.empty()) {
    entries_.erase(entry);
  } else {
    entry->second = value;
  }
}

std::string_view Metadata::Get(std::string_view key) const {
  for (const Entry& entry : entries_) {
    if (entry.first == key) return entry.second;
  }
  return {};
}

bool MayReplace(StatusValue current, StatusValue next) {
  // What has arrived has not failed, whatever comes late. Only its deletion is news.
  if (HasArrived(current) && next != StatusValue::kDeleted && !HasArrived(next)) return false;
  return Rank(next) > Rank(current);
}

std::string ConversationId(std::string_view carrier, std::string_view business,
                           std::string_view customer) {
  std::string id;
  id.reserve(carrier.size() + business.size() + customer.size() + 2);
  id.append(carrier).append(1, ':').append(business).append(1, ':').append(customer);
  return id;
}

std::optional<Keyword> FindKeyword(std::string_view text) {
  const std::string_view word = Trim(text);
  for (const KeywordSpelling& spelling : kKeywords) {
    if (std::equal(word.begin(), word.end(), spelling.word.begin(), spelling.word.end(),
                   [](char a, char b) { return ToUpper(a) == b; })) {
      return spelling.keyword;
    }
  }
  return std::nullopt;
}

}  // namespace omni::inline v0_1
