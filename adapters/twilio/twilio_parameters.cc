#include "twilio_parameters.h"

#include <algorithm>
#include <tuple>

#include "omni/json.h"
#include "omni/support/metadata_key.h"
#include "support/form_decode.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

constexpr std::size_t kMaxChannelName = 20;
constexpr std::size_t kMaxIndexed = 128;  // fields, so that half of the slots stay free

bool Before(const Form::Field& a, const Form::Field& b) {
  return std::tie(a.name, a.value) < std::tie(b.name, b.value);
}

// Tells Twilio's names from each other, and takes no longer for a long one.
std::size_t HashOf(std::string_view name) {
  if (name.empty()) return 0;
  const auto byte = [name](std::size_t i) { return static_cast<unsigned char>(name[i]); };
  const std::size_t last = name.size() - 1;
  return name.size() * 37 + byte(0) * 11U + byte(last) * 5U + byte(last / 2) * 23U +
         byte(last / 4) * 3U;
}

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

std::string_view MetadataValue(const Form::Field& field) {
  if (field.name != "ExternalUserId") return field.value;
  const std::size_t prefix = ChannelPrefix(field.value).size();
  return prefix == 0 ? field.value : field.value.substr(prefix + 1);
}

}  // namespace

absl::Status Parameters::Read(std::string_view text) {
  constexpr FormLimits kLimits;
  if (text.size() > kLimits.max_bytes ||
      !internal::DecodeForm(text, kLimits.max_fields, text_.Get(text.size()), fields_)) {
    return Form::Parse(text).status();  // says what is wrong
  }
  Sort();
  MakeIndex();
  return absl::OkStatus();
}

void Parameters::Sort() {
  const auto not_before = [](const Form::Field& a, const Form::Field& b) { return !Before(a, b); };
  // Strictly ascending: sorted, and nothing is repeated.
  in_order_ = std::adjacent_find(fields_.begin(), fields_.end(), not_before) == fields_.end();
  if (in_order_) return;
  std::sort(fields_.begin(), fields_.end(), Before);
  fields_.erase(std::unique(fields_.begin(), fields_.end()), fields_.end());
}

void Parameters::MakeIndex() {
  if (fields_.size() > kMaxIndexed) return;
  index_.fill(0);
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (i > 0 && fields_[i].name == fields_[i - 1].name) continue;
    std::size_t slot = HashOf(fields_[i].name);
    while (index_[slot % index_.size()] != 0) ++slot;
    index_[slot % index_.size()] = static_cast<std::uint8_t>(i + 1);
  }
}

std::optional<std::size_t> Parameters::Find(std::string_view name) const {
  if (fields_.size() <= kMaxIndexed) {
    for (std::size_t slot = HashOf(name);; ++slot) {
      const std::size_t found = index_[slot % index_.size()];
      if (found == 0) return std::nullopt;
      if (fields_[found - 1].name == name) return found - 1;
    }
  }
  const auto it = std::lower_bound(
      fields_.begin(), fields_.end(), name,
      [](const Form::Field& field, std::string_view wanted) { return field.name < wanted; });
  if (it == fields_.end() || it->name != name) return std::nullopt;
  return static_cast<std::size_t>(it - fields_.begin());
}

std::string_view Parameters::Get(std::string_view name) const {
  const std::optional<std::size_t> index = Find(name);
  return index.has_value() ? fields_[*index].value : std::string_view();
}

std::string_view Parameters::CanonicalForm(TextRoom& room) const {
  std::size_t size = 0;
  for (const Form::Field& field : fields_) size += field.name.size() + field.value.size();
  if (size == 0) return {};
  if (in_order_) return {fields_.front().name.data(), size};
  char* const text = room.Get(size);
  char* out = text;
  for (const Form::Field& field : fields_) {
    out = std::copy(field.name.begin(), field.name.end(), out);
    out = std::copy(field.value.begin(), field.value.end(), out);
  }
  return {text, size};
}

std::string Parameters::ToJson() const {
  std::string json;
  JsonWriter writer(json);
  writer.BeginObject();
  for (auto it = fields_.begin(); it != fields_.end();) {
    const auto end = std::find_if(
        it, fields_.end(), [it](const Form::Field& field) { return field.name != it->name; });
    writer.Key(it->name);
    const bool several = end - it > 1;
    if (several) writer.BeginArray();
    for (; it != end; ++it) writer.String(it->value);
    if (several) writer.EndArray();
  }
  writer.EndObject();
  return json;
}

std::string_view ParameterReader::Take(std::string_view name) {
  const std::optional<std::size_t> index = parameters_.Find(name);
  if (!index.has_value()) return {};
  taken_[*index] = true;
  return parameters_.fields()[*index].value;
}

void ParameterReader::Drop(std::string_view name, std::string_view value) {
  if (Peek(name) == value) Take(name);
}

Metadata ParameterReader::Rest() const {
  Metadata metadata;
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    if (taken_[i]) continue;
    const Form::Field& field = parameters_.fields()[i];
    const std::string key = MetadataKey({}, field.name);
    // Names that meet in one key, and the values of a repeated name, are told side by side.
    const std::string_view before = metadata.Get(key);
    if (before.empty()) {
      metadata.Set(key, MetadataValue(field));
    } else {
      metadata.Set(key, std::string(before) + ", " + std::string(MetadataValue(field)));
    }
  }
  return metadata;
}

bool IsChannelName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxChannelName &&
         std::all_of(text.begin(), text.end(), IsLower);
}

std::string_view ChannelPrefix(std::string_view address) {
  const std::size_t colon = address.find(':');
  const std::string_view prefix = address.substr(0, colon);
  return colon != address.npos && IsChannelName(prefix) ? prefix : std::string_view();
}

}  // namespace twilio
}  // namespace omni::inline v0_1
