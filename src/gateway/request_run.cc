#include "gateway/request_run.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "gateway/errors.h"
#include "gateway/limits.h"
#include "gateway/names.h"
#include "gateway/report.h"
#include "gateway/stamp.h"
#include "omni/error.h"
#include "omni/support/phone.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kRequestIdHeader = "X-Request-Id";
/// Follow-ups run one after another, each perhaps inside the last one's completion.
constexpr std::size_t kMaxFollowUps = 100;

}  // namespace

std::string ChooseRequestId(const WebhookRequest& request, const GatewayCore& core) {
  if (const auto given = request.headers.Find(kRequestIdHeader); given && IsPlainName(*given)) {
    return std::string(*given);
  }
  return MakeId(core.clock->Now(), *core.entropy);
}

HttpResponse RejectionAt(const GatewayCore& core, std::string_view target,
                         const absl::Status& status, std::string_view request_id) {
  PathParams ignored;
  const Endpoint* endpoint = core.routes.Find(TargetPath(target), ignored);
  if (endpoint == nullptr) return ErrorResponse(status, request_id);
  HttpResponse response = endpoint->adapter->RejectionFor(
      {.status = status, .mount = endpoint->mount->name, .request_id = request_id});
  response.headers.Set(kRequestIdHeader, std::string(request_id));
  return response;
}

RequestRun::RequestRun(std::shared_ptr<GatewayCore> core, WebhookRequest request,
                       std::string request_id, Completion<HttpResponse> done)
    : core_(std::move(core)),
      started_(core_->clock->Now()),
      ticket_(core_->in_flight),
      request_(std::move(request)),
      request_id_(std::move(request_id)),
      done_(std::move(done)),
      batch_(core_->observer != nullptr) {
  if (request_.received_at == absl::InfinitePast()) request_.received_at = started_;
}

void RequestRun::Start(std::shared_ptr<GatewayCore> core, WebhookRequest request,
                       std::string request_id, Completion<HttpResponse> done) {
  auto run = std::make_unique<RequestRun>(std::move(core), std::move(request),
                                          std::move(request_id), std::move(done));
  if (const absl::Status status = run->Receive(); !status.ok()) return run->Reject(status);
  if (run->preflight_) {
    return run->Answer(
        PreflightResponse(run->request_, *run->endpoint_->mount, run->endpoint_->cors),
        absl::OkStatus());
  }
  run->request_.body = {};  // the sink may take its time
  Enqueue(std::move(run));
}

absl::Status RequestRun::Receive() {
  if (!ticket_) {
    return TryAgainError("the service is shutting down", "shutting_down",
                         core_->options.retry_after);
  }
  client_ = ClientAddress(request_, core_->trusted_proxies);
  OMNI_RETURN_IF_ERROR(CheckLimits(request_, core_->options));
  OMNI_RETURN_IF_ERROR(FindEndpoint());
  if (preflight_) return absl::OkStatus();
  OMNI_RETURN_IF_ERROR(Verify());
  OMNI_RETURN_IF_ERROR(Normalize());
  return Claim();
}

absl::Status RequestRun::FindEndpoint() {
  endpoint_ = core_->routes.Find(TargetPath(request_.target), path_params_);
  if (endpoint_ == nullptr) return NoEndpointError();
  const auto& methods = endpoint_->mount->methods;
  if (std::find(methods.begin(), methods.end(), request_.method) != methods.end()) {
    return absl::OkStatus();
  }
  preflight_ = request_.method == HttpMethod::kOptions;
  return preflight_ ? absl::OkStatus() : MethodNotAllowedError();
}

absl::Status RequestRun::Verify() {
  verdict_ = Authenticate({.request = request_,
                           .endpoint = *endpoint_,
                           .path_params = path_params_,
                           .client = client_,
                           .secrets = *core_->secrets,
                           .trusted_proxies = core_->trusted_proxies,
                           .public_url = core_->options.public_url,
                           .now = started_,
                           .explain = core_->observer && core_->observer->WantsExplanations()});
  if (verdict_.group != nullptr) channel_ = &verdict_.group->first();
  return verdict_.status;
}

absl::Status RequestRun::Normalize() {
  const SignedRequest signed_request(request_, verdict_.external_url, verdict_.coverage);
  auto result = channel_->adapter->Normalize({.request = signed_request,
                                              .mount = endpoint_->mount->name,
                                              .path_params = path_params_,
                                              .keep_raw = verdict_.group->keep_raw,
                                              .max_events = core_->options.max_events_per_request,
                                              .received_at = request_.received_at});
  const bool too_many = result.ok() ? result->events.size() > core_->options.max_events_per_request
                                    : absl::IsResourceExhausted(result.status()) &&
                                          GetErrorDetail(result.status()).http_status == 429;
  if (too_many) {
    return PayloadTooLargeError("the request holds too many events", "too_many_events");
  }
  if (!result.ok()) return std::move(result).status();
  result_ = *std::move(result);
  if (result_.follow_ups.size() > kMaxFollowUps) {
    return FaultError("the adapter asks for too many requests", "too_many_follow_ups",
                      Blame::kLibrary);
  }
  for (const std::string& reason : result_.ignored) ReportIgnored(reason);
  return TakeEvents(std::move(result_.events));
}

