/// \file
/// What the log says of requests.
#pragma once

#include <memory>
#include <string_view>

#include "absl/time/time.h"
#include "log/log.h"
#include "omni/http.h"
#include "omni/ports/observer.h"

namespace host {

/// Logs one line for each request that a gateway answered, and its warnings.
[[nodiscard]] std::shared_ptr<omni::Observer> MakeLogObserver(std::shared_ptr<Log> log);

/// A request that the host answered itself.
struct OwnRequest {
  std::string_view request_id = {};
  omni::HttpMethod method = omni::HttpMethod::kUnknown;
  std::string_view target = {};
  std::string_view client = {};
  int http_status = 0;
  absl::Duration duration = absl::ZeroDuration();
};
void LogOwnRequest(const OwnRequest& request, Log& log);

/// A request that was refused before anybody saw it. Its target is empty when it is not known.
void LogRefusal(const OwnRequest& request, std::string_view code, Log& log);

}  // namespace host
