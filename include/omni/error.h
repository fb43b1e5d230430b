/// \file
/// Errors: an absl::Status that also says who is to blame, whether to retry, and what to answer.
///
/// A status message is for a person. It never holds a secret, a signature, a body or a full phone
/// number, because it reaches the HTTP answer and the host's log.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// Who has to act for the error to go away.
enum class Blame {
  kUnknown,
  kSender,      ///< whoever sent the request: forged, malformed, oversized
  kHost,        ///< the host's configuration: a wrong secret, a missing sink
  kDependency,  ///< something behind a port: a queue that is down
  kLibrary,     ///< a bug in omni or in an adapter
};

/// What an error says beyond its code and message. Rides in the status as a payload.
struct ErrorDetail {
  std::string reason = {};  ///< stable, for machines and metrics: `signature_mismatch`
  std::string code = {};    ///< the error body's code: `INVALID_SIGNATURE`
  std::string field = {};   ///< JSON path or parameter name of the offending field
  Blame blame = Blame::kUnknown;
  bool retryable = false;  ///< taken as it is where `http_status` is given, else derived
  int http_status = 0;
  absl::Duration retry_after = absl::ZeroDuration();  ///< written as `Retry-After` when positive
};

/// Builds a status with a detail. A field of `detail` that is left at its default is derived from
/// `code` when the detail is read back.
[[nodiscard]] OMNI_EXPORT absl::Status MakeError(absl::StatusCode code, std::string_view message,
                                                 const ErrorDetail& detail);

/// The detail of any status that is not OK, complete: what the status does not carry is derived
/// from its code (Unauthenticated is 401 `UNAUTHORIZED`, Unavailable is 503 and retryable, ...).
[[nodiscard]] OMNI_EXPORT ErrorDetail GetErrorDetail(const absl::Status& status);

/// The HTTP status that answers `status`; 200 for OK.
[[nodiscard]] OMNI_EXPORT int HttpStatusFor(const absl::Status& status);

/// 400 `INVALID_PAYLOAD`: the body is malformed, or the value at `field` has the wrong type.
[[nodiscard]] OMNI_EXPORT absl::Status InvalidPayloadError(std::string_view message,
                                                           std::string_view field);

/// 400 `MISSING_FIELD`: a required field is absent. The message names its path.
[[nodiscard]] OMNI_EXPORT absl::Status MissingFieldError(std::string_view field);

/// 413 `PAYLOAD_TOO_LARGE`. `reason` is stable: `body_too_large`, `file_too_large`, ...
[[nodiscard]] OMNI_EXPORT absl::Status PayloadTooLargeError(std::string_view message,
                                                            std::string_view reason);

/// 415 `UNSUPPORTED_MEDIA_TYPE`.
[[nodiscard]] OMNI_EXPORT absl::Status UnsupportedMediaTypeError(std::string_view message);

/// 401 `INVALID_SIGNATURE`. `reason` is stable: `signature_missing`, `signature_mismatch`, ...
[[nodiscard]] OMNI_EXPORT absl::Status InvalidSignatureError(std::string_view message,
                                                             std::string_view reason);

}  // namespace omni::inline v0_1
