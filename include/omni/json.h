/// \file
/// JSON in and out, bounded and forgiving where carriers need it.
///
/// Reading copies the text once and indexes it; values are views into the document. Nothing about
/// the parser behind it shows here, so it can change. Hostile input is refused with
/// InvalidArgument: too deep, too large, invalid UTF-8, not JSON, a number that no double can hold.
/// A lone surrogate escape is no reason to refuse a batch (carriers cut names in half): it reads as
/// U+FFFD.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/export.h"
#include "omni/json_storage.h"

namespace omni::inline v0_1 {

struct JsonLimits {
  std::size_t max_bytes = std::size_t{16} << 20;
  int max_depth = 64;
  std::size_t max_values = 1'000'000;
};

class JsonDocument;
struct JsonMember;

/// One value of a JsonDocument, or `absent` where a lookup found nothing. Lookups on the wrong type
/// give `absent` too, so a path may be followed without checks: `root["a"]["b"].text()`.
///
/// Lifetime: the document's. Thread safety: thread-compatible.
class OMNI_EXPORT JsonValue {
 public:
  JsonValue() = default;

  [[nodiscard]] JsonType type() const { return node_ == nullptr ? JsonType::kAbsent : node_->type; }
  [[nodiscard]] bool exists() const { return type() != JsonType::kAbsent; }
  [[nodiscard]] bool is_null() const { return type() == JsonType::kNull; }
  [[nodiscard]] bool is_string() const { return type() == JsonType::kString; }
  [[nodiscard]] bool is_number() const { return type() == JsonType::kNumber; }
  [[nodiscard]] bool is_object() const { return type() == JsonType::kObject; }
  [[nodiscard]] bool is_array() const { return type() == JsonType::kArray; }

  /// The member of that name; of several, the last, as in every carrier's own SDK.
  [[nodiscard]] JsonValue operator[](std::string_view key) const {
    const std::uint8_t tag = internal::KeyTag(key);
    const bool may_be_there = is_object() && (node_->key_bits & internal::KeyBit(tag)) != 0;
    return may_be_there ? Find(key, tag) : JsonValue();
  }
  /// The element at that index, counted from 0.
  [[nodiscard]] JsonValue At(std::size_t index) const;
  /// How many elements or members; 0 for anything else.
  [[nodiscard]] std::size_t size() const { return node_ == nullptr ? 0 : node_->size; }

  /// The content of a string, unescaped and valid UTF-8; empty for any other type.
  [[nodiscard]] std::string_view text() const {
    return is_string() ? storage_->TextOf(*node_) : std::string_view();
  }
  /// As text(), but a number or a boolean is given as it was spelled: carriers send ids and times
  /// both ways.
  [[nodiscard]] std::string_view scalar() const {
    return is_number() || type() == JsonType::kBool ? raw() : text();
  }
  /// A number that is an integer within range, in whatever spelling (1e3, 2.0).
  [[nodiscard]] std::optional<std::int64_t> AsInt64() const;
  /// A number within the range of double; 1e-400 is not.
  [[nodiscard]] std::optional<double> AsDouble() const;
  [[nodiscard]] std::optional<bool> AsBool() const;

  /// The value exactly as it stands in the source, white space and escapes included.
  [[nodiscard]] std::string_view raw() const;

  class ElementIterator;
  class MemberIterator;
  template <class Iterator>
  class Range;
  /// The elements of an array; empty for any other type.
  [[nodiscard]] Range<ElementIterator> elements() const;
  /// The members of an object in source order; empty for any other type.
  [[nodiscard]] Range<MemberIterator> members() const;

 private:
  friend class JsonDocument;
  JsonValue(const internal::JsonStorage* storage, const internal::JsonNode* node)
      : storage_(storage), node_(node) {}

  /// The last member of that name, in an object.
  [[nodiscard]] JsonValue Find(std::string_view key, std::uint8_t tag) const;

  const internal::JsonStorage* storage_ = nullptr;
  const internal::JsonNode* node_ = nullptr;  ///< null: absent
};

class JsonValue::ElementIterator {
 public:
  using value_type = JsonValue;
  using difference_type = std::ptrdiff_t;
  ElementIterator() = default;
  [[nodiscard]] JsonValue operator*() const { return {storage_, node_}; }
  ElementIterator& operator++() {
    node_ = storage_->After(*node_);
    return *this;
  }
  [[nodiscard]] bool operator==(const ElementIterator& other) const { return node_ == other.node_; }

