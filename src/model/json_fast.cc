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

/// Turns tokens into nodes.
///
/// Thread safety: confined.
class NodeReader {
 public:
  NodeReader(std::span<const std::uint32_t> tokens, const JsonLimits& limits, JsonStorage& storage)
      : at_(tokens.data()),
        end_(tokens.data() + tokens.size()),
        limits_(limits),
        storage_(storage),
        nodes_(storage.nodes()),
        source_(storage.source()),
        escapes_(std::memchr(source_, '\\', storage.size) != nullptr) {}

  /// Whether the whole text is one value.
  [[nodiscard]] bool Read();

 private:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  /// A string between its quotes.
  struct Text {
    std::uint32_t length = 0;  // unescaped
    bool escaped = false;
  };

  [[nodiscard]] char Peek() const { return at_ == end_ ? '\0' : source_[*at_]; }
  /// Where the token that was taken last must have ended: at the next one, or at the text's end.
  [[nodiscard]] std::size_t NextToken() const { return at_ == end_ ? storage_.size : *at_; }

  bool ReadValue();
  bool ReadKey();
  bool ReadString(std::uint32_t begin, Text& text);
  bool Unescape(std::uint32_t begin, std::uint32_t end, Text& text);
  bool ReadWord(std::uint32_t begin, std::string_view word, JsonType type);
  bool ReadNumber(std::uint32_t begin);
  [[nodiscard]] bool EndsAt(std::size_t end) const;

  JsonNode* Add(JsonType type, std::uint32_t begin, std::uint32_t length);
  bool Open(JsonType type, std::uint32_t begin);
  void Close(std::uint32_t end);

  const std::uint32_t* at_;
  const std::uint32_t* const end_;
  const JsonLimits& limits_;
  JsonStorage& storage_;
  JsonNode* const nodes_;
  const char* const source_;
  const bool escapes_;  ///< whether there is a backslash anywhere
  std::uint32_t count_ = 0;
  std::uint32_t open_ = kNone;
  int depth_ = 0;
  std::uint32_t key_begin_ = 0;
  Text key_;
};

bool NodeReader::Read() {
  if (!ReadValue()) return false;
  while (open_ != kNone) {
    JsonNode& container = nodes_[open_];
    const bool is_object = container.type == JsonType::kObject;
    const char c = Peek();
    if (c == (is_object ? '}' : ']')) {
      Close(*at_++);
      continue;
    }
    if (container.size > 0) {
      if (c != ',') return false;
      ++at_;
    }
    ++container.size;
    if (is_object && !ReadKey()) return false;
    if (!ReadValue()) return false;
  }
  return at_ == end_;
}

bool NodeReader::ReadValue() {
  if (at_ == end_) return false;
  const std::uint32_t begin = *at_++;
  switch (source_[begin]) {
    case '"': {
      Text text;
      if (!ReadString(begin, text)) return false;
      JsonNode* const node = Add(JsonType::kString, begin, text.length);
      if (node == nullptr) return false;
      node->escaped = text.escaped;
      return true;
    }
    case '{':
      return Open(JsonType::kObject, begin);
    case '[':
      return Open(JsonType::kArray, begin);
    case 't':
      return ReadWord(begin, "true", JsonType::kBool);
    case 'f':
      return ReadWord(begin, "false", JsonType::kBool);
    case 'n':
      return ReadWord(begin, "null", JsonType::kNull);
    default:
      return ReadNumber(begin);
  }
}

bool NodeReader::ReadKey() {
  if (Peek() != '"') return false;
  const std::uint32_t begin = *at_++;
  key_begin_ = begin + 1;
  if (!ReadString(begin, key_) || Peek() != ':') return false;
  ++at_;
  return true;
}

bool NodeReader::ReadString(std::uint32_t begin, Text& text) {
  // Between its last quote and the next token is only white space.
  std::size_t end = NextToken() - 1;
  while (IsSpace(source_[end])) --end;
  if (source_[end] != '"' || end <= begin) return false;
  const auto last = static_cast<std::uint32_t>(end);
  text = {.length = last - begin - 1, .escaped = false};
  if (!escapes_ || std::memchr(source_ + begin + 1, '\\', text.length) == nullptr) return true;
  return Unescape(begin + 1, last, text);
}

bool NodeReader::Unescape(std::uint32_t begin, std::uint32_t end, Text& text) {
  char* const out = storage_.unescaped() + begin;
  const auto length = UnescapeJson({source_ + begin, end - begin}, out);
  if (!length) return false;
  text = {.length = static_cast<std::uint32_t>(*length), .escaped = true};
  return true;
}

bool NodeReader::EndsAt(std::size_t end) const {
  const std::size_t next = NextToken();
  return end == next || (end < next && IsSpace(source_[end]));
}

bool NodeReader::ReadWord(std::uint32_t begin, std::string_view word, JsonType type) {
  const std::string_view rest(source_ + begin, storage_.size - begin);
  if (!rest.starts_with(word) || !EndsAt(begin + word.size())) return false;
  return Add(type, begin, static_cast<std::uint32_t>(word.size())) != nullptr;
}

bool NodeReader::ReadNumber(std::uint32_t begin) {
  const char* p = source_ + begin;
  const char* const end = source_ + NextToken();
  const auto digits = [&p, end] {
    const char* const first = p;
    while (p != end && IsDigit(*p)) ++p;
    return p - first;
  };
  if (*p == '-') ++p;
  const bool zero = p != end && *p == '0';
  const auto whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (p != end && *p == '.') {
    ++p;
    if (digits() == 0) return false;
  }
  const auto length = static_cast<std::uint32_t>(p - source_ - begin);
  // With an exponent it may be more than a double holds, or be none.
  if (length > kMaxDigits || !EndsAt(begin + length)) return false;
  return Add(JsonType::kNumber, begin, length) != nullptr;
}

JsonNode* NodeReader::Add(JsonType type, std::uint32_t begin, std::uint32_t length) {
  if (count_ == storage_.capacity) return nullptr;
  JsonNode* const node = nodes_ + count_++;
  *node = {.begin = begin,
           .length = length,
           .key_begin = std::exchange(key_begin_, 0),
           .key_length = key_.length,
           .next = count_,
           .type = type,
           .key_escaped = key_.escaped};
  key_ = {};
  return node;
}

bool NodeReader::Open(JsonType type, std::uint32_t begin) {
  if (depth_ >= limits_.max_depth) return false;
  ++depth_;
  JsonNode* const node = Add(type, begin, 0);
  if (node == nullptr) return false;
  node->next = std::exchange(open_, count_ - 1);
  return true;
}

void NodeReader::Close(std::uint32_t end) {
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
