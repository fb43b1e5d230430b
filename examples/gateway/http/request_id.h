/// \file
/// The id by which a request is known in its answer and in the log.
#pragma once

#include <string>

#include "omni/http.h"

namespace host {

/// A new one.
[[nodiscard]] std::string NewRequestId();
/// The request's own `X-Request-Id` where it is sane, else a new one; as the gateway does it.
[[nodiscard]] std::string RequestIdOf(const omni::WebhookRequest& request);

}  // namespace host
