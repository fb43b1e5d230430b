#include "omni/event.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "base/part_of.h"
#include "base/same_text.h"
#include "model/describe_json.h"
#include "model/json_text.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace {

/// Checks Merge over all that there is to merge.
constexpr bool MergesInAnyOrder() {
  constexpr auto& kValues = internal::kEnumWords<StatusValue>;
  for (const auto& [a_word, a] : kValues) {
    if (std::count(std::begin(kStatusOrder), std::end(kStatusOrder), a) != 1) return false;
    if (Merge(a, a) != a) return false;
    for (const auto& [b_word, b] : kValues) {
      if (Merge(a, b) != Merge(b, a)) return false;
      if (a != b && MayReplace(a, b) == MayReplace(b, a)) return false;
      for (const auto& [c_word, c] : kValues) {
        if (Merge(Merge(a, b), c) != Merge(a, Merge(b, c))) return false;
      }
    }
  }
  return true;
}
static_assert(MergesInAnyOrder());

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

void AppendEntry(std::string_view key, std::string_view value, std::string& text) {
  constexpr std::size_t kUsual = 640;
  if (text.empty()) text.reserve(kUsual);
  const auto head = TextPairIterator::HeadFor(key, value);
  text.append(head.data(), head.size()).append(key).append(value);
}

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

std::size_t Metadata::Entries::size() const {
  return static_cast<std::size_t>(std::distance(begin_, end_));
}

Metadata::Entries Metadata::entries() const {
  return {Iterator(text_.data()), Iterator(text_.data() + text_.size())};
}

void Metadata::Set(std::string_view key, std::string_view value) {
  if (value.empty() && text_.empty()) return;
  // Repaired here and not when it is written: two broken keys may become the same.
  if (!internal::IsAscii(key) && !IsValidUtf8(key)) return Set(ToValidUtf8(key), value);
  key = key.substr(0, Iterator::kMaxLength);
  const std::uint64_t bit = BitOf(key);
  if (value.empty() && (seen_ & bit) == 0) return;
  // What this holds itself moves while it changes.
  if (internal::IsPartOf(text_, key) || internal::IsPartOf(text_, value)) {
    return Set(std::string(key), std::string(value));
  }
  value = value.substr(0, Iterator::kMaxLength);
  if ((std::exchange(seen_, seen_ | bit) & bit) == 0) return AppendEntry(key, value, text_);
  const Entries all = entries();
  const Iterator found = std::find_if(
      all.begin(), all.end(), [key](const Entry& e) { return internal::SameText(e.first, key); });
  if (found == all.end()) {
    if (!value.empty()) AppendEntry(key, value, text_);
    return;
  }
  const auto at = static_cast<std::size_t>(found.base() - text_.data());
  const auto head = Iterator::HeadFor(key, value);
  const std::size_t old_value = (*found).second.size();
  if (value.empty()) {
    text_.erase(at, head.size() + key.size() + old_value);
    return;
  }
  std::copy(head.begin(), head.end(), text_.data() + at);
  text_.replace(at + head.size() + key.size(), old_value, value);
}

std::string_view Metadata::Get(std::string_view key) const {
  if ((seen_ & BitOf(key)) == 0) return {};
  for (const Entry& entry : entries()) {
    if (internal::SameText(entry.first, key)) return entry.second;
  }
  return {};
}

// Of an event's twenty keys or so, nearly all have one of their own.
std::uint64_t Metadata::BitOf(std::string_view key) {
  if (key.empty()) return 1;
  const auto at = [key](std::size_t i) { return std::size_t{static_cast<unsigned char>(key[i])}; };
  const std::size_t mixed =
      key.size() + 3 * at(0) + 7 * at(key.size() / 2) + 11 * at(key.size() - 1);
  return std::uint64_t{1} << (mixed % 64);
}

std::string ConversationId(std::string_view carrier, std::string_view business,
                           std::string_view customer) {
  std::string id;
  if (customer.empty()) return id;
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
