/// \file
/// The host's HTTP client: for the requests that an adapter asks to have made.
#pragma once

#include "absl/status/statusor.h"
#include "omni/export.h"
#include "omni/http.h"
#include "omni/ports/completion.h"

namespace omni::inline v0_1 {

/// Thread safety: thread-safe.
class OMNI_EXPORT HttpClient {
 public:
  virtual ~HttpClient();

  struct SendParams {
    HttpRequest request = {};
  };
  /// Makes the request. Any answer, whatever its status, is an OK result; an error means that no
  /// answer came. Completes within `request.timeout`, inline or on any thread.
  virtual void Send(SendParams params, Completion<absl::StatusOr<HttpResponse>> done) = 0;
};

}  // namespace omni::inline v0_1
