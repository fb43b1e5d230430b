#include "omni/testing/fakes.h"

#include <utility>

namespace omni::inline v0_1 {
namespace testing {

void RecordingSink::Enqueue(EnqueueParams params, Completion<Settlement> done) {
  {
    std::lock_guard lock(mutex_);
    if (hold_) {
      pending_.push_back({std::move(params), std::move(done)});
      return;
    }
  }
  std::move(done)(Settle(params));
}

std::vector<Envelope> RecordingSink::accepted() const {
  std::lock_guard lock(mutex_);
  return accepted_;
}

void RecordingSink::SetDecision(std::function<absl::Status(const Envelope&)> decision) {
  std::lock_guard lock(mutex_);
  decision_ = std::move(decision);
}

void RecordingSink::Hold() {
  std::lock_guard lock(mutex_);
  hold_ = true;
}

void RecordingSink::Release() {
  std::vector<Pending> pending;
  {
    std::lock_guard lock(mutex_);
    hold_ = false;
    pending.swap(pending_);
  }
  for (Pending& each : pending) std::move(each.done)(Settle(each.params));
}

void RecordingSink::DropHeld() {
  std::vector<Pending> dropped;  // outlives the lock: dropping a completion calls it
  std::lock_guard lock(mutex_);
  dropped.swap(pending_);
}

std::size_t RecordingSink::held() const {
  std::lock_guard lock(mutex_);
  return pending_.size();
}

Settlement RecordingSink::Settle(const EnqueueParams& params) {
  std::function<absl::Status(const Envelope&)> decision;
  {
    std::lock_guard lock(mutex_);
    decision = decision_;
  }
  Settlement settlement;
  for (const Envelope& envelope : params.envelopes) {
    absl::Status outcome = decision ? decision(envelope) : absl::OkStatus();
    if (outcome.ok()) {
      std::lock_guard lock(mutex_);
      accepted_.push_back(envelope);
    }
    settlement.outcomes.push_back(std::move(outcome));
  }
  return settlement;
}

void FakeHttpClient::Send(SendParams params, Completion<absl::StatusOr<HttpResponse>> done) {
  std::function<absl::StatusOr<HttpResponse>(const HttpRequest&)> answer;
  {
    std::lock_guard lock(mutex_);
    sent_.push_back(params.request);
    answer = answer_;
  }
  std::move(done)(answer ? answer(params.request) : HttpResponse::Empty(200));
}

void FakeHttpClient::SetAnswer(
    std::function<absl::StatusOr<HttpResponse>(const HttpRequest&)> answer) {
  std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

std::vector<HttpRequest> FakeHttpClient::sent() const {
  std::lock_guard lock(mutex_);
  return sent_;
}

FailingIdempotencyStore::FailingIdempotencyStore(std::shared_ptr<IdempotencyStore> inner,
                                                 std::shared_ptr<FailNth> fail)
    : inner_(std::move(inner)), fail_(std::move(fail)) {}

absl::Status FailingIdempotencyStore::Begin(const BeginParams& params, std::span<Claim> claims) {
  if (fail_->Strike()) return absl::UnavailableError("told to fail");
  return inner_->Begin(params, claims);
}

absl::Status FailingIdempotencyStore::Complete(const CompleteParams& params) {
  if (fail_->Strike()) return absl::UnavailableError("told to fail");
  return inner_->Complete(params);
}

absl::Status FailingIdempotencyStore::Abandon(const AbandonParams& params) {
  if (fail_->Strike()) return absl::UnavailableError("told to fail");
  return inner_->Abandon(params);
}

void RecordingObserver::OnRequest(const RequestReport& report) {
  Request copy;
  copy.request_id = report.request_id;
  copy.adapter = report.adapter;
  copy.channel = report.channel;
  copy.tenant = report.tenant;
  copy.method = report.method;
  copy.path = report.path;
  copy.client = report.client;
  copy.key_id = report.key_id;
  copy.reason = report.reason;
  copy.message = report.message;
  copy.http_status = report.http_status;
  copy.authentication = report.authentication;
  copy.blame = report.blame;
  copy.accepted = report.accepted;
  copy.duplicates = report.duplicates;
  copy.in_flight = report.in_flight;
  copy.failed = report.failed;
  copy.ignored = report.ignored;
  copy.carried.assign(report.carried.begin(), report.carried.end());
  if (report.explanation != nullptr) copy.explanation = *report.explanation;
  std::lock_guard lock(mutex_);
  requests_.push_back(std::move(copy));
}

void RecordingObserver::OnEvent(const EventReport& report) {
  EventOutcome copy;
  copy.event_id = report.event_id;
  copy.dedupe_key_hash = report.dedupe_key_hash;
  copy.queue = report.queue;
  copy.outcome = report.outcome;
  copy.reason = report.reason;
  std::lock_guard lock(mutex_);
  events_.push_back(std::move(copy));
}

void RecordingObserver::OnIgnored(const IgnoredReport& report) {
  std::lock_guard lock(mutex_);
  ignored_.emplace_back(report.reason);
}

void RecordingObserver::OnWarning(std::string_view reason, std::string_view message) {
  std::lock_guard lock(mutex_);
  warnings_.push_back(std::string(reason) + ": " + std::string(message));
}

std::vector<RecordingObserver::Request> RecordingObserver::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<RecordingObserver::EventOutcome> RecordingObserver::events() const {
  std::lock_guard lock(mutex_);
  return events_;
}

std::vector<std::string> RecordingObserver::ignored() const {
  std::lock_guard lock(mutex_);
  return ignored_;
}

std::vector<std::string> RecordingObserver::warnings() const {
  std::lock_guard lock(mutex_);
  return warnings_;
}

std::string RecordingObserver::AllText() const {
  std::lock_guard lock(mutex_);
  std::string text;
  const auto add = [&text](const std::string& piece) { text += piece + '\n'; };
  for (const Request& request : requests_) {
    for (const std::string* piece :
         {&request.request_id, &request.adapter, &request.channel, &request.tenant, &request.method,
          &request.path, &request.client, &request.key_id, &request.reason, &request.message}) {
      add(*piece);
    }
    for (const ExplanationStep& step : request.explanation.steps) {
      add(step.step + (step.passed ? " passed: " : " failed: ") + step.detail);
    }
  }
  for (const EventOutcome& event : events_) {
    for (const std::string* piece :
         {&event.event_id, &event.dedupe_key_hash, &event.queue, &event.outcome, &event.reason}) {
      add(*piece);
    }
  }
  for (const std::string& reason : ignored_) add(reason);
  for (const std::string& warning : warnings_) add(warning);
  return text;
}

}  // namespace testing
}  // namespace omni::inline v0_1
