#include "components/sqs/sender.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "components/sqs/queue_name.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kMaxEntries = 10;
constexpr std::string_view kBadCharacters = "InvalidMessageContents";
/// Codes that tell of the message itself. Others tell of the queue, of rights or of limits, which
/// somebody can put right.
constexpr std::array<std::string_view, 4> kAboutTheMessage = {
    kBadCharacters, "InvalidAttributeValue", "InvalidParameterValue", "MissingParameter"};

absl::Status NotNow(const char* message, const char* reason) {
  return MakeError(absl::StatusCode::kUnavailable, message,
                   {.reason = reason, .blame = Blame::kDependency});
}

absl::Status Late() {
  return MakeError(absl::StatusCode::kDeadlineExceeded, "SQS did not accept it in time",
                   {.reason = "timeout", .blame = Blame::kDependency});
}

absl::Status TooLarge() {
  return MakeError(absl::StatusCode::kInvalidArgument, "an envelope is larger than SQS takes",
                   {.reason = "envelope_too_large", .blame = Blame::kHost});
}

/// A request that was refused as a whole is no judgement on any one envelope in it: whoever takes
/// InvalidArgument for the end of an envelope would throw away good ones.
absl::Status OutcomeOfRequest(const absl::Status& refusal) {
  if (!absl::IsInvalidArgument(refusal)) return refusal;
  return MakeError(absl::StatusCode::kUnavailable, std::string(refusal.message()),
                   {.reason = "aws_refused", .blame = Blame::kHost});
}

absl::Status OutcomeOfEntry(const AwsError& error) {
  const bool is_about_it = std::find(kAboutTheMessage.begin(), kAboutTheMessage.end(),
                                     error.code) != kAboutTheMessage.end();
  return is_about_it ? error.ToStatus() : OutcomeOfRequest(error.ToStatus());
}

std::size_t HeldBytes(const Outgoing& outgoing) {
  const Envelope& envelope = outgoing.envelope;
  std::size_t bytes = sizeof(Outgoing) + outgoing.message.members.size() + envelope.body.size() +
                      envelope.group.size() + envelope.dedupe_key.size();
  for (const auto& [name, value] : envelope.headers) bytes += name.size() + value.size();
  return bytes;
}

std::string RequestBody(const std::string& url, const std::vector<FlowPtr>& flows) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Key("QueueUrl");
  json.String(url);
  json.Key("Entries");
  json.BeginArray();
  for (std::size_t i = 0; i < flows.size(); ++i) {
    json.Raw("{\"Id\":\"" + std::to_string(i) + "\"," + flows[i]->waiting.front().message.members +
             "}");
  }
  json.EndArray();
  json.EndObject();
  return body;
}

}  // namespace

std::vector<Outgoing> Sender::Encode(Envelopes envelopes) const {
  std::vector<Outgoing> encoded(envelopes.size());
  for (std::size_t i = 0; i < envelopes.size(); ++i) {
    Outgoing& outgoing = encoded[i];
    outgoing.index = i;
    outgoing.envelope = std::move(envelopes[i]);
    outgoing.message = EncodeMessage(
        outgoing.envelope, {.is_fifo = SqsNameOf(*options_, outgoing.envelope.queue).is_fifo,
                            .delay = options_->delay});
    outgoing.held_bytes = HeldBytes(outgoing);
  }
  return encoded;
}

void Sender::Add(std::vector<Outgoing> outgoing, const std::shared_ptr<Submission>& submission) {
  std::size_t bytes = 0;
  for (const Outgoing& one : outgoing) bytes += one.held_bytes;
  if (pending_envelopes_ + outgoing.size() > options_->max_pending_envelopes ||
      pending_bytes_ + bytes > options_->max_pending_bytes) {
    return submission->SettleRest(NotNow("too much is waiting for SQS", "too_much_pending"));
  }
  for (Outgoing& one : outgoing) {
    if (one.message.bytes > options_->max_message_bytes) {
      submission->Settle(one.index, TooLarge());
      continue;
    }
    one.submission = submission;
    ++pending_envelopes_;
    pending_bytes_ += one.held_bytes;
    Lane& lane = LaneOf(one.envelope.queue);
    lane.Add(std::move(one));
  }
  if (submission->is_done()) return;
  deadlines_.Add(submission);
  SetAlarm();
  SchedulePump();
}

