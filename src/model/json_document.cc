#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/absl_bridge.h"
#include "model/json_text.h"
#include "model/rapidjson.h"
#include "omni/error.h"
#include "omni/json.h"

namespace omni::inline v0_1 {

namespace rj = omni_rapidjson;

/// One value. The nodes stand in source order, so that the first child of a container is the node
/// after it.
struct JsonNode {
  std::uint32_t begin = 0;   // where the value begins in the source
  std::uint32_t length = 0;  // of a string: unescaped, without its quotes; of others: in the source
  std::uint32_t key_begin = 0;
  std::uint32_t key_length = 0;
  std::uint32_t next = 0;  // the node after this one and all below it; while it is open: its parent
  std::uint32_t size = 0;  // children
  JsonType type = JsonType::kAbsent;
};

/// The source, and a second copy of it in which strings are unescaped where they stand. An offset
/// means the same in both.
struct JsonDocument::Buffers {
  explicit Buffers(std::string_view text)
      : bytes(std::make_unique_for_overwrite<char[]>(2 * text.size() + rj::kTextPadding)),
        size(text.size()) {
    text.copy(bytes.get(), size);
    text.copy(unescaped(), size);
    std::fill_n(unescaped() + size, rj::kTextPadding, '\0');
  }
  [[nodiscard]] const char* source() const { return bytes.get(); }
  [[nodiscard]] char* unescaped() const { return bytes.get() + size; }

  std::unique_ptr<char[]> bytes;
  std::size_t size;
  std::vector<JsonNode> nodes;
};

namespace {

absl::Status Refuse(std::string_view reason, std::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, message, {.reason = std::string(reason)});
}

absl::Status RefuseAt(std::size_t offset, std::string_view reason, std::string_view what) {
  return Refuse(reason, absl::StrCat("bad JSON at byte ", offset, ": ", internal::ToAbsl(what)));
}

/// Receives the parser's calls and appends the nodes.
///
/// Thread safety: confined.
class NodeBuilder : public rj::BaseReaderHandler<rj::UTF8<>, NodeBuilder> {
 public:
  NodeBuilder(const rj::InsituStringStream& stream, const JsonLimits& limits,
              std::vector<JsonNode>& nodes)
      : stream_(stream), limits_(limits), nodes_(nodes) {}

  // The parser stands after the word here, at the bracket in Open and Close.
  bool Null() { return Add(JsonType::kNull, Tell() - 4, 4); }
  bool Bool(bool value) {
    const std::uint32_t length = value ? 4 : 5;
    return Add(JsonType::kBool, Tell() - length, length);
  }
  bool RawNumber(const char* text, std::uint32_t length, bool) {
    return Add(JsonType::kNumber, OffsetOf(text), length);
  }
  bool String(const char* text, std::uint32_t length, bool) {
    return Add(JsonType::kString, OffsetOf(text) - 1, length);
  }
  bool Key(const char* text, std::uint32_t length, bool) {
    key_begin_ = OffsetOf(text);
    key_length_ = length;
    return true;
  }
  bool StartObject() { return Open(JsonType::kObject); }
  bool StartArray() { return Open(JsonType::kArray); }
  bool EndObject(std::uint32_t size) { return Close(size); }
  bool EndArray(std::uint32_t size) { return Close(size); }

  /// Why the builder stopped the parser; OK when it did not.
  [[nodiscard]] const absl::Status& status() const { return status_; }

 private:
  bool Add(JsonType type, std::uint32_t begin, std::uint32_t length) {
    if (nodes_.size() >= limits_.max_values) {
      status_ = Refuse("json_too_large",
                       absl::StrCat("the JSON has more than ", limits_.max_values, " values"));
      return false;
    }
    nodes_.push_back({.begin = begin,
                      .length = length,
                      .key_begin = std::exchange(key_begin_, 0),
                      .key_length = std::exchange(key_length_, 0),
                      .next = static_cast<std::uint32_t>(nodes_.size() + 1),
                      .type = type});
    return true;
  }

