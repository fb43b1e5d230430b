#include "twilio_parameters.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "omni/json.h"
#include "omni/support/metadata_key.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

constexpr std::size_t kMaxChannelName = 20;

bool Before(const Form::Field& a, const Form::Field& b) {
  return std::tie(a.name, a.value) < std::tie(b.name, b.value);
}

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

std::string_view MetadataValue(const Form::Field& field) {
  if (field.name != "ExternalUserId") return field.value;
  const std::size_t prefix = ChannelPrefix(field.value).size();
  return prefix == 0 ? field.value : field.value.substr(prefix + 1);
}

}  // namespace

Parameters::Parameters(Form form) : form_(std::move(form)), fields_(form_.fields()) {
  std::sort(fields_.begin(), fields_.end(), Before);
  fields_.erase(std::unique(fields_.begin(), fields_.end()), fields_.end());
}

absl::StatusOr<Parameters> Parameters::Parse(std::string_view text) {
  OMNI_ASSIGN_OR_RETURN(Form form, Form::Parse(text));
  return Parameters(std::move(form));
}

std::optional<std::size_t> Parameters::Find(std::string_view name) const {
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

std::string Parameters::CanonicalForm() const {
  std::size_t size = 0;
  for (const Form::Field& field : fields_) size += field.name.size() + field.value.size();
  std::string text;
  text.reserve(size);
  for (const Form::Field& field : fields_) text.append(field.name).append(field.value);
  return text;
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
