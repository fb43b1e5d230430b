#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <system_error>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "model/json_nodes.h"
#include "omni/json.h"

namespace omni::inline v0_1 {

std::unique_ptr<JsonDocument::Buffers> JsonDocument::Buffers::Make(std::string_view text,
                                                                   std::size_t nodes) {
  const std::size_t bytes = BytesFor(text.size(), nodes);
  void* const memory = bytes <= Shelf::kBlockSize ? Shelf::Take() : ::operator new(bytes);
  std::unique_ptr<Buffers> buffers(new (memory) Buffers(text.size(), nodes));
  if (!text.empty()) std::memcpy(buffers->source(), text.data(), text.size());
  return buffers;
}

void JsonDocument::Buffers::operator delete(Buffers* buffers, std::destroying_delete_t) {
  const std::size_t bytes = BytesFor(buffers->size, buffers->capacity);
  buffers->~Buffers();
  if (bytes <= Shelf::kBlockSize) return Shelf::Put(buffers);
  ::operator delete(buffers);
}

JsonDocument::JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

absl::StatusOr<JsonDocument> JsonDocument::Parse(std::string_view text) {
  return Parse(text, JsonLimits{});
}

absl::StatusOr<JsonDocument> JsonDocument::Parse(std::string_view text, const JsonLimits& limits) {
  JsonDocument document;
#ifdef OMNI_JSON_SIMDJSON
  document.buffers_ = Buffers::ReadFast(text, limits);
#endif
  if (document.buffers_ == nullptr) {
    OMNI_ASSIGN_OR_RETURN(document.buffers_, Buffers::Read(text, limits));
  }
  return document;
}

const JsonNode& JsonValue::node() const { return document_->buffers_->nodes()[index_]; }

std::uint32_t JsonValue::first_child() const { return index_ + 1; }

JsonType JsonValue::type() const { return document_ == nullptr ? JsonType::kAbsent : node().type; }

JsonValue JsonValue::operator[](std::string_view key) const {
  if (!is_object()) return {};
  // Over the nodes themselves: lookups are most of what an adapter does with a document.
  const internal::JsonStorage& buffers = *document_->buffers_;
  const JsonNode* const nodes = buffers.nodes();
  const std::uint32_t end = node().next;
  std::uint32_t found = end;
  for (std::uint32_t i = first_child(); i != end; i = nodes[i].next) {
    if (nodes[i].key_length == key.size() && buffers.KeyOf(nodes[i]) == key) found = i;
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
  return document_->buffers_->TextOf(node());
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
  return {.key = value.document_->buffers_->KeyOf(node), .value = value};
}

}  // namespace omni::inline v0_1
