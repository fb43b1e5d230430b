/// \file
/// The events by which AWS hands an HTTP request to a function, and the answers it expects. Pure:
/// JSON to values and back.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "omni/http.h"

namespace lambda {

/// AWS's payload formats: who calls the function decides, and the answer must have the same.
enum class PayloadFormat {
  kVersion1,  ///< REST APIs; HTTP APIs that are told so
  kVersion2,  ///< HTTP APIs, function URLs
};

struct HttpEvent {
  PayloadFormat format = PayloadFormat::kVersion2;
  /// `target` is the path without the stage. `external_url` has the stage and the domain that AWS
  /// says was called; it is empty where the event does not tell the domain.
  omni::WebhookRequest request = {};
};

/// Errors: InvalidArgument when the event is no HTTP request. The message never quotes it.
[[nodiscard]] absl::StatusOr<HttpEvent> ReadEvent(std::string_view json);

/// A body that is not UTF-8 goes as base64.
[[nodiscard]] std::string WriteAnswer(PayloadFormat format, const omni::HttpResponse& answer);

}  // namespace lambda
