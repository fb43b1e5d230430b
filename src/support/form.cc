#include "omni/support/form.h"

#include <algorithm>
#include <utility>

#include "omni/error.h"
#include "support/percent.h"

namespace omni::inline v0_1 {
namespace {

absl::Status LimitError(std::string_view message, std::string_view reason) {
  return MakeError(absl::StatusCode::kResourceExhausted, message,
                   {.reason = std::string(reason),
                    .code = "INVALID_PAYLOAD",
                    .blame = Blame::kSender,
                    .http_status = 400});
}

// Calls `visit(field)` for what stands between the `&`s, empty fields left out, as long as it
// returns true.
template <class Visitor>
bool ForEachField(std::string_view text, Visitor visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    if (end > 0 && !visit(text.substr(0, end))) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

}  // namespace

absl::StatusOr<Form> Form::Parse(std::string_view text, const FormLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return LimitError("the form is too large", "form_too_large");
  }
  Form form;
  // Decoding never makes text longer, so one buffer of this size holds every name and value.
  form.text_ = std::make_unique_for_overwrite<char[]>(text.size());
  const auto separators = static_cast<std::size_t>(std::count(text.begin(), text.end(), '&'));
  form.fields_.reserve(std::min(separators + 1, limits.max_fields));

  char* end = form.text_.get();
  const auto decode = [&end](std::string_view encoded) {
    char* const begin =
        std::exchange(end, internal::DecodePercent(encoded, internal::PlusSign::kSpace, end));
    return std::string_view(begin, static_cast<std::size_t>(end - begin));
  };
  const bool within_limits = ForEachField(text, [&](std::string_view field) {
    if (form.fields_.size() == limits.max_fields) return false;
    const std::size_t equals = std::min(field.find('='), field.size());
    const std::string_view name = decode(field.substr(0, equals));
    const std::string_view value = decode(field.substr(std::min(equals + 1, field.size())));
    form.fields_.push_back({name, value});
    return true;
  });
  if (!within_limits) return LimitError("the form has too many fields", "form_too_many_fields");
  return form;
}

absl::StatusOr<Form> Form::Parse(std::string_view text) { return Parse(text, FormLimits{}); }

std::optional<std::string_view> Form::Find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (field.name == name) return field.value;
  }
  return std::nullopt;
}

std::string_view Form::Get(std::string_view name) const { return Find(name).value_or(""); }

}  // namespace omni::inline v0_1
