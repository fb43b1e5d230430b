#include "livechat_private.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr std::string_view kAll = "all";
constexpr std::string_view kAgents = "agents";
constexpr std::string_view kWhiteSpace = " \t\r\n";

// Members that tell nothing of what was said. Older webhooks have `recipients`.
constexpr std::string_view kOutline[] = {"id",        "type",       "author_id", "created_at",
                                         "custom_id", "visibility", "recipients"};

bool IsStructure(JsonValue value) { return value.is_object() || value.is_array(); }

bool IsForAgents(JsonValue object) {
  return object["visibility"].text() == kAgents || object["recipients"].text() == kAgents;
}

void WriteOutline(JsonValue event, JsonWriter& writer) {
  writer.BeginObject();
  for (std::string_view name : kOutline) {
    const JsonValue value = event[name];
    if (!value.exists() || IsStructure(value)) continue;
    writer.Key(name);
    writer.Raw(CompactJson(value));
  }
  writer.EndObject();
}

// As deep as the parser lets a document be.
void WritePublic(JsonValue value, JsonValue without, JsonWriter& writer) {
  if (value.is_array()) {
    writer.BeginArray();
    for (const JsonValue element : value.elements()) WritePublic(element, without, writer);
    return writer.EndArray();
  }
  if (!value.is_object()) return writer.Raw(CompactJson(value));
  if (IsForAgents(value)) return WriteOutline(value, writer);
  writer.BeginObject();
  for (const JsonMember member : value.members()) {
    const bool left_out = member.value.raw().data() == without.raw().data();
    if (left_out || IsSecretMember(member.key)) continue;
    writer.Key(member.key);
    WritePublic(member.value, without, writer);
  }
  writer.EndObject();
}

// Where the value of the member whose quoted name ends at `at` begins; npos when none follows.
std::size_t ValueAfter(std::string_view body, std::size_t at) {
  at = body.find_first_not_of(kWhiteSpace, at);
  if (at == body.npos || body[at] != ':') return body.npos;
  return body.find_first_not_of(kWhiteSpace, at + 1);
}

/// A copy of a text with scalars blanked in it.
///
/// Lifetime: the text's. Thread safety: confined.
class Blanker {
 public:
  explicit Blanker(std::string_view body) : body_(body), blanked_(body) {}

  /// Blanks the string or other scalar that begins at `at`, but for its quotes.
  void Blank(std::size_t at) {
    if (body_[at] == '{' || body_[at] == '[') return;
    if (body_[at] == '"') return BlankString(at + 1);
    // What begins within an unquoted one ends where that does; to go there again for each of many
    // would take forever.
    if (at < unquoted_end_) return;
    unquoted_end_ = std::min(body_.find_first_of(",}] \t\r\n", at), body_.size());
    std::fill(blanked_.begin() + Offset(at), blanked_.begin() + Offset(unquoted_end_), '*');
  }
  /// What is to be blanked comes in its order again.
  void Restart() { unquoted_end_ = 0; }
  [[nodiscard]] std::string Take() && { return std::move(blanked_); }

 private:
  static std::ptrdiff_t Offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

  void BlankString(std::size_t at) {
    for (; at < body_.size() && body_[at] != '"'; ++at) {
      blanked_[at] = '*';
      if (body_[at] == '\\' && at + 1 < body_.size()) blanked_[++at] = '*';
    }
  }

  const std::string_view body_;
  std::string blanked_;
  std::size_t unquoted_end_ = 0;
};

void BlankMembers(JsonValue root, JsonValue value, std::size_t offset, Blanker& blanker) {
  for (const JsonValue element : value.elements()) BlankMembers(root, element, offset, blanker);
  for (const JsonMember member : value.members()) {
    if (IsSecretMember(member.key)) {
      const auto at = static_cast<std::size_t>(member.value.raw().data() - root.raw().data());
      blanker.Blank(offset + at);
    }
    BlankMembers(root, member.value, offset, blanker);
  }
}

}  // namespace

bool IsSecretMember(std::string_view name) {
  return std::find(std::begin(kSecretMembers), std::end(kSecretMembers), name) !=
         std::end(kSecretMembers);
}

bool IsPrivate(JsonValue event) {
  for (std::string_view name : {"visibility", "recipients"}) {
    const JsonValue value = event[name];
    if (value.exists() && !value.is_null() && value.text() != kAll) return true;
  }
  return false;
}

std::string PublicJson(JsonValue value, JsonValue without) {
  std::string json;
  JsonWriter writer(json);
  WritePublic(value, without, writer);
  return json;
}

RawJson PublicRaw(JsonValue value, JsonValue without) {
  return value.exists() ? RawJson{.text = PublicJson(value, without)} : RawJson{};
}

std::string OutlineJson(JsonValue event) {
  std::string json;
  JsonWriter writer(json);
  WriteOutline(event, writer);
  return json;
}

std::string BlankSecrets(std::string_view body) {
  Blanker blanker(body);
  // By text first: a body that is cut off holds its secret all the same.
  for (std::string_view name : kSecretMembers) {
    blanker.Restart();
    const std::string quoted = '"' + std::string(name) + '"';
    for (std::size_t at = body.find(quoted); at != body.npos; at = body.find(quoted, at + 1)) {
      const std::size_t value = ValueAfter(body, at + quoted.size());
      if (value != body.npos) blanker.Blank(value);
    }
  }
  // Then by structure, for a name with escapes in it.
  const auto document = JsonDocument::Parse(body);
  if (document.ok()) {
    blanker.Restart();
    BlankMembers(document->root(), document->root(), body.find_first_not_of(kWhiteSpace), blanker);
  }
  return std::move(blanker).Take();
}

}  // namespace livechat
}  // namespace omni::inline v0_1
