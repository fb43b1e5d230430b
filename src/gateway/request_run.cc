#include "gateway/request_run.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "gateway/errors.h"
#include "gateway/limits.h"
#include "gateway/names.h"
#include "gateway/quarantine.h"
#include "gateway/report.h"
#include "gateway/stamp.h"
#include "gateway/store_inquiry.h"
#include "omni/error.h"
#include "omni/support/encoding.h"
#include "omni/support/phone.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Follow-ups run one after another, each perhaps inside the last one's completion.
constexpr std::size_t kMaxFollowUps = 100;

/// Hashed, because the carrier chose its characters and its length.
std::string NonceKey(const Channel& channel, std::string_view nonce) {
  std::string key(channel.adapter->info().name);
  key.append(":").append(channel.config.tenant).append(":nonce:");
  return key += HexEncode(AsView(Sha256(nonce)));
}

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
      claims_(core_->store.get(), core_->observer.get()),
      batch_(core_->observer != nullptr),
      forwards_(*core_, request_) {
  if (request_.received_at == absl::InfinitePast()) request_.received_at = started_;
}

void RequestRun::Start(std::shared_ptr<GatewayCore> core, WebhookRequest request,
                       std::string request_id, Completion<HttpResponse> done) {
  auto run = std::make_unique<RequestRun>(std::move(core), std::move(request),
                                          std::move(request_id), std::move(done));
  const absl::Status received = run->Receive();
  Commit(std::move(run), received);
}

void RequestRun::Replay(std::shared_ptr<GatewayCore> core, Capsule capsule,
                        Completion<HttpResponse> done) {
  std::string request_id = MakeId(core->clock->Now(), *core->entropy);
  WebhookRequest request = capsule.request;
  auto run = std::make_unique<RequestRun>(std::move(core), std::move(request),
                                          std::move(request_id), std::move(done));
  const absl::Status recalled = run->Recall(capsule);
  Commit(std::move(run), recalled);
}

void RequestRun::Commit(Owned run, const absl::Status& received) {
  if (!received.ok()) return run->Reject(received);
  if (run->preflight_) {
    return run->Answer(
        PreflightResponse(run->request_, *run->endpoint_->mount, run->endpoint_->cors),
        absl::OkStatus());
  }
  run->request_.body = {};  // the sink may take its time
  Enqueue(std::move(run));
}

