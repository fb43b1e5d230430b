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
#include "base/same_text.h"
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

JsonValue JsonDocument::root() const& { return {buffers_.get(), buffers_->nodes()}; }

JsonValue JsonValue::Find(std::string_view key, std::uint8_t tag) const {
  const internal::JsonNode* const end = storage_->After(*node_);
  const internal::JsonNode* found = nullptr;
  for (const internal::JsonNode* node = node_ + 1; node != end; node = storage_->After(*node)) {
    if (node->key_tag == tag && internal::SameText(storage_->KeyOf(*node), key)) found = node;
  }
  return found == nullptr ? JsonValue() : JsonValue(storage_, found);
}

JsonValue JsonValue::At(std::size_t index) const {
  if (!is_array() || index >= size()) return {};
  ElementIterator element = elements().begin();
  for (; index > 0; --index) ++element;
  return *element;
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
  if (node_ == nullptr) return {};
  const char* const begin = storage_->source() + node_->begin;
  if (!is_string()) return {begin, node_->length};
  const char* end = begin + 1;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return {begin, static_cast<std::size_t>(end + 1 - begin)};
}

}  // namespace omni::inline v0_1
