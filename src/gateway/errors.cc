#include "gateway/errors.h"

#include <string>

namespace omni::inline v0_1 {
namespace internal {
namespace {

absl::Status SenderError(absl::StatusCode code, std::string_view message, std::string_view reason,
                         std::string_view http_code, int http_status) {
  return MakeError(code, message,
                   {.reason = std::string(reason),
                    .code = std::string(http_code),
                    .blame = Blame::kSender,
                    .http_status = http_status});
}

}  // namespace

absl::Status UriTooLongError() {
  return SenderError(absl::StatusCode::kOutOfRange, "the request target is too long",
                     "target_too_long", "URI_TOO_LONG", 414);
}

absl::Status HeadersTooLargeError() {
  return SenderError(absl::StatusCode::kOutOfRange, "the request headers are too large",
                     "headers_too_large", "HEADERS_TOO_LARGE", 431);
}

absl::Status NoEndpointError() {
  return SenderError(absl::StatusCode::kNotFound, "there is no endpoint at this path",
                     "no_endpoint", "NOT_FOUND", 404);
}

absl::Status AccountNotServedError() {
  return SenderError(absl::StatusCode::kNotFound, "no channel serves this account",
                     "account_not_served", "NOT_FOUND", 404);
}

absl::Status MethodNotAllowedError() {
  return SenderError(absl::StatusCode::kInvalidArgument, "this endpoint does not take that method",
                     "method_not_allowed", "METHOD_NOT_ALLOWED", 405);
}

absl::Status OriginNotAllowedError() {
  return SenderError(absl::StatusCode::kPermissionDenied,
                     "requests from this address are not allowed", "origin_not_allowed",
                     "FORBIDDEN", 403);
}

absl::Status ReplayedProofError() {
  return InvalidSignatureError("the proof was used before", "proof_replayed");
}

absl::Status UnprovedInquiryError() {
  return SenderError(absl::StatusCode::kUnauthenticated, "this request needs a valid credential",
                     "inquiry_unproved", "UNAUTHORIZED", 401);
}

absl::Status ForwardedTwiceError() {
  return SenderError(absl::StatusCode::kPermissionDenied,
                     "the request was forwarded here, and its account is mapped elsewhere",
                     "forwarded_twice", "FORBIDDEN", 403);
}

absl::Status NotKeptError(std::string_view what) {
  return SenderError(absl::StatusCode::kNotFound, "this service keeps no " + std::string(what),
                     "no_store", "NOT_FOUND", 404);
}

absl::Status FaultError(std::string_view message, std::string_view reason, Blame blame) {
  return MakeError(
      absl::StatusCode::kInternal, message,
      {.reason = std::string(reason), .code = "INTERNAL", .blame = blame, .http_status = 500});
}

absl::Status TryAgainError(std::string_view message, std::string_view reason,
                           absl::Duration retry_after) {
  return MakeError(absl::StatusCode::kUnavailable, message,
                   {.reason = std::string(reason),
                    .code = "QUEUE_UNAVAILABLE",
                    .blame = Blame::kDependency,
                    .retryable = true,
                    .http_status = 503,
                    .retry_after = retry_after});
}

absl::Status InFlightError(absl::Duration retry_after) {
  return TryAgainError("another delivery of this event is in progress", "in_flight", retry_after);
}

absl::Status ShuttingDownError(absl::Duration retry_after) {
  return TryAgainError("the service is shutting down", "shutting_down", retry_after);
}

void SetRetryAfter(absl::Duration retry_after, HttpResponse& response) {
  const absl::Duration seconds = absl::Ceil(retry_after, absl::Seconds(1));
  response.headers.Set("Retry-After", std::to_string(absl::ToInt64Seconds(seconds)));
}

}  // namespace internal
}  // namespace omni::inline v0_1
