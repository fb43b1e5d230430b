#include "components/aws/aws_error.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "omni/error.h"
#include "omni/json.h"
#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

struct Known {
  std::string_view code;
  AwsErrorKind kind;
};

constexpr Known kKnown[] = {
    {"AWS.SimpleQueueService.NonExistentQueue", AwsErrorKind::kMissing},
    {"AWS.SimpleQueueService.MessageNotInflight", AwsErrorKind::kMissing},
    {"AccessDenied", AwsErrorKind::kDenied},
    {"AccessDeniedException", AwsErrorKind::kDenied},
    {"ExpiredToken", AwsErrorKind::kCredentials},
    {"ExpiredTokenException", AwsErrorKind::kCredentials},
    {"InternalError", AwsErrorKind::kUnavailable},
    {"InternalFailure", AwsErrorKind::kUnavailable},
    {"InternalServiceError", AwsErrorKind::kUnavailable},
    {"InvalidClientTokenId", AwsErrorKind::kCredentials},
    {"InvalidSignatureException", AwsErrorKind::kClock},
    {"KmsThrottled", AwsErrorKind::kThrottled},
    {"MessageNotInflight", AwsErrorKind::kMissing},
    {"NonExistentQueue", AwsErrorKind::kMissing},
    {"OverLimit", AwsErrorKind::kThrottled},
    {"QueueDoesNotExist", AwsErrorKind::kMissing},
    {"ReceiptHandleIsInvalid", AwsErrorKind::kMissing},
    {"RequestExpired", AwsErrorKind::kClock},
    {"RequestLimitExceeded", AwsErrorKind::kThrottled},
    {"RequestThrottled", AwsErrorKind::kThrottled},
    {"RequestThrottledException", AwsErrorKind::kThrottled},
    {"RequestTimeTooSkewed", AwsErrorKind::kClock},
    {"ResourceNotFoundException", AwsErrorKind::kMissing},
    {"ServiceUnavailable", AwsErrorKind::kUnavailable},
    {"ServiceUnavailableException", AwsErrorKind::kUnavailable},
    {"SignatureDoesNotMatch", AwsErrorKind::kClock},
    {"SlowDown", AwsErrorKind::kThrottled},
    {"ThrottledException", AwsErrorKind::kThrottled},
    {"Throttling", AwsErrorKind::kThrottled},
    {"ThrottlingException", AwsErrorKind::kThrottled},
    {"TooManyRequestsException", AwsErrorKind::kThrottled},
    {"UnrecognizedClientException", AwsErrorKind::kCredentials},
};

AwsErrorKind KindOf(int status) {
  if (status == 429) return AwsErrorKind::kThrottled;
  if (status == 407 || status == 408 || status / 100 == 5) return AwsErrorKind::kUnavailable;
  return status == 403 ? AwsErrorKind::kDenied : AwsErrorKind::kRefused;
}

// It reaches logs: nothing but a short word.
std::string Word(std::string_view code) {
  constexpr std::size_t kMaxLength = 80;
  const auto end = std::find_if(code.begin(), code.end(), [](char c) {
    return !IsAlphanumeric(c) && c != '.' && c != '_' && c != '-';
  });
  const auto length = static_cast<std::size_t>(end - code.begin());
  return std::string(code.substr(0, std::min(length, kMaxLength)));
}

struct Wording {
  absl::StatusCode code;
  const char* reason;
  const char* text;
};

Wording WordingOf(AwsErrorKind kind) {
  using absl::StatusCode;
  switch (kind) {
    case AwsErrorKind::kThrottled:
      return {StatusCode::kUnavailable, "aws_throttled", "AWS asks for patience"};
    case AwsErrorKind::kUnavailable:
      return {StatusCode::kUnavailable, "aws_unavailable", "AWS failed"};
    case AwsErrorKind::kMissing:
      return {StatusCode::kNotFound, "aws_not_found", "AWS has no such thing"};
    case AwsErrorKind::kDenied:
      return {StatusCode::kPermissionDenied, "aws_denied", "AWS does not allow it"};
    case AwsErrorKind::kCredentials:
      return {StatusCode::kUnavailable, "aws_credentials", "AWS does not take our credentials"};
    case AwsErrorKind::kClock:
      return {StatusCode::kUnavailable, "aws_signature", "AWS does not take our signature"};
    case AwsErrorKind::kRefused:
      break;
  }
  return {StatusCode::kInvalidArgument, "aws_refused", "AWS refuses it"};
}

}  // namespace

absl::Status AwsError::ToStatus() const {
  const Wording wording = WordingOf(kind);
  const bool is_ours = wording.code != absl::StatusCode::kUnavailable;
  return MakeError(
      wording.code, std::string(wording.text) + ": " + code,
      {.reason = wording.reason, .blame = is_ours ? Blame::kHost : Blame::kDependency});
}

AwsError ClassifyAwsError(std::string_view code, int status) {
  const auto* const known = std::find_if(std::begin(kKnown), std::end(kKnown),
                                         [&](const Known& k) { return k.code == code; });
  return {.kind = known == std::end(kKnown) ? KindOf(status) : known->kind, .code = Word(code)};
}

AwsError ParseAwsError(const HttpResponse& response) {
  std::string code;
  if (const auto document = JsonDocument::Parse(response.body); document.ok()) {
    const JsonValue root = document->root();
    code = std::string(root["__type"].exists() ? root["__type"].text() : root["code"].text());
  }
  if (code.empty()) code = std::string(response.headers.Find("x-amzn-errortype").value_or(""));
  // `com.amazonaws.sqs#QueueDoesNotExist:http://…`
  code = code.substr(0, code.find(':'));
  code.erase(0, code.rfind('#') + 1);
  // Without a word of AWS's own it is a proxy or a gateway that speaks, and that may pass.
  AwsError nameless = {
      .kind = response.status == 429 ? AwsErrorKind::kThrottled : AwsErrorKind::kUnavailable,
      .code = "HTTP " + std::to_string(response.status)};
  if (code.empty()) return nameless;
  AwsError error = ClassifyAwsError(code, response.status);
  return error.code.empty() ? nameless : error;
}

}  // namespace internal
}  // namespace omni::inline v0_1
