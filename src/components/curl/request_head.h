/// \file
/// What goes out before a request's body.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "components/curl/handles.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace internal {

/// Whether method, URL and headers can be sent as they are. Errors: InvalidArgument.
[[nodiscard]] absl::Status CheckRequest(const HttpRequest& request);

/// The headers as libcurl wants them, so that it sends those of the request and adds none but
/// `Host` and `Content-Length`. Errors: ResourceExhausted.
[[nodiscard]] absl::StatusOr<CurlList> HeaderList(const HttpHeaders& headers);

/// Sets method, URL and body. Lifetime: the request's must cover the transfers.
void SetRequest(const HttpRequest& request, CurlSetup& setup);

}  // namespace internal
}  // namespace omni::inline v0_1