absl::Status RequestRun::TakeEvents(std::vector<InboundEvent> events) {
  for (InboundEvent& inbound : events) {
    const std::string& account = inbound.event->account;
    const bool believed =
        verdict_.bound_account.empty() || account.empty() || account == verdict_.bound_account;
    const Channel* channel = believed ? verdict_.group->ChannelFor(account) : nullptr;
    if (channel == nullptr) {
      ReportIgnored("account_not_served");
      continue;
    }
    if (batch_.empty()) channel_ = channel;
    Stamp(inbound, {*channel, request_.received_at, *core_->entropy});
    batch_.Add(std::move(inbound.event), *channel);
  }
  if (batch_.empty() && !events.empty()) return AccountNotServedError();
  return absl::OkStatus();
}

absl::Status RequestRun::Claim() {
  if (batch_.empty()) return absl::OkStatus();
  if (batch_.ClaimKeys(core_->store.get(), started_, core_->options.idempotency_lease).ok()) {
    return absl::OkStatus();
  }
  return TryAgainError("the idempotency store is unavailable", "store_unavailable",
                       core_->options.retry_after);
}

void RequestRun::Enqueue(Owned run) {
  std::vector<Envelope> envelopes = run->batch_.MakeEnvelopes(run->verdict_.authentication);
  if (envelopes.empty()) return Settle(std::move(run), {});
  // Kept through the call: a completion inside it lets the gateway go.
  const std::shared_ptr<QueueSink> sink = run->core_->sink;
  QueueSink::EnqueueParams params{.envelopes = std::move(envelopes),
                                  .deadline = run->SinkDeadline()};
  sink->Enqueue(std::move(params), [run = std::move(run)](const Settlement& settlement) mutable {
    Settle(std::move(run), settlement);
  });
}

absl::Time RequestRun::SinkDeadline() const {
  const absl::Duration patience = std::min(
      core_->options.enqueue_timeout, endpoint_->adapter->info().ack_deadline - absl::Seconds(1));
  return started_ + std::max(patience, absl::Seconds(1));
}

void RequestRun::Settle(Owned run, const Settlement& settlement) {
  const GatewayCore& core = *run->core_;
  run->batch_.Settle({.settlement = settlement,
                      .store = core.store.get(),
                      .now = core.clock->Now(),
                      .keep = core.options.idempotency_keep,
                      .observer = core.observer.get()});
  if (const absl::Status status = run->SettlementError(); !status.ok()) return run->Reject(status);
  FollowUp(std::move(run), 0);
}

absl::Status RequestRun::SettlementError() const {
  const BatchCounts counts = batch_.Count();
  if (counts.failed > 0) {
    return TryAgainError("the queue did not accept every event", "not_enqueued",
                         core_->options.retry_after);
  }
  if (counts.in_flight > 0) {
    return TryAgainError("another delivery of this event is in progress", "in_flight",
                         core_->options.retry_after);
  }
  return absl::OkStatus();
}

void RequestRun::FollowUp(Owned run, std::size_t next) {
  if (next == run->result_.follow_ups.size()) {
    return run->Answer(std::move(run->result_.ack), absl::OkStatus());
  }
  if (run->core_->http_client == nullptr) {
    return run->Reject(FaultError("the adapter needs an HTTP client and the host gave none",
                                  "no_http_client", Blame::kHost));
  }
  const std::shared_ptr<HttpClient> client = run->core_->http_client;
  HttpClient::SendParams params{std::move(run->result_.follow_ups[next])};
  client->Send(std::move(params),
               [run = std::move(run), next](absl::StatusOr<HttpResponse> response) mutable {
                 if (response.ok() && response->status < 300)
                   return FollowUp(std::move(run), next + 1);
                 run->Reject(TryAgainError("a request that has to follow this one failed",
                                           "follow_up_failed", run->core_->options.retry_after));
               });
}

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

void RequestRun::Answer(HttpResponse response, const absl::Status& status) {
  response.headers.Set(kRequestIdHeader, request_id_);
  const bool come_again = response.status == 503 || response.status == 429;
  if (come_again && !response.headers.Find("Retry-After")) {
    SetRetryAfter(core_->options.retry_after, response);
  }
  if (endpoint_ != nullptr && !preflight_ && request_.headers.Find("Origin")) {
    endpoint_->cors.Answer(request_, response);
  }
  if (core_->observer != nullptr) Report(response.status, status);
  // Whoever has heard the answer may take the gateway and its ports down; a port must not go on a
  // thread of its own.
  core_ = nullptr;
  std::move(done_)(std::move(response));
}

void RequestRun::Report(int http_status, const absl::Status& status) const {
  Observer& observer = *core_->observer;
  batch_.Report(request_id_, observer);
  const ErrorDetail detail = status.ok() ? ErrorDetail{.reason = "ok"} : GetErrorDetail(status);
  // Of a request that was let through, why it should not have been.
  const std::string message =
      MaskDigits(ToStd(status.ok() ? verdict_.overruled.message() : status.message()));
  const std::string path = LoggablePath(request_.target);
  const std::string client = client_ ? client_->ToString() : std::string();
  const std::string key_id = MaskDigits(verdict_.key_id);
  const BatchCounts counts = batch_.Count();
  RequestReport report{.request_id = request_id_,
                       .method = HttpMethodName(request_.method),
                       .path = path,
                       .client = client,
                       .http_status = http_status,
                       .authentication = verdict_.authentication,
                       .key_id = key_id,
                       .reason = detail.reason,
                       .message = message,
                       .blame = detail.blame,
                       .accepted = counts.accepted,
                       .duplicates = counts.duplicates,
                       .in_flight = counts.in_flight,
                       .failed = counts.failed,
                       .ignored = ignored_,
                       .duration = core_->clock->Now() - started_,
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
