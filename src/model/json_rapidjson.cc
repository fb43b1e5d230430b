#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "model/json_nodes.h"
#include "model/json_text.h"
#include "model/rapidjson.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

namespace rj = omni_rapidjson;

absl::Status Refuse(std::string_view reason, std::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, message, {.reason = std::string(reason)});
}

absl::Status RefuseAt(std::size_t offset, std::string_view reason, std::string_view what) {
  return Refuse(reason, absl::StrCat("bad JSON at byte ", offset, ": ", ToAbsl(what)));
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
    key_tag_ = KeyTag({text, length});
    nodes_[open_].key_bits |= KeyBit(key_tag_);
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
                      .type = type,
                      .key_tag = std::exchange(key_tag_, std::uint8_t{0}),
                      .escaped = true,
                      .key_escaped = true});
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
  std::uint8_t key_tag_ = 0;
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
}  // namespace internal

absl::StatusOr<std::unique_ptr<JsonDocument::Buffers>> JsonDocument::Buffers::Read(
    std::string_view text, const JsonLimits& limits) {
  constexpr std::size_t kMaxOffset = std::numeric_limits<std::uint32_t>::max() - 1;
  const std::size_t max_bytes = std::min(limits.max_bytes, kMaxOffset);
  if (text.size() > max_bytes) {
    return internal::Refuse("json_too_large",
                            absl::StrCat("the JSON is longer than ", max_bytes, " bytes"));
  }
  if (const std::size_t valid = internal::ValidUtf8Prefix(text); valid != text.size()) {
    return internal::RefuseAt(valid, "json_invalid_utf8", "not UTF-8");
  }
  std::string unescaped;
  unescaped.reserve(text.size() + omni_rapidjson::kTextPadding);
  unescaped.append(text).append(omni_rapidjson::kTextPadding, '\0');
  internal::ReplaceLoneSurrogates(unescaped.data(), unescaped.data() + text.size());
  std::vector<internal::JsonNode> nodes;
  OMNI_RETURN_IF_ERROR(internal::BuildNodes(unescaped.data(), text.size(), limits, nodes));

  auto buffers = Make(text, nodes.size());
  std::copy(nodes.begin(), nodes.end(), buffers->nodes());
  std::memcpy(buffers->unescaped(), unescaped.data(), text.size());
  return buffers;
}

}  // namespace omni::inline v0_1
