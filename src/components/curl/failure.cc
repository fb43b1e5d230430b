#include "components/curl/failure.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

struct Failure {
  CURLcode code;
  std::string_view reason;
  bool is_transient;
};

constexpr Failure kFailures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, "name_unresolved", true},
    {CURLE_COULDNT_CONNECT, "connection_failed", true},
    {CURLE_OPERATION_TIMEDOUT, "connection_failed", true},  // only connecting has a time of its own
    {CURLE_GOT_NOTHING, "connection_lost", true},
    {CURLE_PARTIAL_FILE, "connection_lost", true},
    {CURLE_RECV_ERROR, "connection_lost", true},
    {CURLE_SEND_ERROR, "connection_lost", true},
    {CURLE_SSL_CONNECT_ERROR, "tls_failed", true},
    {CURLE_PEER_FAILED_VERIFICATION, "certificate_untrusted", false},
    {CURLE_WEIRD_SERVER_REPLY, "invalid_response", false},
    {CURLE_UNSUPPORTED_PROTOCOL, "invalid_response", false},
    {CURLE_BAD_CONTENT_ENCODING, "invalid_response", false},
};

const Failure* Find(CURLcode code) {
  const auto* const found =
      std::find_if(std::begin(kFailures), std::end(kFailures),
                   [code](const Failure& failure) { return failure.code == code; });
  return found == std::end(kFailures) ? nullptr : found;
}

}  // namespace

absl::Status CurlError(CURLcode code) {
  std::string message = "the request failed: ";
  message.append(curl_easy_strerror(code));
  if (const Failure* const failure = Find(code)) {
    return MakeError(absl::StatusCode::kUnavailable, message,
                     {.reason = std::string(failure->reason), .blame = Blame::kDependency});
  }
  return MakeError(absl::StatusCode::kInternal, message,
                   {.reason = "http_client_failed", .blame = Blame::kHost});
}

bool IsTransientFailure(CURLcode code) {
  const Failure* const failure = Find(code);
  return failure != nullptr && failure->is_transient;
}

absl::Status TimeoutError() {
  return MakeError(absl::StatusCode::kDeadlineExceeded, "no answer came in time",
                   {.reason = "timeout", .blame = Blame::kDependency});
}

absl::Status AddressNotPublicError() {
  return MakeError(absl::StatusCode::kPermissionDenied,
                   "the host of the URL has no address that is public",
                   {.reason = "address_not_public"});
}

absl::Status ResponseTooLargeError() {
  return MakeError(absl::StatusCode::kResourceExhausted, "the answer is larger than allowed",
                   {.reason = "response_too_large", .blame = Blame::kDependency});
}

absl::Status BusyError() {
  return MakeError(absl::StatusCode::kUnavailable, "too many requests are pending",
                   {.reason = "http_client_busy", .blame = Blame::kHost});
}

absl::Status InvalidRequestError(const char* problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, problem, {.reason = "invalid_request"});
}

}  // namespace internal
}  // namespace omni::inline v0_1
