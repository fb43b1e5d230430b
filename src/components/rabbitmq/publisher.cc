#include "components/rabbitmq/publisher.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "components/rabbitmq/message.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

constexpr amqp_channel_t kPublishing = 1;
constexpr amqp_channel_t kDeclaring = 2;  // what is refused there closes no other channel
constexpr std::size_t kBatch = 64;        // sent between looks at what came in
constexpr std::chrono::seconds kRefusalLasts(1);

std::size_t BytesOf(const Envelopes& envelopes) {
  std::size_t bytes = 0;
  for (const Envelope& envelope : envelopes) {
    bytes += sizeof(Envelope) + envelope.queue.size() + envelope.group.size() +
             envelope.dedupe_key.size() + envelope.event_id.size() + envelope.body.size();
    for (const auto& [name, value] : envelope.headers) bytes += name.size() + value.size();
  }
  return bytes;
}

/// Whatever the broker said, the carrier shall come again.
absl::Status NotAccepted(const absl::Status& status) {
  return absl::UnavailableError(status.message());
}

}  // namespace

absl::StatusOr<std::shared_ptr<Publisher>> Publisher::Make(
    const std::shared_ptr<const Settings>& settings) {
  OMNI_ASSIGN_OR_RETURN(std::unique_ptr<Wake> wake, Wake::Make());
  return std::shared_ptr<Publisher>(new Publisher(settings, std::move(wake)));
}

Publisher::Publisher(std::shared_ptr<const Settings> settings, std::unique_ptr<Wake> wake)
    : settings_(std::move(settings)),
      wake_(std::move(wake)),
      ledger_({.envelopes = options().max_pending_envelopes,
               .bytes = options().max_pending_bytes,
               .unconfirmed = options().max_unconfirmed,
               .patience = absl::ToChronoNanoseconds(options().outage_patience)}),
      backoff_(options().min_backoff, options().max_backoff),
      declarations_(options().topology) {
  ledger_.SetAway("there is no connection to the broker yet");
}

void Publisher::Enqueue(QueueSink::EnqueueParams params, Completion<Settlement> done) {
  const std::size_t count = params.envelopes.size();
  if (count == 0) return std::move(done)(Settlement{});
  const absl::Time now = options().clock->Now();
  if (params.deadline <= now) {
    return std::move(done)(
        Settlement::All(count, absl::DeadlineExceededError("it came after its deadline")));
  }

  const absl::Duration budget = std::min(params.deadline - now, options().confirm_timeout);
  const auto order = std::make_shared<Order>();
  order->outcomes.resize(count);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < count; ++i) {
    absl::Status status = CheckEnvelope(params.envelopes[i]);
    if (status.ok()) continue;
    order->outcomes[i] = std::move(status);
    ++refused;
  }
  if (refused == count) return std::move(done)(order->TakeSettlement(absl::OkStatus()));
  order->bytes = BytesOf(params.envelopes);
  order->envelopes = std::move(params.envelopes);
  order->enqueued_at = now;
  order->done = std::move(done);
  Submit(order, budget);
}

void Publisher::Forward(Envelope envelope, absl::Time enqueued_at, std::string dead_reason,
                        Completion<Settlement> done) {
  const auto order = std::make_shared<Order>();
  order->envelopes.push_back(std::move(envelope));
  order->bytes = BytesOf(order->envelopes);
  order->enqueued_at = enqueued_at;
  order->dead_reason = std::move(dead_reason);
  order->done = std::move(done);
  Submit(order, options().confirm_timeout);
}

void Publisher::Submit(const std::shared_ptr<Order>& order, absl::Duration budget) {
  order->deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(budget);
  bool wakes = false;
  if (absl::Status status = ledger_.Add(order, wakes); !status.ok()) {
    order->outcomes.resize(order->envelopes.size());
    return std::move(order->done)(order->TakeSettlement(status));
  }
  if (wakes) wake_->Notify();
}

void Publisher::Stop() {
  ledger_.Stop();
  wake_->Notify();
}

