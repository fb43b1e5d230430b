/// \file
/// ReadJsonFast: simdjson finds the tokens, and here they become nodes. Anything unusual ends it
/// early: the other reader then says what is wrong, if something is.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "model/json_nodes.h"
#include "model/json_text.h"
#include "model/tokenizer_pool.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// A longer number may not fit a double.
constexpr std::size_t kMaxDigits = 300;

constexpr bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// A string between its quotes.
struct Text {
  std::uint32_t length = 0;  // unescaped
  bool escaped = false;
};

/// Unescapes what is between two quotes; false where JSON has no such escape.
bool Unescape(std::uint32_t begin, std::uint32_t end, JsonStorage& storage, Text& text) {
  const std::string_view source(storage.source() + begin, end - begin);
  if (std::memchr(source.data(), '\\', source.size()) == nullptr) return true;
  const auto length = UnescapeJson(source, storage.unescaped() + begin);
  if (!length) return false;
  text = {.length = static_cast<std::uint32_t>(*length), .escaped = true};
  return true;
}

/// The length of the number that begins at `p`; 0 where there is none, or one with an exponent: it
/// may be more than a double holds, or be none.
std::uint32_t NumberLength(const char* p, const char* end) {
  const char* const begin = p;
  const auto digits = [&p, end] {
    const char* const first = p;
    while (p != end && IsDigit(*p)) ++p;
    return p - first;
  };
  if (*p == '-') ++p;
  const bool zero = p != end && *p == '0';
  const auto whole = digits();
  if (whole == 0 || (zero && whole > 1)) return 0;
  if (p != end && *p == '.') {
    ++p;
    if (digits() == 0) return 0;
  }
  const auto length = static_cast<std::uint32_t>(p - begin);
  return length <= kMaxDigits ? length : 0;
}

/// Turns tokens into nodes. Nothing is told its address, so that the compiler keeps it in
/// registers, which saves a fifth of the instructions for that.
///
/// Thread safety: confined.
class NodeReader {
 public:
  NodeReader(std::span<const std::uint32_t> tokens, const JsonLimits& limits, JsonStorage& storage)
      : at_(tokens.data()),
        end_(tokens.data() + tokens.size()),
        max_depth_(limits.max_depth),
        storage_(storage),
        nodes_(storage.nodes()),
        source_(storage.source()),
        escapes_(std::memchr(source_, '\\', storage.size) != nullptr) {}

  /// Whether the whole text is one value.
  [[nodiscard]] bool Read();

 private:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  /// A member's name, or nothing.
  struct Key {
    std::uint32_t begin = 0;
    Text text = {};
    std::uint8_t tag = 0;
  };

  /// Where the token that was taken last must have ended: at the next one, or at the text's end.
  [[nodiscard]] std::size_t NextToken() const { return at_ == end_ ? storage_.size : *at_; }
  bool Take(std::uint32_t& token) {
    if (at_ == end_) return false;
    token = *at_++;
    return true;
  }

  /// Takes tokens up to one that ends nothing, or the end of the whole value.
  bool CloseAll(std::uint32_t& token);
  bool ReadValue(std::uint32_t begin, const Key& key);
  bool ReadKey(std::uint32_t begin, Key& key);
  bool ReadString(std::uint32_t begin, Text& text);
  [[nodiscard]] bool IsWord(std::uint32_t begin, std::string_view word) const;
  [[nodiscard]] bool EndsAt(std::size_t end) const;
  void Close(std::uint32_t end);

  const std::uint32_t* at_;
  const std::uint32_t* const end_;
  const int max_depth_;
  JsonStorage& storage_;
  JsonNode* const nodes_;
  const char* const source_;
  const bool escapes_;  ///< whether there is a backslash anywhere
  std::uint32_t count_ = 0;
  std::uint32_t open_ = kNone;
  int depth_ = 0;
};

inline bool NodeReader::Read() {
  std::uint32_t token = 0;
  if (!Take(token)) return false;
  Key key;
  while (true) {
    if (!ReadValue(token, key) || !CloseAll(token)) return false;
    if (open_ == kNone) return at_ == end_;
    JsonNode& container = nodes_[open_];
    if (container.size++ > 0 && (source_[token] != ',' || !Take(token))) return false;
    key = {};
    if (container.type != JsonType::kObject) continue;
    if (!ReadKey(token, key) || !Take(token)) return false;
    container.key_bits |= KeyBit(key.tag);
  }
}