Lane& Sender::LaneOf(const std::string& queue) {
  const auto found = lanes_.find(queue);
  if (found != lanes_.end()) return found->second;
  return lanes_.try_emplace(queue, queue, SqsNameOf(*options_, queue).is_fifo).first->second;
}

// After what else was enqueued by now, so that it shares the request.
void Sender::SchedulePump() {
  if (std::exchange(is_pump_scheduled_, true)) return;
  client_->loop().Post([self = shared_from_this()] {
    self->is_pump_scheduled_ = false;
    for (auto& [queue, lane] : self->lanes_) self->Pump(lane);
  });
}

void Sender::Pump(Lane& lane) {
  if (lane.ready().empty()) return;
  if (lane.url.empty()) return Resolve(lane);
  while (!lane.ready().empty() && lane.requests < options_->max_requests &&
         (lane.requests == 0 || HasFullBatch(lane))) {
    Flows flows = TakeBatch(lane);
    if (!flows.empty()) Send(lane, std::move(flows));
  }
}

void Sender::Resolve(Lane& lane) {
  if (std::exchange(lane.is_resolving, true)) return;
  directory_->Resolve(lane.queue(),
                      [self = shared_from_this(), &lane](const absl::StatusOr<std::string>& url) {
                        lane.is_resolving = false;
                        if (!url.ok())
                          return self->FailWaiting(lane, OutcomeOfRequest(url.status()));
                        lane.url = *url;
                        self->SchedulePump();
                      });
}

void Sender::FailWaiting(Lane& lane, const absl::Status& status) {
  std::deque<FlowPtr> ready;
  ready.swap(lane.ready());
  for (const FlowPtr& flow : ready) {
    while (!flow->waiting.empty()) {
      Settle(flow->waiting.front(), status);
      PopFirst(*flow);
    }
    lane.Return(flow);
  }
}

bool Sender::HasFullBatch(const Lane& lane) const {
  std::size_t count = 0;
  std::size_t bytes = 0;
  for (const FlowPtr& flow : lane.ready()) {
    bytes += flow->waiting.front().message.bytes;
    if (++count == kMaxEntries || bytes > options_->max_message_bytes) return true;
  }
  return false;
}

Sender::Flows Sender::TakeBatch(Lane& lane) {
  Flows flows;
  std::size_t bytes = 0;
  while (!lane.ready().empty() && flows.size() < kMaxEntries) {
    const FlowPtr flow = lane.ready().front();
    const Outgoing& first = flow->waiting.front();
    const bool is_late = first.submission->is_settled(first.index);
    bytes += is_late ? 0 : first.message.bytes;
    if (!flows.empty() && bytes > options_->max_message_bytes) break;
    lane.ready().pop_front();
    if (is_late) {
      PopFirst(*flow);
      lane.Return(flow);
    } else {
      flows.push_back(flow);
    }
  }
  return flows;
}

void Sender::Send(Lane& lane, Flows flows) {
  absl::Time deadline = absl::InfinitePast();
  for (const FlowPtr& flow : flows) {
    deadline = std::max(deadline, flow->waiting.front().submission->deadline());
  }
  ++lane.requests;
  AwsCall call = {
      .operation = "SendMessageBatch", .body = RequestBody(lane.url, flows), .deadline = deadline};
  client_->Call(std::move(call), [self = shared_from_this(), &lane, flows = std::move(flows)](
                                     const absl::StatusOr<std::string>& answer) {
    --lane.requests;
    self->OnAnswer(lane, flows, answer);
    self->SchedulePump();
  });
}

void Sender::OnAnswer(Lane& lane, const Flows& flows, const absl::StatusOr<std::string>& answer) {
  if (absl::IsNotFound(answer.status())) return OnLostQueue(lane, flows, answer.status());
  const auto document =
      answer.ok() ? JsonDocument::Parse(*answer) : absl::StatusOr<JsonDocument>(answer.status());
  if (document.ok()) return OnResults(lane, flows, document->root());
  const absl::Status status = answer.ok() ? NotNow("SQS answered with nonsense", "invalid_response")
                                          : OutcomeOfRequest(answer.status());
  for (const FlowPtr& flow : flows) Finish(lane, flow, status);
}

