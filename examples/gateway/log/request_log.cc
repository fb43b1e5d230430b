#include "log/request_log.h"

#include <algorithm>
#include <string>
#include <utility>

#include "log/trace_context.h"
#include "omni/support/phone.h"

namespace host {
namespace {

constexpr std::size_t kMaxPath = 256;

std::string_view OutcomeWord(omni::Authentication authentication) {
  switch (authentication) {
    case omni::Authentication::kNone:
      return "none";
    case omni::Authentication::kVerified:
      return "verified";
    case omni::Authentication::kRejected:
      return "rejected";
    case omni::Authentication::kShadow:
      return "shadow";
    case omni::Authentication::kInsecure:
      return "insecure";
  }
  return "none";
}

/// A success, a refusal (theirs) or a failure (ours).
std::string_view Outcome(int http_status) {
  if (http_status < 400) return "success";
  return http_status < 500 ? "refused" : "failed";
}

std::string_view Level(int http_status) { return http_status < 500 ? "info" : "warning"; }

std::string MaskedPath(std::string_view target) {
  std::string path = omni::MaskDigits(omni::TargetPath(target).substr(0, kMaxPath));
  std::replace_if(
      path.begin(), path.end(), [](char c) { return c <= ' ' || c > '~'; }, '?');
  return path;
}

/// Thread safety: thread-safe.
class LogObserver final : public omni::Observer {
 public:
  explicit LogObserver(std::shared_ptr<Log> log) : log_(std::move(log)) {}

  void OnRequest(const omni::RequestReport& report) override;
  void OnWarning(std::string_view reason, std::string_view message) override {
    LogLine line("warning", "warning");
    line.Text("reason", reason).Text("message", omni::MaskDigits(message));
    log_->Write(std::move(line));
  }

 private:
  const std::shared_ptr<Log> log_;
};

void LogObserver::OnRequest(const omni::RequestReport& report) {
  LogLine line(Level(report.http_status), "request");
  line.Text("requestId", report.request_id)
      .Text("method", report.method)
      .Text("path", report.path)
      .Int("status", report.http_status)
      .OptionalText("carrier", report.adapter)
      .OptionalText("channel", report.channel)
      .OptionalText("tenant", report.tenant)
      .OptionalText("client", report.client)
      .Text("outcome", Outcome(report.http_status))
      .Text("reason", report.reason)
      .OptionalText("message", report.message)
      .Text("authentication", OutcomeWord(report.authentication))
      .OptionalText("keyId", report.key_id)
      .Int("accepted", static_cast<std::int64_t>(report.accepted))
      .Int("duplicates", static_cast<std::int64_t>(report.duplicates));
  if (report.failed > 0) line.Int("failed", static_cast<std::int64_t>(report.failed));
  if (report.ignored > 0) line.Int("ignored", static_cast<std::int64_t>(report.ignored));
  line.Milliseconds("durationMs", absl::ToInt64Microseconds(report.duration));
  if (const auto trace = ParseTraceParent(CarriedTraceParent(report))) {
    line.Text("traceId", trace->trace_id).Text("spanId", trace->span_id);
  }
  log_->Write(std::move(line));
}

}  // namespace

std::shared_ptr<omni::Observer> MakeLogObserver(std::shared_ptr<Log> log) {
  return std::make_shared<LogObserver>(std::move(log));
}

void LogOwnRequest(const OwnRequest& request, Log& log) {
  LogLine line(Level(request.http_status), "request");
  line.Text("requestId", request.request_id)
      .Text("method", omni::HttpMethodName(request.method))
      .Text("path", MaskedPath(request.target))
      .Int("status", request.http_status)
      .OptionalText("client", request.client)
      .Text("outcome", Outcome(request.http_status))
      .Milliseconds("durationMs", absl::ToInt64Microseconds(request.duration));
  log.Write(std::move(line));
}

void LogRefusal(const OwnRequest& request, std::string_view code, Log& log) {
  LogLine line(Level(request.http_status), "request");
  line.Text("requestId", request.request_id);
  if (!request.target.empty()) {
    line.Text("method", omni::HttpMethodName(request.method))
        .Text("path", MaskedPath(request.target));
  }
  line.Int("status", request.http_status)
      .OptionalText("client", request.client)
      .Text("outcome", Outcome(request.http_status))
      .Text("reason", code);
  log.Write(std::move(line));
}

}  // namespace host
