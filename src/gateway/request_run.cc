#include "gateway/request_run.h"

#include <algorithm>
#include <memory_resource>
#include <string>
#include <string_view>
#include <utility>

#include "base/block_shelf.h"
#include "base/status_macros.h"
#include "gateway/errors.h"
#include "gateway/limits.h"
#include "gateway/names.h"
#include "gateway/quarantine.h"
#include "gateway/stamp.h"
#include "omni/error.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Hashed, because the carrier chose its characters and its length.
std::pmr::string NonceKey(const Channel& channel, std::string_view nonce,
                          std::pmr::memory_resource& memory) {
  constexpr std::size_t kUsualLength = 128;
  std::pmr::string key(&memory);
  key.reserve(kUsualLength);
  key.append(channel.adapter->info().name).append(":");
  key.append(channel.config.tenant).append(":nonce:");
  key.append(AsView(HexEncode(Sha256(nonce))));
  return key;
}

}  // namespace

Arrival MakeArrival(const WebhookRequest& request, const GatewayCore& core) {
  const absl::Time now = core.clock->Now();
  const auto given = request.headers.Find(kRequestIdHeader);
  if (given && IsPlainName(*given)) return {.time = now, .request_id = *given};
  return {.time = now, .request_id = AsView(MakeId(now, *core.entropy))};
}

HttpResponse RejectionAt(const GatewayCore& core, std::string_view target,
                         const absl::Status& status, std::string_view request_id) {
  PathParams ignored;
  const Endpoint* endpoint = core.routes.Find(TargetPath(target), ignored);
  if (endpoint == nullptr) return ErrorResponse(status, request_id);
  HttpResponse response = endpoint->adapter->RejectionFor(
      {.status = status, .mount = endpoint->mount->name, .request_id = request_id});
  response.headers.Set(kRequestIdHeader, request_id);
  return response;
}

RequestRun::RequestRun(std::shared_ptr<GatewayCore> core, WebhookRequest&& request,
                       const Arrival& arrival, Completion<HttpResponse>&& done)
    : core_(std::move(core)),
      started_(arrival.time),
      stage_began_(started_),
      ticket_(core_->in_flight),
      request_(std::move(request)),
      request_id_(arrival.request_id),
      done_(std::move(done)),
      claims_(core_->store.get(), core_->observer.get(), memory_),
      batch_(core_->observer != nullptr && core_->observer->WantsEvents()),
      forwards_(*core_, request_),
      history_(*core_) {
  if (request_.received_at == absl::InfinitePast()) request_.received_at = started_;
}

void* RequestRun::operator new(std::size_t) { return BlockShelf<sizeof(RequestRun)>::Take(); }
void RequestRun::operator delete(void* run) { BlockShelf<sizeof(RequestRun)>::Put(run); }

void RequestRun::Start(std::shared_ptr<GatewayCore> core, WebhookRequest&& request,
                       const Arrival& arrival, Completion<HttpResponse>&& done) {
  auto run =
      std::make_unique<RequestRun>(std::move(core), std::move(request), arrival, std::move(done));
  const absl::Status received = run->Receive();
  Commit(std::move(run), received);
}

void RequestRun::Replay(std::shared_ptr<GatewayCore> core, Capsule&& capsule,
                        Completion<HttpResponse>&& done) {
  const absl::Time now = core->clock->Now();
  const Arrival arrival{.time = now, .request_id = AsView(MakeId(now, *core->entropy))};
  auto run = std::make_unique<RequestRun>(std::move(core), std::move(capsule.request), arrival,
                                          std::move(done));
  const absl::Status recalled = run->Recall(capsule);
  Commit(std::move(run), recalled);
}

void RequestRun::EndStage(std::optional<absl::Duration>& stage) {
  if (core_->observer == nullptr) return;
  const absl::Time now = core_->clock->Now();
  stage = now - stage_began_;
  stage_began_ = now;
}

absl::Status RequestRun::Receive() {
  if (!ticket_) return ShuttingDownError(core_->options.retry_after);
  client_ = ClientAddress(request_, core_->trusted_proxies);
  OMNI_RETURN_IF_ERROR(CheckLimits(request_, core_->options));
  carried_ = CarriedFrom(request_.headers, core_->options.carry_headers);
  OMNI_RETURN_IF_ERROR(AdmitArrival());
  OMNI_RETURN_IF_ERROR(FindEndpoint());
  if (preflight_) return absl::OkStatus();
  OMNI_RETURN_IF_ERROR(Verify());
  OMNI_RETURN_IF_ERROR(AdmitProved());
  OMNI_RETURN_IF_ERROR(Normalize());
  return Claim();
}