void Publisher::Abort() {
  MutexLock lock(link_mutex_);
  if (link_ != nullptr) link_->Abort();
}

void Publisher::RunTimekeeper() {
  Answers answers;
  while (ledger_.AwaitAlarm(answers)) {
    GiveAnswers(std::exchange(answers, {}));
    wake_->Notify();  // others may be sent instead
  }
  wake_->Notify();  // the sender waits for nothing more
}

void Publisher::RunSender() {
  while (!ledger_.is_over()) {
    absl::Status status = Connect();
    if (status.ok()) {
      failures_ = 0;
      ledger_.SetBack();
      status = Pump();
    }
    Disconnect(absl::StrCat("there is no connection to the broker: ", status.message()));
    Pause(backoff_.After(++failures_));
  }
}

void Publisher::Pause(absl::Duration pause) {
  const TimePoint end = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(pause);
  while (!ledger_.is_over()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    wake_->Wait(std::nullopt, left);
  }
}

absl::Status Publisher::Connect() {
  OMNI_ASSIGN_OR_RETURN(std::unique_ptr<Link> link, Link::Open(*settings_));
  {
    MutexLock lock(link_mutex_);
    link_ = std::move(link);
  }
  OMNI_RETURN_IF_ERROR(link_->OpenChannel(kDeclaring));
  return OpenPublishing();
}

absl::Status Publisher::OpenPublishing() {
  OMNI_RETURN_IF_ERROR(link_->OpenChannel(kPublishing));
  amqp_confirm_select(link_->state(), kPublishing);
  OMNI_RETURN_IF_ERROR(link_->Check(kPublishing, "have confirms"));
  last_refused_ = 0;
  returned_ = {};
  return absl::OkStatus();
}

void Publisher::Disconnect(const std::string& why) {
  ledger_.SetAway(why);
  ledger_.Resend();
  declarations_.ForgetAll();
  refusals_.clear();
  is_blocked_ = false;
  std::unique_ptr<Link> link;
  {
    MutexLock lock(link_mutex_);
    link = std::move(link_);
  }
}

absl::Status Publisher::Pump() {
  const auto nap = absl::ToChronoMilliseconds(options().heartbeat / 2);
  while (!ledger_.is_over()) {
    if (ledger_.is_clogged()) return absl::UnavailableError("the broker confirms only in part");
    std::vector<Sending> batch;
    if (!is_blocked_) batch = ledger_.TakeToSend(kBatch);
    for (const Sending& sending : batch) OMNI_RETURN_IF_ERROR(Send(sending));
    OMNI_ASSIGN_OR_RETURN(const bool heard, Listen());
    if (batch.empty() && !heard) wake_->Wait(link_->socket(), nap);
  }
  return absl::CancelledError("the sink was closed");
}

absl::Status Publisher::Send(const Sending& sending) {
  const Envelope& envelope = sending.envelope();
  if (absl::Status status = Prepare(envelope.queue); !status.ok()) {
    if (absl::IsUnavailable(status)) return status;
    GiveAnswers(ledger_.Skip(sending, NotAccepted(status)));
    return absl::OkStatus();
  }
  const Target& target = targets_[envelope.queue];
  const MessageHead head(envelope, sending.order->enqueued_at, sending.order->dead_reason);
  return link_->CheckSent(amqp_basic_publish(link_->state(), kPublishing, ToAmqp(target.exchange),
                                             ToAmqp(target.routing_key), 1, 0, &head.properties(),
                                             ToAmqp(envelope.body)),
                          "publish");
}

absl::Status Publisher::Prepare(const std::string& queue) {
  const TimePoint now = std::chrono::steady_clock::now();
  if (const auto refusal = refusals_.find(queue); refusal != refusals_.end()) {
    if (now < refusal->second.until) return refusal->second.status;
    refusals_.erase(refusal);
  }
  if (!targets_.contains(queue)) {
    targets_.emplace(queue, TargetOf(options().topology, queue));
  }
  absl::Status status = declarations_.Ensure(*link_, kDeclaring, queue);
  if (status.ok() || absl::IsUnavailable(status)) return status;
  refusals_[queue] = {.status = status, .until = now + kRefusalLasts};
  OMNI_RETURN_IF_ERROR(link_->OpenChannel(kDeclaring));  // it was closed
  return status;
}

