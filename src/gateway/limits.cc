#include "gateway/limits.h"

#include "gateway/errors.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {

absl::Status CheckLimits(const WebhookRequest& request, const GatewayOptions& options) {
  if (request.body.size() > options.max_body_bytes) {
    return PayloadTooLargeError("the request body is too large", "body_too_large");
  }
  if (request.target.size() > options.max_target_bytes) return UriTooLongError();
  std::size_t count = 0;
  std::size_t bytes = 0;
  for (const auto& [name, value] : request.headers) {
    ++count;
    bytes += name.size() + value.size();
  }
  if (count > options.max_headers || bytes > options.max_header_bytes) {
    return HeadersTooLargeError();
  }
  return absl::OkStatus();
}

}  // namespace internal
}  // namespace omni::inline v0_1
