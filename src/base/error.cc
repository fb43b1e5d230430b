#include "omni/error.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/cord.h"
#include "base/absl_bridge.h"

namespace omni::inline v0_1 {
namespace {

constexpr absl::string_view kPayloadUrl = "omni/error_detail";
/// Between the fields of an encoded detail; never part of one.
constexpr char kSeparator = '\x1f';

struct CodeDefault {
  absl::StatusCode code;
  int http_status;
  std::string_view http_code;
  std::string_view reason;
  Blame blame;
  bool retryable;
};

constexpr std::array<CodeDefault, 9> kCodeDefaults = {{
    {absl::StatusCode::kUnauthenticated, 401, "UNAUTHORIZED", "unauthenticated", Blame::kSender,
     false},
    {absl::StatusCode::kPermissionDenied, 403, "FORBIDDEN", "forbidden", Blame::kSender, false},
    {absl::StatusCode::kInvalidArgument, 400, "INVALID_PAYLOAD", "invalid", Blame::kSender, false},
    {absl::StatusCode::kOutOfRange, 400, "INVALID_PAYLOAD", "invalid", Blame::kSender, false},
    {absl::StatusCode::kNotFound, 404, "NOT_FOUND", "not_found", Blame::kSender, false},
    {absl::StatusCode::kResourceExhausted, 429, "RATE_LIMITED", "rate_limited", Blame::kSender,
     true},
    {absl::StatusCode::kUnavailable, 503, "QUEUE_UNAVAILABLE", "unavailable", Blame::kDependency,
     true},
    {absl::StatusCode::kDeadlineExceeded, 503, "QUEUE_UNAVAILABLE", "deadline", Blame::kDependency,
     true},
    {absl::StatusCode::kAborted, 503, "QUEUE_UNAVAILABLE", "aborted", Blame::kDependency, true},
}};

constexpr CodeDefault kInternalDefault = {
    absl::StatusCode::kInternal, 500, "INTERNAL", "internal", Blame::kLibrary, false};

const CodeDefault& DefaultFor(absl::StatusCode code) {
  for (const CodeDefault& entry : kCodeDefaults) {
    if (entry.code == code) return entry;
  }
  return kInternalDefault;
}

std::string Encode(const ErrorDetail& detail) {
  std::string out;
  for (std::string_view text : {std::string_view(detail.reason), std::string_view(detail.code),
                                std::string_view(detail.field)}) {
    for (char c : text) out += c == kSeparator ? ' ' : c;
    out += kSeparator;
  }
  for (std::int64_t number :
       {static_cast<std::int64_t>(detail.blame), static_cast<std::int64_t>(detail.retryable),
        static_cast<std::int64_t>(detail.http_status),
        absl::ToInt64Milliseconds(detail.retry_after)}) {
    out += std::to_string(number);
    out += kSeparator;
  }
  return out;
}

class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  std::string_view Text() {
    const std::size_t end = rest_.find(kSeparator);
    const std::string_view field = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    return field;
  }
  std::int64_t Number() {
    const std::string_view field = Text();
    std::int64_t value = 0;
    std::from_chars(field.data(), field.data() + field.size(), value);
    return value;
  }

 private:
  std::string_view rest_;
};

ErrorDetail Decode(std::string_view text) {
  FieldReader reader(text);
  ErrorDetail detail;
  detail.reason = reader.Text();
  detail.code = reader.Text();
  detail.field = reader.Text();
  detail.blame = static_cast<Blame>(reader.Number());
  detail.retryable = reader.Number() != 0;
  detail.http_status = static_cast<int>(reader.Number());
  detail.retry_after = absl::Milliseconds(reader.Number());
  return detail;
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, std::string_view message, const ErrorDetail& detail) {
  absl::Status status(code, internal::ToAbsl(message));
  status.SetPayload(kPayloadUrl, absl::Cord(Encode(detail)));
  return status;
}

ErrorDetail GetErrorDetail(const absl::Status& status) {
  ErrorDetail detail;
  if (auto payload = status.GetPayload(kPayloadUrl)) {
    const std::string text(*payload);
    detail = Decode(text);
  }
  const CodeDefault& fallback = DefaultFor(status.code());
  if (detail.http_status == 0) {
    detail.http_status = status.ok() ? 200 : fallback.http_status;
    detail.retryable = detail.retryable || fallback.retryable;
  }
  if (detail.code.empty()) detail.code = fallback.http_code;
  if (detail.reason.empty()) detail.reason = fallback.reason;
  if (detail.blame == Blame::kUnknown) detail.blame = fallback.blame;
  return detail;
}

int HttpStatusFor(const absl::Status& status) {
  return status.ok() ? 200 : GetErrorDetail(status).http_status;
}

absl::Status InvalidPayloadError(std::string_view message, std::string_view field) {
  return MakeError(absl::StatusCode::kInvalidArgument, message,
                   {.reason = "invalid_payload",
                    .code = "INVALID_PAYLOAD",
                    .field = std::string(field),
                    .blame = Blame::kSender,
                    .http_status = 400});
}

absl::Status MissingFieldError(std::string_view field) {
  return MakeError(absl::StatusCode::kInvalidArgument,
                   std::string("missing required field: ").append(field),
                   {.reason = "missing_field",
                    .code = "MISSING_FIELD",
                    .field = std::string(field),
                    .blame = Blame::kSender,
                    .http_status = 400});
}

absl::Status PayloadTooLargeError(std::string_view message, std::string_view reason) {
  return MakeError(absl::StatusCode::kOutOfRange, message,
                   {.reason = std::string(reason),
                    .code = "PAYLOAD_TOO_LARGE",
                    .blame = Blame::kSender,
                    .http_status = 413});
}

absl::Status UnsupportedMediaTypeError(std::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, message,
                   {.reason = "unsupported_media_type",
                    .code = "UNSUPPORTED_MEDIA_TYPE",
                    .blame = Blame::kSender,
                    .http_status = 415});
}

absl::Status InvalidSignatureError(std::string_view message, std::string_view reason) {
  return MakeError(absl::StatusCode::kUnauthenticated, message,
                   {.reason = std::string(reason),
                    .code = "INVALID_SIGNATURE",
                    .blame = Blame::kSender,
                    .http_status = 401});
}

}  // namespace omni::inline v0_1
