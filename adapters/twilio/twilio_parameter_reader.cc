#include "twilio_parameter_reader.h"

#include <algorithm>
#include <optional>
#include <string>

#include "omni/support/metadata_key.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

constexpr std::size_t kMaxChannelName = 20;

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

std::string_view MetadataValue(const Form::Field& field) {
  if (field.name != Name("ExternalUserId").text()) return field.value;
  const std::size_t prefix = ChannelPrefix(field.value).size();
  return prefix == 0 ? field.value : field.value.substr(prefix + 1);
}

}  // namespace

ParameterReader::ParameterReader(const Parameters& parameters)
    : parameters_(parameters), states_(parameters.fields().size()) {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const std::optional<Name> name = Name::Find(parameters.fields()[i].name);
    if (!name.has_value() || Has(*name)) continue;
    places_[name->index()] = static_cast<std::uint16_t>(i + 1);  // there are at most a thousand
    states_[i].name = name;
  }
}

std::string_view ParameterReader::Take(Name name) {
  const std::size_t place = places_[name.index()];
  if (place == 0) return {};
  states_[place - 1].taken = true;
  return parameters_.fields()[place - 1].value;
}

std::string_view ParameterReader::TakeNumbered(std::string_view name, std::size_t number) {
  const std::string wanted = std::string(name).append(std::to_string(number));
  const Parameters::Fields& fields = parameters_.fields();
  const auto it = std::lower_bound(
      fields.begin(), fields.end(), wanted,
      [](const Form::Field& field, std::string_view text) { return field.name < text; });
  if (it == fields.end() || it->name != wanted) return {};
  states_[static_cast<std::size_t>(it - fields.begin())].taken = true;
  return it->value;
}

void ParameterReader::Drop(Name name, std::string_view value) {
  if (Peek(name) == value) Take(name);
}

Metadata ParameterReader::Rest() const {
  Metadata metadata;
  MetadataKeyMaker keys;
  bool all_known = true;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (states_[i].taken) continue;
    const Form::Field& field = parameters_.fields()[i];
    const std::optional<Name> name = states_[i].name;
    const std::string_view key =
        name.has_value() ? name->metadata_key() : keys.Make({}, field.name);
    // Names that meet in one key, and the values of a repeated name, are told side by side. Those
    // that are known do not meet.
    all_known = all_known && name.has_value();
    const std::string_view before = all_known ? std::string_view() : metadata.Get(key);
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
