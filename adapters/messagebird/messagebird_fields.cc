#include "messagebird_fields.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

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

bool IsEmpty(const Fields::Field& field) { return field.value.empty() && field.json.size() == 0; }

bool IsSameName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a == b || EqualsIgnoreCase(a, b));
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
    switch (member.value.type()) {
      case JsonType::kString:
        Add({.name = member.key, .value = member.value.text()});
        break;
      case JsonType::kObject:
      case JsonType::kArray:
        Add({.name = member.key, .json = member.value});
        break;
      default:
        Add({.name = member.key, .value = ScalarText(member.value, spelled_)});
    }
  }
}

Fields::Fields(Form form) : form_(std::move(form)) {
  std::vector<Form::Field> sorted = form_->fields();
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Form::Field& a, const Form::Field& b) { return a.name < b.name; });
  fields_.reserve(sorted.size());
  for (const Form::Field& field : sorted) Add({.name = field.name, .value = field.value});
}

absl::StatusOr<Fields> Fields::Parse(std::string_view form) {
  OMNI_ASSIGN_OR_RETURN(Form parsed, Form::Parse(form));
  return Fields(std::move(parsed));
}

void Fields::Add(const Field& field) {
  Field& added = fields_.emplace_back(field);
  added.before =
      std::exchange(slots_[SlotOf(field.name)], static_cast<std::uint32_t>(fields_.size()));
}

const Fields::Field* Fields::FindFrom(std::uint32_t place, std::string_view name) const {
  const Field* const fields = fields_.data();
  while (place != 0) {
    const Field& field = fields[place - 1];
    if (IsSameName(field.name, name)) return &field;
    place = field.before;
  }
  return nullptr;
}

void Fields::MarkTaken(Field& last) {
  last.taken = true;
  for (std::uint32_t place = last.before; place != 0; place = fields_[place - 1].before) {
    Field& field = fields_[place - 1];
    if (IsSameName(field.name, last.name)) field.taken = true;
  }
}

std::string_view Fields::PeekFirst(std::span<const std::string_view> names) const {
  for (std::string_view name : names) {
    if (const std::string_view value = Peek(name); !value.empty()) return value;
  }
  return {};
}

std::string_view Fields::TakeValue(Field* field) {
  if (field == nullptr || field->value.empty()) return {};
  MarkTaken(*field);
  return field->value;
}

std::string_view Fields::TakeFirst(std::span<const std::string_view> names) {
  const std::string_view value = PeekFirst(names);
  for (std::string_view name : names) Drop(name, value);
  return value;
}

void Fields::DropValue(Field* field, std::string_view value) {
  if (field != nullptr && !value.empty() && field->value == value) MarkTaken(*field);
}

JsonValue Fields::PeekJson(std::string_view name) const {
  const Field* const field = Find(name);
  return field == nullptr ? JsonValue() : field->json;
}

JsonValue Fields::TakeJson(Field* field, JsonType type) {
  if (field == nullptr || field->json.type() != type) return {};
  MarkTaken(*field);
  return field->json;
}

void Fields::KeepRest(std::string_view prefix, Metadata& metadata) const {
  std::size_t rest = 0;
  for (const Field& field : fields_) rest += field.taken || IsEmpty(field) ? 0 : 1;
  if (rest > kMaxRest) return metadata.Set(MetadataKey(prefix, "rest"), RestAsJson());
  if (rest == 0) return;
  MetadataKeyMaker keys;
  for (const Field& field : fields_) {
    if (field.taken || IsEmpty(field)) continue;
    const bool shadowed = Find(field.name) != &field;
    if (shadowed) continue;
    const std::string_view key = keys.Make(prefix, field.name);
    if (IsFlattened(field.json)) {
      Fields(field.json).KeepRest(key, metadata);
      continue;
    }
    const std::string json = field.json.exists() ? CompactJson(field.json) : std::string();
    const std::string_view value = field.json.exists() ? std::string_view(json) : field.value;
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