absl::StatusOr<bool> Publisher::Listen() {
  bool heard = false;
  amqp_frame_t frame = {};
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool is_there, link_->Next(frame));
    if (!is_there) return heard;
    heard = true;
    OMNI_RETURN_IF_ERROR(OnFrame(frame));
    link_->Release();
  }
}

absl::Status Publisher::OnFrame(const amqp_frame_t& frame) {
  switch (frame.frame_type) {
    case AMQP_FRAME_METHOD:
      return OnMethod(frame);
    case AMQP_FRAME_HEADER:
      OnReturnedHead(frame);
      break;
    default:
      break;  // the rest of what came back
  }
  return absl::OkStatus();
}

absl::Status Publisher::OnMethod(const amqp_frame_t& frame) {
  const amqp_method_t& method = frame.payload.method;
  switch (method.id) {
    case AMQP_BASIC_ACK_METHOD: {
      const auto* ack = static_cast<amqp_basic_ack_t*>(method.decoded);
      GiveAnswers(ledger_.Settle(ack->delivery_tag, ack->multiple != 0, absl::OkStatus()));
      break;
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto* nack = static_cast<amqp_basic_nack_t*>(method.decoded);
      GiveAnswers(ledger_.Settle(nack->delivery_tag, nack->multiple != 0,
                                 absl::UnavailableError("the broker refused it; a full queue")));
      break;
    }
    case AMQP_BASIC_RETURN_METHOD:
      OnReturn(*static_cast<amqp_basic_return_t*>(method.decoded));
      break;
    case AMQP_CONNECTION_BLOCKED_METHOD: {
      const auto* blocked = static_cast<amqp_connection_blocked_t*>(method.decoded);
      SetBlocked(true,
                 absl::StrCat("the broker has an alarm: ", ToAbsl(FromAmqp(blocked->reason))));
      break;
    }
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
      SetBlocked(false, "");
      break;
    case AMQP_CHANNEL_CLOSE_METHOD:
      return OnChannelClose(frame);
    default:
      break;
  }
  return absl::OkStatus();
}

void Publisher::OnReturn(const amqp_basic_return_t& method) {
  returned_.exchange = FromAmqp(method.exchange);
  returned_.routing_key = FromAmqp(method.routing_key);
  returned_.verdict = absl::UnavailableError(
      absl::StrCat("the broker has no queue for it: ", ToAbsl(FromAmqp(method.reply_text))));
}

/// The properties tell which one it was. Returns come in the order of sending.
void Publisher::OnReturnedHead(const amqp_frame_t& frame) {
  const auto* properties =
      static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
  const std::string_view id = FromAmqp(properties->message_id);
  std::string queue;
  const auto is_it = [&](const Envelope& envelope) {
    const auto target = targets_.find(envelope.queue);
    if (envelope.event_id != id || target == targets_.end() ||
        target->second.exchange != returned_.exchange ||
        target->second.routing_key != returned_.routing_key) {
      return false;
    }
    queue = envelope.queue;
    return true;
  };
  const auto tag = ledger_.Refuse(last_refused_, is_it, returned_.verdict);
  if (!tag) return;
  last_refused_ = *tag;
  declarations_.Forget(queue);  // it was deleted
}

absl::Status Publisher::OnChannelClose(const amqp_frame_t& frame) {
  absl::Status status = link_->OnClose(frame);
  if (absl::IsUnavailable(status)) return status;
  if (frame.channel != kPublishing) return link_->OpenChannel(frame.channel);
  // Not sent again: what the broker objected to is among it.
  GiveAnswers(ledger_.FailSent(NotAccepted(status)));
  return OpenPublishing();
}

void Publisher::SetBlocked(bool blocked, const std::string& why) {
  is_blocked_ = blocked;
  if (blocked) {
    ledger_.SetAway(why);
  } else {
    ledger_.SetBack();
  }
}

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
