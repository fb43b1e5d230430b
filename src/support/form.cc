#include "omni/support/form.h"

#include <algorithm>

#include "omni/error.h"
#include "support/form_decode.h"

namespace omni::inline v0_1 {
namespace {

absl::Status LimitError(std::string_view message, std::string_view reason) {
  return MakeError(absl::StatusCode::kResourceExhausted, message,
                   {.reason = std::string(reason),
                    .code = "INVALID_PAYLOAD",
                    .blame = Blame::kSender,
                    .http_status = 400});
}

}  // namespace

absl::StatusOr<Form> Form::Parse(std::string_view text, const FormLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return LimitError("the form is too large", "form_too_large");
  }
  Form form;
  form.text_ = std::make_unique_for_overwrite<char[]>(text.size());
  const auto separators = static_cast<std::size_t>(std::count(text.begin(), text.end(), '&'));
  form.fields_.reserve(std::min(separators + 1, limits.max_fields));
  if (!internal::DecodeForm(text, limits.max_fields, form.text_.get(), form.fields_)) {
    return LimitError("the form has too many fields", "form_too_many_fields");
  }
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
