#include "omni/support/content_type.h"

#include "omni/error.h"
#include "omni/http.h"

namespace omni::inline v0_1 {

absl::Status CheckJsonContentType(std::string_view content_type) {
  if (content_type.empty() || IsMediaType(content_type, "application/json")) {
    return absl::OkStatus();
  }
  return UnsupportedMediaTypeError("the content type is not application/json");
}

}  // namespace omni::inline v0_1
