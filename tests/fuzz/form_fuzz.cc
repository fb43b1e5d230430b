/// \file
/// Urlencoded and multipart forms. The first line of a multipart input is its content type.

#include "fuzz/fuzz_target.h"
#include "omni/support/form.h"
#include "omni/support/multipart.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace omni;
  std::string_view input = fuzz::AsText(data, size);
  if (const auto form = Form::Parse(input); form.ok()) {
    for (const Form::Field& field : form->fields()) {
      fuzz::Require(form->Has(field.name), "a field can be found by its name");
    }
  }
  const std::string_view content_type = fuzz::TakeUntil(input, '\n');
  const auto parts = ParseMultipart(content_type, input, {});
  if (!parts.ok()) return 0;
  for (const MultipartPart& part : *parts) {
    fuzz::Require(
        part.body.empty() || (part.body.data() >= input.data() &&
                              part.body.data() + part.body.size() <= input.data() + input.size()),
        "a part's body is within the body");
    fuzz::Require(part.filename.find('/') == std::string::npos, "a filename has no directory");
  }
  return 0;
}