absl::Status RequestRun::Receive() {
  if (!ticket_) return ShuttingDownError(core_->options.retry_after);
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

absl::Status RequestRun::Recall(const Capsule& capsule) {
  if (!ticket_) return ShuttingDownError(core_->options.retry_after);
  replayed_ = true;
  OMNI_RETURN_IF_ERROR(FindEndpoint());
  verdict_ = VerdictOf(capsule);
  for (const auto& group : endpoint_->groups) {
    for (const Channel* channel : group->channels) {
      if (channel->config.id != capsule.channel) continue;
      verdict_.group = group.get();
      channel_ = channel;
    }
  }
  if (channel_ == nullptr) return NoEndpointError();
  OMNI_RETURN_IF_ERROR(Normalize());
  return Claim();
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
  if (result.ok() && !too_many) return TakeResult(*std::move(result));
  const absl::Status error =
      too_many ? PayloadTooLargeError("the request holds too many events", "too_many_events")
               : std::move(result).status();
  OMNI_RETURN_IF_ERROR(Quarantine(error, HttpStatusFor(error)));
  return error;
}

absl::Status RequestRun::TakeResult(InboundResult result) {
  if (result.follow_ups.size() > kMaxFollowUps) {
    return FaultError("the adapter asks for too many requests", "too_many_follow_ups",
                      Blame::kLibrary);
  }
  for (const std::string& reason : result.ignored) ReportIgnored(reason);
  ack_ = std::move(result.ack);
  for (HttpRequest& request : result.follow_ups) {
    follow_ups_.push_back({.request = std::move(request)});
  }
  if (result.inquiry) {
    // Where a request is let through without a proof, the stores stay closed to it.
    if (verdict_.authentication != Authentication::kVerified) return UnprovedInquiryError();
    inquiry_ = *std::move(*result.inquiry);
  }
  return TakeEvents(std::move(result.events));
}

absl::Status RequestRun::TakeEvents(std::vector<InboundEvent> events) {
  bool forwarded = false;
  std::size_t unserved = 0;
  for (InboundEvent& inbound : events) {
    const std::string& account = inbound.event->account;
    const bool believed =
        verdict_.bound_account.empty() || account.empty() || account == verdict_.bound_account;
    const Channel* channel = believed ? verdict_.group->ChannelFor(account) : nullptr;
    if (believed && !replayed_) {
      const Channel& owner = channel != nullptr ? *channel : verdict_.group->first();
      OMNI_ASSIGN_OR_RETURN(const bool taken, forwards_.Takes(owner, account));
      forwarded = forwarded || taken;
      if (taken) continue;
    }
    if (channel == nullptr) {
      ++unserved;
      ReportIgnored("account_not_served");
      continue;
    }
    if (batch_.empty()) channel_ = channel;
    Stamp(inbound, {*channel, request_.received_at, *core_->entropy});
    const bool is_part = inbound.part && inbound.event->message && inbound.event->message->fragment;
    if (is_part && core_->fragments != nullptr) {
      if (!assembly_) assembly_.emplace(*core_);
      batch_.AddPart(std::move(inbound), *channel, verdict_.authentication);
    } else {
      batch_.Add(std::move(inbound.event), *channel, verdict_.authentication);
    }
  }
  if (unserved == 0) return absl::OkStatus();
  const absl::Status error = AccountNotServedError();
  const bool nobody = batch_.empty() && !forwarded;
  OMNI_RETURN_IF_ERROR(Quarantine(error, nobody ? HttpStatusFor(error) : 200));
  return nobody ? error : absl::OkStatus();
}

absl::Status RequestRun::Quarantine(const absl::Status& why, int http_status) {
  if (core_->quarantine == nullptr || replayed_ || !verdict_.from_carrier) return absl::OkStatus();
  Capsule capsule = MakeCapsule({.request = request_,
                                 .verdict = verdict_,
                                 .channel = *channel_,
                                 .status = why,
                                 .http_status = http_status});
  capsule.id = MakeId(started_, *core_->entropy);
  if (core_->quarantine->Put(capsule).ok()) return absl::OkStatus();
  return TryAgainError("the request could not be kept", "quarantine_unavailable",
                       core_->options.retry_after);
}

absl::Status RequestRun::Claim() {
  if (!replayed_) {
    for (FollowUp& forward : forwards_.MakeFollowUps(claims_)) {
      follow_ups_.push_back(std::move(forward));
    }
  }
  if (!verdict_.nonce.empty() && !replayed_) {
    nonce_ = claims_.Add(NonceKey(*channel_, verdict_.nonce));
  }
  OMNI_RETURN_IF_ERROR(ClaimKeys());
  OMNI_RETURN_IF_ERROR(CheckNonce());
  return assembly_ ? KeepParts() : absl::OkStatus();
}

absl::Status RequestRun::ClaimKeys() {
  batch_.AddKeys(claims_);
  const bool began = claims_.Begin(started_, core_->options.idempotency_lease).ok();
  batch_.TakeClaims(claims_, began);
  if (began) return absl::OkStatus();
  return TryAgainError("the idempotency store is unavailable", "store_unavailable",
                       core_->options.retry_after);
}

absl::Status RequestRun::CheckNonce() {
  if (!nonce_) return absl::OkStatus();
  switch (claims_.state(*nonce_)) {
    case ClaimState::kNew:
      return absl::OkStatus();
    case ClaimState::kDone:
      return batch_.HasNew() ? ReplayedProofError() : absl::OkStatus();
    case ClaimState::kInFlight:
      break;
  }
  return InFlightError(core_->options.retry_after);
}

// What leaves the store has keys of its own, so there is a second call for them.
absl::Status RequestRun::KeepParts() {
  if (!assembly_->Keep(started_, batch_).ok()) {
    return TryAgainError("the fragment store is unavailable", "fragments_unavailable",
                         core_->options.retry_after);
  }
  return ClaimKeys();
}

void RequestRun::Enqueue(Owned run) {
  run->CopyHistory();
  std::vector<Envelope> envelopes = run->batch_.MakeEnvelopes();
  if (envelopes.empty()) return Settle(std::move(run), {});
  // Kept through the call: a completion inside it lets the gateway go.
  const std::shared_ptr<QueueSink> sink = run->core_->sink;
  QueueSink::EnqueueParams params{.envelopes = std::move(envelopes),
                                  .deadline = run->SinkDeadline()};
  sink->Enqueue(std::move(params), [run = std::move(run)](const Settlement& settlement) mutable {
    Settle(std::move(run), settlement);
  });
}

void RequestRun::CopyHistory() {
  const bool keeps = core_->conversations != nullptr && endpoint_->adapter->info().keeps_history;
  if (keeps) history_ = batch_.CopyMessages();
}

absl::Time RequestRun::SinkDeadline() const {
  const absl::Duration patience = std::min(
      core_->options.enqueue_timeout, endpoint_->adapter->info().ack_deadline - absl::Seconds(1));
  return started_ + std::max(patience, absl::Seconds(1));
}

void RequestRun::Settle(Owned run, const Settlement& settlement) {
  run->batch_.Settle(settlement);
  if (run->assembly_) run->assembly_->Conclude(run->batch_);
  run->batch_.CompleteClaims(run->core_->options.idempotency_keep, run->claims_);
  run->claims_.Settle(run->core_->clock->Now());
  run->AppendHistory();
  if (const absl::Status status = run->SettlementError(); !status.ok()) return run->Reject(status);
  MakeFollowUp(std::move(run), 0);
}

absl::Status RequestRun::SettlementError() const {
  const BatchCounts counts = batch_.Count();
  if (counts.failed > 0) {
    return TryAgainError("the queue did not accept every event", "not_enqueued",
                         core_->options.retry_after);
  }
  if (counts.in_flight > 0) return InFlightError(core_->options.retry_after);
  return absl::OkStatus();
}

// The queue has the messages; that the history lacks some is no reason to receive them again.
void RequestRun::AppendHistory() {
  std::vector<Event> events;
  for (Batch::MessageCopy& copy : history_) {
    if (batch_.IsQueued(copy.item)) events.push_back(std::move(copy.event));
  }
  if (events.empty()) return;
  if (!core_->conversations->Append({.events = events}).ok() && core_->observer != nullptr) {
    core_->observer->OnWarning("history_not_appended", "the conversation store is unavailable");
  }
}

bool RequestRun::IsPending(const FollowUp& follow_up) const {
  return follow_up.claim == FollowUp::kNoClaim ||
         claims_.state(follow_up.claim) != ClaimState::kDone;
}

void RequestRun::MakeFollowUp(Owned run, std::size_t next) {
  std::vector<FollowUp>& follow_ups = run->follow_ups_;
  while (next < follow_ups.size() && !run->IsPending(follow_ups[next])) ++next;
  if (next == follow_ups.size()) return Finish(std::move(run));
  const std::size_t claim = follow_ups[next].claim;
  if (claim != FollowUp::kNoClaim && run->claims_.state(claim) == ClaimState::kInFlight) {
    return run->Reject(InFlightError(run->core_->options.retry_after));
  }
  if (run->core_->http_client == nullptr) {
    return run->Reject(FaultError("the adapter needs an HTTP client and the host gave none",
                                  "no_http_client", Blame::kHost));
  }
  const std::shared_ptr<HttpClient> client = run->core_->http_client;
  HttpClient::SendParams params{std::move(follow_ups[next].request)};
  client->Send(std::move(params), [run = std::move(run), next,
                                   claim](absl::StatusOr<HttpResponse> response) mutable {
    if (!response.ok() || response->status < 200 || response->status >= 300) {
      return run->Reject(TryAgainError("a request that has to follow this one failed",
                                       "follow_up_failed", run->core_->options.retry_after));
    }
    if (claim != FollowUp::kNoClaim) {
      run->claims_.Complete(claim, run->core_->options.idempotency_keep);
    }
    MakeFollowUp(std::move(run), next + 1);
  });
}

void RequestRun::Finish(Owned run) {
  const absl::Time now = run->core_->clock->Now();
  if (run->nonce_) {
    run->claims_.Complete(*run->nonce_,
                          std::clamp(run->verdict_.nonce_expires - now, absl::ZeroDuration(),
                                     run->core_->options.idempotency_keep));
  }
  if (!run->inquiry_) return run->Answer(std::move(run->ack_), absl::OkStatus());
  const auto result = AskStores(*run->core_, *run->channel_, *run->inquiry_, now);
  if (!result.ok()) return run->Reject(result.status());
  run->Answer(
      run->channel_->adapter->Answer(
          {.inquiry = *run->inquiry_, .result = *result, .mount = run->endpoint_->mount->name}),
      absl::OkStatus());
}

}  // namespace internal
}  // namespace omni::inline v0_1