  bool Open(JsonType type) {
    if (depth_ >= limits_.max_depth) {
      status_ = Refuse("json_too_deep",
                       absl::StrCat("the JSON is nested deeper than ", limits_.max_depth));
      return false;
    }
    ++depth_;
    if (!Add(type, Tell(), 0)) return false;
    nodes_.back().next = std::exchange(open_, static_cast<std::uint32_t>(nodes_.size() - 1));
    return true;
  }

  bool Close(std::uint32_t size) {
    --depth_;
    JsonNode& node = nodes_[open_];
    open_ = std::exchange(node.next, static_cast<std::uint32_t>(nodes_.size()));
    node.length = Tell() + 1 - node.begin;
    node.size = size;
    return true;
  }

  [[nodiscard]] std::uint32_t Tell() const { return OffsetOf(stream_.src_); }
  [[nodiscard]] std::uint32_t OffsetOf(const char* p) const {
    return static_cast<std::uint32_t>(p - stream_.head_);
  }

  const rj::InsituStringStream& stream_;
  const JsonLimits& limits_;
  std::vector<JsonNode>& nodes_;
  absl::Status status_;
  std::uint32_t key_begin_ = 0;
  std::uint32_t key_length_ = 0;
  std::uint32_t open_ = 0;
  int depth_ = 0;
};

/// Parses the padded text of `size` bytes at `text`, and unescapes its strings in place.
absl::Status BuildNodes(char* text, std::size_t size, const JsonLimits& limits,
                        std::vector<JsonNode>& nodes) {
  // A value in a webhook is longer than this on average, so that the nodes seldom move.
  constexpr std::size_t kBytesPerValue = 16;
  nodes.reserve(std::min(size / kBytesPerValue, limits.max_values) + 8);

  // The parser keeps eight bytes for each open container: here for as many as usual.
  constexpr std::size_t kStackBytes = 8 * 64;
  alignas(std::max_align_t) std::byte memory[2 * kStackBytes];
  rj::MemoryPoolAllocator<> pool(memory, sizeof(memory));
  rj::GenericReader<rj::UTF8<>, rj::UTF8<>, rj::MemoryPoolAllocator<>> reader(&pool, kStackBytes);
  rj::InsituStringStream stream(text);
  NodeBuilder builder(stream, limits, nodes);

  // Iterative: the depth of the text costs no stack. Numbers as text: RapidJSON 1.1 does wrong
  // arithmetic on hostile exponents, and nothing is lost in ids beyond 2^53.
  constexpr unsigned kFlags =
      rj::kParseInsituFlag | rj::kParseIterativeFlag | rj::kParseNumbersAsStringsFlag;
  const rj::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (!builder.status().ok()) return builder.status();
  if (result.IsError()) {
    return RefuseAt(result.Offset(), "json_malformed", rj::GetParseError_En(result.Code()));
  }
  // For the parser a NUL is the end of the text.
  if (stream.Tell() != size) return RefuseAt(stream.Tell(), "json_malformed", "a NUL byte");
  return absl::OkStatus();
}

}  // namespace

JsonDocument::JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

absl::StatusOr<JsonDocument> JsonDocument::Parse(std::string_view text) {
  return Parse(text, JsonLimits{});
}

absl::StatusOr<JsonDocument> JsonDocument::Parse(std::string_view text, const JsonLimits& limits) {
  constexpr std::size_t kMaxOffset = std::numeric_limits<std::uint32_t>::max() - 1;
  const std::size_t max_bytes = std::min(limits.max_bytes, kMaxOffset);
  if (text.size() > max_bytes) {
    return Refuse("json_too_large", absl::StrCat("the JSON is longer than ", max_bytes, " bytes"));
  }
  if (const std::size_t valid = internal::ValidUtf8Prefix(text); valid != text.size()) {
    return RefuseAt(valid, "json_invalid_utf8", "not UTF-8");
  }
  JsonDocument document;
  document.buffers_ = std::make_unique<Buffers>(text);
  char* const unescaped = document.buffers_->unescaped();
  internal::ReplaceLoneSurrogates(unescaped, unescaped + text.size());
  if (absl::Status status = BuildNodes(unescaped, text.size(), limits, document.buffers_->nodes);
      !status.ok()) {
    return status;
  }
  return document;
}