void Sender::OnResults(Lane& lane, const Flows& flows, JsonValue results) {
  Flows left = flows;
  const auto take = [&left](JsonValue result) -> FlowPtr {
    const std::string_view id = result["Id"].text();
    std::size_t index = left.size();
    std::from_chars(id.data(), id.data() + id.size(), index);
    return index < left.size() ? std::exchange(left[index], nullptr) : nullptr;
  };
  for (const JsonValue result : results["Successful"].elements()) {
    if (const FlowPtr flow = take(result)) Finish(lane, flow, absl::OkStatus());
  }
  for (const JsonValue result : results["Failed"].elements()) {
    if (const FlowPtr flow = take(result)) OnFailedEntry(lane, flow, result);
  }
  for (const FlowPtr& flow : left) {
    if (flow) Finish(lane, flow, NotNow("SQS did not say what became of it", "invalid_response"));
  }
}

void Sender::OnFailedEntry(Lane& lane, const FlowPtr& flow, JsonValue failure) {
  Outgoing& first = flow->waiting.front();
  const bool is_ours = failure["SenderFault"].AsBool().value_or(false);
  const AwsError error = ClassifyAwsError(failure["Code"].text(), is_ours ? 400 : 500);
  if (error.code == kBadCharacters && !std::exchange(first.in_base64, true)) {
    first.message = EncodeMessage(
        first.envelope, {.is_fifo = lane.is_fifo(), .in_base64 = true, .delay = options_->delay});
    if (first.message.bytes > options_->max_message_bytes) return Finish(lane, flow, TooLarge());
    return TryAgain(lane, flow, absl::ZeroDuration());
  }
  const absl::Duration pause = client_->Backoff(++first.failures);
  if (error.is_transient() && first.failures < client_->options().max_attempts &&
      client_->Now() + pause < first.submission->deadline()) {
    return TryAgain(lane, flow, pause);
  }
  Finish(lane, flow, OutcomeOfEntry(error));
}

// It was deleted, or the service has forgotten it; it may be made again.
void Sender::OnLostQueue(Lane& lane, const Flows& flows, const absl::Status& status) {
  directory_->Forget(lane.queue(), lane.url);
  lane.url.clear();
  for (const FlowPtr& flow : flows) {
    Outgoing& first = flow->waiting.front();
    const absl::Duration pause = client_->Backoff(++first.failures);
    if (first.failures < client_->options().max_attempts &&
        client_->Now() + pause < first.submission->deadline()) {
      TryAgain(lane, flow, pause);
    } else {
      Finish(lane, flow, status);
    }
  }
}

void Sender::TryAgain(Lane& lane, const FlowPtr& flow, absl::Duration pause) {
  client_->loop().PostAfter(pause, [self = shared_from_this(), &lane, flow] {
    lane.Return(flow);
    self->SchedulePump();
  });
}

void Sender::Finish(Lane& lane, const FlowPtr& flow, const absl::Status& outcome) {
  Settle(flow->waiting.front(), outcome);
  PopFirst(*flow);
  lane.Return(flow);
}

void Sender::Settle(const Outgoing& outgoing, const absl::Status& outcome) {
  const std::shared_ptr<Submission> submission = outgoing.submission;
  submission->Settle(outgoing.index, outcome);
  if (submission->is_done()) deadlines_.Remove(*submission);
}

void Sender::PopFirst(Flow& flow) {
  --pending_envelopes_;
  pending_bytes_ -= flow.waiting.front().held_bytes;
  flow.waiting.pop_front();
  if (pending_envelopes_ == 0 && on_idle_) std::exchange(on_idle_, nullptr)();
}

void Sender::NotifyWhenIdle(HttpLoop::Task idle) {
  if (pending_envelopes_ == 0) return std::move(idle)();
  on_idle_ = std::move(idle);
}

void Sender::SetAlarm() {
  if (deadlines_.next() >= alarm_) return;
  alarm_ = deadlines_.next();
  client_->loop().PostAfter(alarm_ - client_->Now(),
                            [self = shared_from_this()] { self->RingAlarm(); });
}

void Sender::RingAlarm() {
  while (const auto submission = deadlines_.TakeDue(client_->Now())) submission->SettleRest(Late());
  alarm_ = absl::InfiniteFuture();
  SetAlarm();
}

}  // namespace internal
}  // namespace omni::inline v0_1