inline bool NodeReader::CloseAll(std::uint32_t& token) {
  while (open_ != kNone) {
    if (!Take(token)) return false;
    const bool is_object = nodes_[open_].type == JsonType::kObject;
    if (source_[token] != (is_object ? '}' : ']')) break;
    Close(token);
  }
  return true;
}

inline bool NodeReader::ReadValue(std::uint32_t begin, const Key& key) {
  JsonType type = JsonType::kNumber;
  Text text;
  switch (source_[begin]) {
    case '"':
      type = JsonType::kString;
      if (!ReadString(begin, text)) return false;
      break;
    case '{':
      type = JsonType::kObject;
      break;
    case '[':
      type = JsonType::kArray;
      break;
    case 't':
      type = JsonType::kBool;
      text.length = 4;
      if (!IsWord(begin, "true")) return false;
      break;
    case 'f':
      type = JsonType::kBool;
      text.length = 5;
      if (!IsWord(begin, "false")) return false;
      break;
    case 'n':
      type = JsonType::kNull;
      text.length = 4;
      if (!IsWord(begin, "null")) return false;
      break;
    default:
      text.length = NumberLength(source_ + begin, source_ + NextToken());
      if (text.length == 0 || !EndsAt(begin + text.length)) return false;
  }
  if (count_ == storage_.capacity) return false;
  const bool opens = type == JsonType::kObject || type == JsonType::kArray;
  if (opens && depth_++ == max_depth_) return false;
  nodes_[count_] = {.begin = begin,
                    .length = text.length,
                    .key_begin = key.begin,
                    .key_length = key.text.length,
                    .next = opens ? std::exchange(open_, count_) : count_ + 1,
                    .type = type,
                    .key_tag = key.tag,
                    .escaped = text.escaped,
                    .key_escaped = key.text.escaped};
  ++count_;
  return true;
}

inline bool NodeReader::ReadKey(std::uint32_t begin, Key& key) {
  if (source_[begin] != '"' || !ReadString(begin, key.text)) return false;
  key.begin = begin + 1;
  const char* const text = key.text.escaped ? storage_.unescaped() : source_;
  key.tag = KeyTag({text + key.begin, key.text.length});
  std::uint32_t colon = 0;
  return Take(colon) && source_[colon] == ':';
}

inline bool NodeReader::ReadString(std::uint32_t begin, Text& text) {
  // Between its last quote and the next token is only white space.
  std::size_t end = NextToken() - 1;
  while (source_[end] != '"') {
    if (!IsSpace(source_[end])) return false;
    --end;
  }
  if (end <= begin) return false;
  text.length = static_cast<std::uint32_t>(end) - begin - 1;
  return !escapes_ || Unescape(begin + 1, static_cast<std::uint32_t>(end), storage_, text);
}

inline bool NodeReader::EndsAt(std::size_t end) const {
  const std::size_t next = NextToken();
  return end == next || (end < next && IsSpace(source_[end]));
}

inline bool NodeReader::IsWord(std::uint32_t begin, std::string_view word) const {
  const std::string_view rest(source_ + begin, storage_.size - begin);
  return rest.starts_with(word) && EndsAt(begin + word.size());
}

inline void NodeReader::Close(std::uint32_t end) {
  --depth_;
  JsonNode& node = nodes_[open_];
  open_ = std::exchange(node.next, count_);
  node.length = end + 1 - node.begin;
}

}  // namespace

}  // namespace internal

std::unique_ptr<JsonDocument::Buffers> JsonDocument::Buffers::ReadFast(std::string_view text,
                                                                       const JsonLimits& limits) {
  using internal::BorrowedTokenizer;
  if (text.size() > std::min(limits.max_bytes, BorrowedTokenizer::kMaxText)) return nullptr;
  const BorrowedTokenizer tokenizer(text.size());
  if (!tokenizer) return nullptr;
  const std::span<const std::uint32_t> tokens = tokenizer->Find(text);
  if (tokens.empty()) return nullptr;
  // Of N tokens: a container has two, and a value another one between it and the next.
  const std::size_t values = std::min((tokens.size() + 1) / 2, limits.max_values);
  auto buffers = Make(text, values);
  if (!internal::NodeReader(tokens, limits, *buffers).Read()) return nullptr;
  return buffers;
}

}  // namespace omni::inline v0_1