const JsonNode& JsonValue::node() const { return document_->buffers_->nodes[index_]; }

std::uint32_t JsonValue::first_child() const { return index_ + 1; }

JsonType JsonValue::type() const { return document_ == nullptr ? JsonType::kAbsent : node().type; }

JsonValue JsonValue::operator[](std::string_view key) const {
  if (!is_object()) return {};
  // Over the nodes themselves: lookups are most of what an adapter does with a document.
  const JsonNode* const nodes = document_->buffers_->nodes.data();
  const char* const text = document_->buffers_->unescaped();
  const std::uint32_t end = node().next;
  std::uint32_t found = end;
  for (std::uint32_t i = first_child(); i != end; i = nodes[i].next) {
    if (std::string_view(text + nodes[i].key_begin, nodes[i].key_length) == key) found = i;
  }
  return found == end ? JsonValue() : JsonValue(document_, found);
}

JsonValue JsonValue::At(std::size_t index) const {
  if (!is_array() || index >= size()) return {};
  ElementIterator element = elements().begin();
  for (; index > 0; --index) ++element;
  return *element;
}

std::size_t JsonValue::size() const { return document_ == nullptr ? 0 : node().size; }

std::string_view JsonValue::text() const {
  if (!is_string()) return {};
  return {document_->buffers_->unescaped() + node().begin + 1, node().length};
}

std::string_view JsonValue::scalar() const {
  switch (type()) {
    case JsonType::kString:
      return text();
    case JsonType::kNumber:
    case JsonType::kBool:
      return raw();
    default:
      return {};
  }
}

std::optional<std::int64_t> JsonValue::AsInt64() const {
  if (!is_number()) return std::nullopt;
  const std::string_view spelling = raw();
  const char* const end = spelling.data() + spelling.size();
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(spelling.data(), end, value);
  if (stop == end) {
    return error == std::errc() ? std::optional(value) : std::nullopt;
  }
  // 1.0 or 1e3. From 2^53 on a double no longer tells one integer from the next.
  constexpr double kMaxExact = 9007199254740991.0;
  const std::optional<double> number = AsDouble();
  if (!number || std::abs(*number) > kMaxExact || *number != std::trunc(*number)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*number);
}

std::optional<double> JsonValue::AsDouble() const {
  if (!is_number()) return std::nullopt;
  const std::string_view spelling = raw();
  double value = 0;
  const auto [stop, error] =
      std::from_chars(spelling.data(), spelling.data() + spelling.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<bool> JsonValue::AsBool() const {
  if (type() != JsonType::kBool) return std::nullopt;
  return raw().front() == 't';
}

std::string_view JsonValue::raw() const {
  if (document_ == nullptr) return {};
  const JsonNode& value = node();
  const char* const begin = document_->buffers_->source() + value.begin;
  if (value.type != JsonType::kString) return {begin, value.length};
  const char* end = begin + 1;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return {begin, static_cast<std::size_t>(end + 1 - begin)};
}

JsonValue::Range<JsonValue::ElementIterator> JsonValue::elements() const {
  if (!is_array()) return {{}, {}};
  return {{document_, first_child()}, {document_, node().next}};
}

JsonValue::Range<JsonValue::MemberIterator> JsonValue::members() const {
  if (!is_object()) return {{}, {}};
  return {MemberIterator({document_, first_child()}), MemberIterator({document_, node().next})};
}

JsonValue::ElementIterator& JsonValue::ElementIterator::operator++() {
  index_ = JsonValue(document_, index_).node().next;
  return *this;
}

JsonMember JsonValue::MemberIterator::operator*() const {
  const JsonValue value = *element_;
  const JsonNode& node = value.node();
  return {.key = {value.document_->buffers_->unescaped() + node.key_begin, node.key_length},
          .value = value};
}

}  // namespace omni::inline v0_1
