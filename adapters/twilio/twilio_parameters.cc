#include "twilio_parameters.h"

#include <algorithm>

#include "base/block_shelf.h"
#include "omni/json.h"
#include "support/form_decode.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

/// As a.compare(b): names differ early, so that calling memcmp costs more.
int CompareNames(std::string_view a, std::string_view b) {
  const std::size_t size = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return static_cast<unsigned char>(a[i]) - static_cast<unsigned char>(b[i]);
  }
  return a.size() == b.size() ? 0 : (a.size() < b.size() ? -1 : 1);
}

bool Before(const Form::Field& a, const Form::Field& b) {
  const int order = CompareNames(a.name, b.name);
  return order != 0 ? order < 0 : a.value < b.value;
}

}  // namespace

absl::Status Parameters::Read(std::string_view text) {
  constexpr FormLimits kLimits;
  if (text.size() > kLimits.max_bytes ||
      !internal::DecodeForm(text, kLimits.max_fields, text_.Get(text.size()), fields_)) {
    return Form::Parse(text).status();  // says what is wrong
  }
  Sort();
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

void* ReadForm::operator new(std::size_t) { return internal::BlockShelf<sizeof(ReadForm)>::Take(); }
void ReadForm::operator delete(void* form) { internal::BlockShelf<sizeof(ReadForm)>::Put(form); }

}  // namespace twilio
}  // namespace omni::inline v0_1
