#include "messagebird_fields.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/status_macros.h"
#include "omni/http.h"
#include "omni/support/metadata_key.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

// More unknown fields than this are kept as one JSON text, so that a flood of them costs no more
// than its bytes.
constexpr std::size_t kMaxRest = 64;
// An object of no more members than this, all of them scalars, is told member by member.
constexpr std::size_t kMaxFlattened = 16;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsEmpty(const Fields::Field& field) {
  return field.json.exists() ? field.json.size() == 0 : field.value.empty();
}

bool IsScalar(JsonValue value) { return !value.is_object() && !value.is_array(); }

bool IsFlattened(JsonValue value) {
  if (!value.is_object() || value.size() > kMaxFlattened) return false;
  for (const JsonMember member : value.members()) {
    if (!IsScalar(member.value)) return false;
  }
  return true;
}

void WriteValue(const Fields::Field& field, JsonWriter& writer) {
  if (field.json.exists()) {
    writer.Raw(CompactJson(field.json));
  } else {
    writer.String(field.value);
  }
}

}  // namespace

std::string_view ScalarText(JsonValue value, std::forward_list<std::string>& storage) {
  const std::string_view text = value.scalar();
  if (!value.is_number() || std::all_of(text.begin(), text.end(), IsDigit)) return text;
  const std::optional<std::int64_t> integer = value.AsInt64();
  return integer.has_value() ? storage.emplace_front(std::to_string(*integer)) : text;
}

Fields::Fields(JsonValue object) : object_(object) {
  fields_.reserve(object.is_object() ? object.size() : 0);
  for (const JsonMember member : object.members()) {
    Field field{.name = member.key};
    if (IsScalar(member.value)) {
      field.value = ScalarText(member.value, spelled_);
    } else {
      field.json = member.value;
    }
    fields_.push_back(field);
  }
}

Fields::Fields(Form form) : form_(std::move(form)) {
  fields_.reserve(form_->fields().size());
  for (const Form::Field& field : form_->fields()) {
    fields_.push_back({.name = field.name, .value = field.value});
  }
  std::stable_sort(fields_.begin(), fields_.end(),
                   [](const Field& a, const Field& b) { return a.name < b.name; });
}

absl::StatusOr<Fields> Fields::Parse(std::string_view form) {
  OMNI_ASSIGN_OR_RETURN(Form parsed, Form::Parse(form));
  return Fields(std::move(parsed));
}

const Fields::Field* Fields::Find(std::string_view name) const {
  const auto found = std::find_if(fields_.rbegin(), fields_.rend(), [name](const Field& field) {
    return EqualsIgnoreCase(field.name, name);
  });
  return found == fields_.rend() ? nullptr : &*found;
}

void Fields::MarkTaken(std::string_view name) {
  for (Field& field : fields_) {
    if (EqualsIgnoreCase(field.name, name)) field.taken = true;
  }
}

std::string_view Fields::Peek(std::string_view name) const {
  const Field* const field = Find(name);
  return field == nullptr ? std::string_view() : field->value;
}

std::string_view Fields::PeekFirst(std::span<const std::string_view> names) const {
  for (std::string_view name : names) {
    if (const std::string_view value = Peek(name); !value.empty()) return value;
  }
  return {};
}

std::string_view Fields::Take(std::string_view name) {
  const std::string_view value = Peek(name);
  if (!value.empty()) MarkTaken(name);
  return value;
}

std::string_view Fields::TakeFirst(std::span<const std::string_view> names) {
  const std::string_view value = PeekFirst(names);
  for (std::string_view name : names) Drop(name, value);
  return value;
}

void Fields::Drop(std::string_view name, std::string_view value) {
  if (Peek(name) == value) Take(name);
}

JsonValue Fields::PeekJson(std::string_view name) const {
  const Field* const field = Find(name);
  return field == nullptr ? JsonValue() : field->json;
}

JsonValue Fields::TakeJson(std::string_view name, JsonType type) {
  const JsonValue json = PeekJson(name);
  if (json.type() != type) return {};
  MarkTaken(name);
  return json;
}

void Fields::KeepRest(std::string_view prefix, Metadata& metadata) const {
  std::size_t rest = 0;
  for (const Field& field : fields_) rest += field.taken || IsEmpty(field) ? 0 : 1;
  if (rest > kMaxRest) return metadata.Set(MetadataKey(prefix, "rest"), RestAsJson());
  for (auto field = fields_.begin(); field != fields_.end(); ++field) {
    if (field->taken || IsEmpty(*field)) continue;
    const bool shadowed = std::any_of(field + 1, fields_.end(), [&](const Field& later) {
      return EqualsIgnoreCase(later.name, field->name);
    });
    if (shadowed) continue;
    const std::string key = MetadataKey(prefix, field->name);
    if (IsFlattened(field->json)) {
      Fields(field->json).KeepRest(key, metadata);
      continue;
    }
    const std::string json = field->json.exists() ? CompactJson(field->json) : std::string();
    const std::string_view value = field->json.exists() ? std::string_view(json) : field->value;
    // Two names may meet in one key.
    if (const std::string_view before = metadata.Get(key); !before.empty() && before != value) {
      metadata.Set(key, std::string(before).append(", ").append(value));
    } else {
      metadata.Set(key, value);
    }
  }
}

std::string Fields::RestAsJson() const {
  std::string json;
  JsonWriter writer(json);
  writer.BeginObject();
  for (const Field& field : fields_) {
    if (field.taken) continue;
    writer.Key(field.name);
    WriteValue(field, writer);
  }
  writer.EndObject();
  return json;
}

RawJson Fields::ToRaw() const {
  if (object_.exists()) return RawJson::From(object_);
  RawJson raw;
  JsonWriter writer(raw.text);
  writer.BeginObject();
  for (auto field = fields_.begin(); field != fields_.end();) {
    const auto end = std::find_if(
        field, fields_.end(), [field](const Field& other) { return other.name != field->name; });
    writer.Key(field->name);
    const bool several = end - field > 1;
    if (several) writer.BeginArray();
    for (; field != end; ++field) WriteValue(*field, writer);
    if (several) writer.EndArray();
  }
  writer.EndObject();
  return raw;
}

}  // namespace messagebird
}  // namespace omni::inline v0_1
