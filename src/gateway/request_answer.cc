#include <utility>

#include "base/absl_bridge.h"
#include "gateway/errors.h"
#include "gateway/report.h"
#include "gateway/request_run.h"
#include "omni/error.h"
#include "omni/support/phone.h"
#include "support/mask.h"

namespace omni::inline v0_1 {
namespace internal {

void RequestRun::Reject(const absl::Status& status) {
  if (endpoint_ == nullptr) return Answer(ErrorResponse(status, request_id_), status);
  const ChannelAdapter& adapter = channel_ != nullptr ? *channel_->adapter : *endpoint_->adapter;
  HttpResponse response = adapter.RejectionFor(
      {.status = status, .mount = endpoint_->mount->name, .request_id = request_id_});
  if (response.status == 405) {
    response.headers.Set("Allow", AllowedMethods(*endpoint_->mount));
  }
  Answer(std::move(response), status);
}

void RequestRun::Answer(HttpResponse&& response, const absl::Status& status) {
  claims_.Settle(*core_->clock);
  claims_.Abandon();
  if (core_->observer != nullptr) Report(response.status, status);
  response.headers.Set(kRequestIdHeader, request_id_);
  const bool come_again = response.status == 503 || response.status == 429;
  if (come_again && !response.headers.Find("Retry-After")) {
    SetRetryAfter(core_->options.retry_after, response);
  }
  if (endpoint_ != nullptr && !preflight_ && request_.headers.Find("Origin")) {
    endpoint_->cors.Answer(request_, response);
  }
  // Whoever has heard the answer may take the gateway and its ports down; a port must not go on a
  // thread of its own.
  core_ = nullptr;
  std::move(done_)(std::move(response));
}

void RequestRun::Report(int http_status, const absl::Status& status) {
  Observer& observer = *core_->observer;
  batch_.Report(request_id_, observer);
  const ErrorDetail detail = status.ok() ? ErrorDetail{.reason = "ok"} : GetErrorDetail(status);
  // Of a request that was let through, why it should not have been.
  const std::string_view message =
      MaskDigitsIn(memory_, ToStd(status.ok() ? verdict_.overruled.message() : status.message()));
  const std::string client = client_ ? client_->ToString() : std::string();
  const BatchCounts counts = batch_.Count();
  RequestReport report{.request_id = request_id_,
                       .method = HttpMethodName(request_.method),
                       .path = LoggablePath(request_.target, memory_),
                       .client = client,
                       .http_status = http_status,
                       .authentication = verdict_.authentication,
                       .key_id = MaskDigitsIn(memory_, verdict_.key_id),
                       .reason = detail.reason,
                       .message = message,
                       .blame = detail.blame,
                       .accepted = counts.accepted,
                       .duplicates = counts.duplicates,
                       .in_flight = counts.in_flight,
                       .failed = counts.failed,
                       .ignored = ignored_,
                       .duration = core_->clock->Now() - started_,
                       .stages = stages_,
                       .carried = carried_,
                       .explanation = verdict_.explanation.get()};
  if (endpoint_ != nullptr) report.adapter = endpoint_->adapter->info().name;
  if (channel_ != nullptr) {
    report.channel = channel_->config.id;
    report.tenant = channel_->config.tenant;
  }
  observer.OnRequest(report);
}

void RequestRun::ReportIgnored(std::string_view reason) {
  ++ignored_;
  if (core_->observer == nullptr) return;
  const std::string masked = MaskDigits(reason);
  core_->observer->OnIgnored(
      {.request_id = request_id_, .adapter = endpoint_->adapter->info().name, .reason = masked});
}

}  // namespace internal
}  // namespace omni::inline v0_1
