/// \file
/// RequestRun, from its claims to its answer: what waits for ports.

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/errors.h"
#include "gateway/request_run.h"
#include "gateway/store_inquiry.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

bool IsSuccess(const absl::StatusOr<HttpResponse>& response) {
  return response.ok() && response->status >= 200 && response->status < 300;
}

absl::Status FollowUpError(absl::Duration retry_after) {
  return TryAgainError("a request that has to follow this one failed", "follow_up_failed",
                       retry_after);
}

absl::Status NoHttpClientError() {
  return FaultError("the adapter needs an HTTP client and the host gave none", "no_http_client",
                    Blame::kHost);
}

}  // namespace

void RequestRun::Commit(Owned run, const absl::Status& received) {
  if (!received.ok()) return run->Reject(received);
  if (run->preflight_) {
    return run->Answer(
        PreflightResponse(run->request_, *run->endpoint_->mount, run->endpoint_->cors),
        absl::OkStatus());
  }
  run->LetGo();
  Enqueue(std::move(run));
}

// The sink may take its time, and completes on a thread of its own as a rule: what is not needed
// any more is given back here and now.
void RequestRun::LetGo() {
  if (!forwards_.targets().empty()) return;
  // Strings are swapped: one that is assigned an empty one keeps its memory.
  std::string().swap(request_.body);
  HttpHeaders needed;
  if (const auto origin = request_.headers.Find("Origin")) {
    needed.Add("Origin", *origin);
  }
  std::swap(request_.headers, needed);
}

void RequestRun::Enqueue(Owned run) {
  run->EndStage(run->stages_.claim);
  run->history_.Copy(run->batch_);
  QueueSink::EnqueueParams params{.envelopes = run->batch_.MakeEnvelopes(run->carried_),
                                  .deadline = run->SinkDeadline()};
  // They have been taken to pieces, but for parts of messages.
  if (!run->assembly_) run->events_ = {};
  if (params.envelopes.empty()) return Settle(std::move(run), {});
  // Kept through the call: a completion inside it lets the gateway go.
  const std::shared_ptr<QueueSink> sink = run->core_->sink.ForThread();
  sink->Enqueue(std::move(params), [run = std::move(run)](const Settlement& settlement) mutable {
    run->EndStage(run->stages_.commit);
    Settle(std::move(run), settlement);
  });
}

absl::Time RequestRun::SinkDeadline() const {
  const absl::Duration patience = std::min(
      core_->options.enqueue_timeout, endpoint_->adapter->info().ack_deadline - absl::Seconds(1));
  return started_ + std::max(patience, absl::Seconds(1));
}

void RequestRun::Settle(Owned run, const Settlement& settlement) {
  const absl::Duration keep = run->core_->options.idempotency_keep;
  run->batch_.Settle(settlement);
  if (run->assembly_) run->assembly_->Settle(run->batch_, keep, run->claims_);
  run->batch_.CompleteClaims(keep, run->claims_);
  run->claims_.Settle(*run->core_->clock);
  if (run->assembly_) run->assembly_->Remove();
  run->history_.Append(run->batch_);
  if (const absl::Status status = run->SettlementError(); !status.ok()) return run->Reject(status);
  Forward(std::move(run), 0);
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

// Targets do not depend on each other: where one fails, the others still get the request, and a
// redelivery goes only where it has not been.
void RequestRun::Forward(Owned run, std::size_t next) {
  const std::vector<Forwards::Target>& targets = run->forwards_.targets();
  const absl::Duration retry_after = run->core_->options.retry_after;
  for (; next < targets.size(); ++next) {
    const ClaimState state = run->claims_.state(targets[next].claim);
    if (state == ClaimState::kNew) break;
    if (state == ClaimState::kInFlight) run->owed_ = InFlightError(retry_after);
  }
  if (next == targets.size()) return MakeFollowUp(std::move(run), 0);
  if (run->core_->http_client == nullptr) return run->Reject(NoHttpClientError());
  if (++run->forwarded_ > kMaxFollowUps) {
    run->owed_ = FollowUpError(retry_after);
    return MakeFollowUp(std::move(run), 0);
  }
  const std::shared_ptr<HttpClient> client = run->core_->http_client;
  HttpClient::SendParams params{run->forwards_.MakeRequest(targets[next])};
  client->Send(std::move(params),
               [run = std::move(run), next](const absl::StatusOr<HttpResponse>& response) mutable {
                 if (IsSuccess(response)) {
                   run->claims_.Complete(run->forwards_.targets()[next].claim,
                                         run->core_->options.idempotency_keep);
                 } else {
                   run->owed_ = FollowUpError(run->core_->options.retry_after);
                 }
                 Forward(std::move(run), next + 1);
               });
}

void RequestRun::MakeFollowUp(Owned run, std::size_t next) {
  if (next == run->follow_ups_.size()) return Finish(std::move(run));
  if (run->core_->http_client == nullptr) return run->Reject(NoHttpClientError());
  const std::shared_ptr<HttpClient> client = run->core_->http_client;
  HttpClient::SendParams params{std::move(run->follow_ups_[next])};
  client->Send(std::move(params),
               [run = std::move(run), next](const absl::StatusOr<HttpResponse>& response) mutable {
                 if (!IsSuccess(response)) {
                   return run->Reject(FollowUpError(run->core_->options.retry_after));
                 }
                 MakeFollowUp(std::move(run), next + 1);
               });
}

void RequestRun::Finish(Owned run) {
  if (!run->owed_.ok()) return run->Reject(run->owed_);
  if (run->inquiry_) {
    auto answer = run->AnswerInquiry();
    if (!answer.ok()) return run->Reject(answer.status());
    run->ack_ = *std::move(answer);
  }
  if (run->nonce_) {
    const absl::Duration left = run->verdict_.nonce_expires - run->core_->clock->Now();
    run->claims_.Complete(
        *run->nonce_, std::clamp(left, absl::ZeroDuration(), run->core_->options.idempotency_keep));
  }
  run->Answer(std::move(run->ack_), absl::OkStatus());
}

absl::StatusOr<HttpResponse> RequestRun::AnswerInquiry() const {
  const auto result = AskStores({.core = *core_,
                                 .group = *verdict_.group,
                                 .bound_account = verdict_.bound_account,
                                 .now = core_->clock->Now()},
                                *inquiry_);
  if (!result.ok()) return result.status();
  return channel_->adapter->Answer(
      {.inquiry = *inquiry_, .result = *result, .mount = endpoint_->mount->name});
}

}  // namespace internal
}  // namespace omni::inline v0_1