absl::Status RequestRun::AdmitArrival() const {
  if (core_->admission == nullptr || !client_) return absl::OkStatus();
  const std::string client = client_->ToString();
  return core_->admission->AdmitArrival({.client = client, .now = started_});
}

absl::Status RequestRun::AdmitProved() const {
  if (core_->admission == nullptr) return absl::OkStatus();
  const ChannelConfig& channel = channel_->config;
  return core_->admission->AdmitProved(
      {.tenant = channel.tenant, .channel = channel.id, .now = started_});
}

absl::Status RequestRun::Recall(const Capsule& capsule) {
  if (!ticket_) return ShuttingDownError(core_->options.retry_after);
  replayed_ = true;
  OMNI_RETURN_IF_ERROR(FindEndpoint());
  verdict_ = VerdictOf(capsule);
  verdict_.external_url = request_.external_url;
  OMNI_RETURN_IF_ERROR(verdict_.status);
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

absl::Status RequestRun::FindEndpoint() {
  endpoint_ = core_->routes.Find(TargetPath(request_.target), path_params_);
  if (endpoint_ == nullptr) return NoEndpointError();
  endpoint_->Prefetch();
  const auto& methods = endpoint_->mount->methods;
  if (std::find(methods.begin(), methods.end(), request_.method) != methods.end()) {
    return absl::OkStatus();
  }
  preflight_ = request_.method == HttpMethod::kOptions && !replayed_;
  if (!preflight_) return MethodNotAllowedError();
  const auto check = endpoint_->mount->check_preflight;
  return check != nullptr ? check(path_params_) : absl::OkStatus();
}

absl::Status RequestRun::Verify() {
  verdict_ =
      Authenticate(MakeAuthenticateParams(core_->observer && core_->observer->WantsExplanations()));
  EndStage(stages_.verify);
  if (verdict_.group != nullptr) channel_ = &verdict_.group->first();
  return verdict_.status;
}

AuthenticateParams RequestRun::MakeAuthenticateParams(bool explain) {
  return {.request = request_,
          .endpoint = *endpoint_,
          .path_params = path_params_,
          .client = client_,
          .secrets = *core_->secrets,
          .trusted_proxies = core_->trusted_proxies,
          .public_url = core_->options.public_url,
          .now = started_,
          .explain = explain,
          .memory = memory_};
}

absl::Status RequestRun::Normalize() {
  auto result = AskAdapter();
  verdict_.reading = nullptr;
  EndStage(stages_.normalize);
  if (result.ok()) return TakeResult(*std::move(result));
  OMNI_RETURN_IF_ERROR(Quarantine(result.status(), HttpStatusFor(result.status())));
  return std::move(result).status();
}

absl::StatusOr<InboundResult> RequestRun::AskAdapter() const {
  const std::size_t max_events = core_->options.max_events_per_request;
  const SignedRequest signed_request(request_, verdict_.external_url, verdict_.coverage);
  auto result = channel_->adapter->Normalize({.request = signed_request,
                                              .mount = endpoint_->mount->name,
                                              .path_params = path_params_,
                                              .keep_raw = endpoint_->keep_raw,
                                              .max_events = max_events,
                                              .received_at = request_.received_at,
                                              .reading = verdict_.reading.get()});
  const bool too_many = result.ok() ? result->events.size() > max_events
                                    : absl::IsResourceExhausted(result.status()) &&
                                          GetErrorDetail(result.status()).http_status == 429;
  if (too_many) {
    return TooManyEventsError();
  }
  if (result.ok() && result->follow_ups.size() > kMaxFollowUps) {
    return FaultError("the adapter asks for too many requests", "too_many_follow_ups",
                      Blame::kLibrary);
  }
  return result;
}

absl::Status RequestRun::TakeResult(InboundResult&& result) {
  for (const std::string& reason : result.ignored) ReportIgnored(reason);
  ack_ = std::move(result.ack);
  follow_ups_ = std::move(result.follow_ups);
  if (result.inquiry) {
    // Where a request is let through without a proof, the stores stay closed to it.
    if (verdict_.authentication != Authentication::kVerified) return UnprovedInquiryError();
    inquiry_ = *std::move(*result.inquiry);
  }
  events_ = std::move(result.events);
  return TakeEvents();
}

absl::Status RequestRun::TakeEvents() {
  std::size_t unserved = 0;
  for (InboundEvent& inbound : events_) {
    OMNI_ASSIGN_OR_RETURN(const Owner owner, FindOwner(inbound.event->account));
    if (owner.elsewhere) {
      ReportIgnored("account_mapped");
    } else if (owner.channel == nullptr) {
      ++unserved;
      ReportIgnored("account_not_served");
    } else {
      AddEvent(inbound, *owner.channel);
    }
  }
  if (unserved == 0) return absl::OkStatus();
  return RefuseUnserved(batch_.empty() && forwards_.targets().empty());
}

absl::StatusOr<RequestRun::Owner> RequestRun::FindOwner(const std::string& account) {
  const VerificationGroup& group = *verdict_.group;
  const std::string& bound = verdict_.bound_account;
  const bool believed = bound.empty() || account.empty() || account == bound;
  if (!believed) return Owner{};
  const Channel* channel = group.ChannelFor(account);
  // What names no account can be nobody else's.
  if (channel == nullptr && account.empty() && endpoint_->HasOneChannel()) channel = &group.first();
  // What proves a replayed request to another environment, or to another group, is gone.
  if (replayed_) return Owner{.channel = channel};
  const bool is_named = channel != nullptr && channel != group.any_account;
  if (!is_named && bound.empty() && endpoint_->groups.size() > 1 &&
      verdict_.authentication == Authentication::kVerified) {
    channel = other_groups_.Find({.request = MakeAuthenticateParams(/*explain=*/false),
                                  .own = group,
                                  .account = account,
                                  .found = channel});
  }
  OMNI_ASSIGN_OR_RETURN(const bool taken,
                        forwards_.Takes(channel != nullptr ? *channel : group.first(), account));
  return Owner{.channel = channel, .elsewhere = taken};
}

void RequestRun::AddEvent(InboundEvent& inbound, const Channel& channel) {
  if (batch_.empty()) channel_ = &channel;
  Stamp(inbound, {channel, request_.received_at, *core_->entropy});
  const bool is_part = inbound.part && inbound.event->message && inbound.event->message->fragment;
  if (!is_part || core_->fragments == nullptr) {
    batch_.Add(inbound.event, channel, verdict_.authentication);
    return;
  }
  if (!assembly_) assembly_.emplace(*core_);
  batch_.AddPart(inbound, channel, verdict_.authentication);
}

// Some accounts of a forwarded request are the other environment's, which has them. A replayed one
// is still needed, so the answer is the error even where its other events are queued.
absl::Status RequestRun::RefuseUnserved(bool all) {
  const absl::Status error = AccountNotServedError();
  if (!forwards_.WasForwardedHere()) {
    OMNI_RETURN_IF_ERROR(Quarantine(error, all ? HttpStatusFor(error) : 200));
  }
  if (replayed_) owed_ = error;
  return all ? error : absl::OkStatus();
}

absl::Status RequestRun::Quarantine(const absl::Status& why, int http_status) {
  if (core_->quarantine == nullptr || replayed_ || !verdict_.from_carrier) return absl::OkStatus();
  Capsule capsule = MakeCapsule({.request = request_,
                                 .verdict = verdict_,
                                 .channel = *channel_,
                                 .status = why,
                                 .http_status = http_status});
  capsule.id = AsView(MakeId(started_, *core_->entropy));
  if (core_->quarantine->Put(capsule).ok()) return absl::OkStatus();
  return TryAgainError("the request could not be kept", "quarantine_unavailable",
                       core_->options.retry_after);
}

absl::Status RequestRun::Claim() {
  forwards_.AddKeys(claims_);
  if (!verdict_.nonce.empty()) {
    nonce_ = claims_.Add(NonceKey(verdict_.group->first(), verdict_.nonce, memory_));
  }
  OMNI_RETURN_IF_ERROR(ClaimKeys());
  OMNI_RETURN_IF_ERROR(CheckNonce());
  return assembly_ ? KeepParts() : absl::OkStatus();
}

absl::Status RequestRun::ClaimKeys() {
  batch_.AddKeys(claims_);
  if (assembly_) assembly_->AddKeys(batch_, claims_);
  const bool began = claims_.Begin(started_, core_->options.idempotency_lease).ok();
  batch_.TakeClaims(claims_, began);
  if (began) return absl::OkStatus();
  return TryAgainError("the idempotency store is unavailable", "store_unavailable",
                       core_->options.retry_after);
}

// A redelivery has nothing new in it. A question is new each time it is put.
absl::Status RequestRun::CheckNonce() {
  if (!nonce_) return absl::OkStatus();
  switch (claims_.state(*nonce_)) {
    case ClaimState::kNew:
      return absl::OkStatus();
    case ClaimState::kDone:
      return batch_.HasNew() || inquiry_ ? ReplayedProofError() : absl::OkStatus();
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

}  // namespace internal
}  // namespace omni::inline v0_1