 private:
  friend class JsonValue;
  friend class JsonValue::MemberIterator;
  ElementIterator(const internal::JsonStorage* storage, const internal::JsonNode* node)
      : storage_(storage), node_(node) {}

  const internal::JsonStorage* storage_ = nullptr;
  const internal::JsonNode* node_ = nullptr;
};

class JsonValue::MemberIterator {
 public:
  using value_type = JsonMember;
  using difference_type = std::ptrdiff_t;
  MemberIterator() = default;
  [[nodiscard]] JsonMember operator*() const;
  MemberIterator& operator++() {
    ++element_;
    return *this;
  }
  [[nodiscard]] bool operator==(const MemberIterator& other) const = default;

 private:
  friend class JsonValue;
  explicit MemberIterator(ElementIterator element) : element_(element) {}
  ElementIterator element_;
};

template <class Iterator>
class JsonValue::Range {
 public:
  Range(Iterator begin, Iterator end) : begin_(begin), end_(end) {}
  [[nodiscard]] Iterator begin() const { return begin_; }
  [[nodiscard]] Iterator end() const { return end_; }

 private:
  Iterator begin_;
  Iterator end_;
};

struct JsonMember {
  std::string_view key;
  JsonValue value;
};

inline JsonValue::Range<JsonValue::ElementIterator> JsonValue::elements() const {
  if (!is_array()) return {{}, {}};
  return {{storage_, node_ + 1}, {storage_, storage_->After(*node_)}};
}

inline JsonValue::Range<JsonValue::MemberIterator> JsonValue::members() const {
  if (!is_object()) return {{}, {}};
  return {MemberIterator({storage_, node_ + 1}),
          MemberIterator({storage_, storage_->After(*node_)})};
}

inline JsonMember JsonValue::MemberIterator::operator*() const {
  return {.key = element_.storage_->KeyOf(*element_.node_), .value = *element_};
}

/// A parsed JSON text. Owns a copy of it.
///
/// Thread safety: immutable.
class OMNI_EXPORT JsonDocument {
 public:
  /// Errors: InvalidArgument (`INVALID_PAYLOAD`, never quoting the text), with the reason
  /// `json_malformed`, `json_invalid_utf8`, `json_too_deep` or `json_too_large`.
  [[nodiscard]] static absl::StatusOr<JsonDocument> Parse(std::string_view text,
                                                          const JsonLimits& limits);
  [[nodiscard]] static absl::StatusOr<JsonDocument> Parse(std::string_view text);

  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  /// Lifetime: this document's, and it must not be moved meanwhile.
  [[nodiscard]] JsonValue root() const&;
  JsonValue root() && = delete;

 private:
  friend class JsonValue;
  JsonDocument();

  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

/// Appends JSON text to a string: no insignificant white space, commas set by themselves. Text that
/// is not valid UTF-8 is written with U+FFFD in its place.
///
/// Thread safety: confined.
class OMNI_EXPORT JsonWriter {
 public:
  /// Lifetime: `out` outlives the writer.
  explicit JsonWriter(std::string& out) : out_(out) {}

  void BeginObject();
  void EndObject();
  void BeginArray();
  void EndArray();
  void Key(std::string_view key);
  void String(std::string_view text);
  void Int(std::int64_t value);
  /// The shortest spelling that reads back as the same number; `null` for NaN and infinities.
  void Double(double value);
  void Bool(bool value);
  void Null();
  /// Appends `json` as it is. The caller vouches that it is one JSON value.
  void Raw(std::string_view json);

 private:
  void Separate();

  std::string& out_;
  bool need_comma_ = false;
};

/// The value's source without insignificant white space. Escapes and the spelling of numbers are
/// kept; a lone surrogate escape becomes `\ufffd`.
[[nodiscard]] OMNI_EXPORT std::string CompactJson(JsonValue value);

/// Whether `text` is well-formed UTF-8.
[[nodiscard]] OMNI_EXPORT bool IsValidUtf8(std::string_view text);
/// `text` with every ill-formed sequence replaced by U+FFFD.
[[nodiscard]] OMNI_EXPORT std::string ToValidUtf8(std::string_view text);

}  // namespace omni::inline v0_1
