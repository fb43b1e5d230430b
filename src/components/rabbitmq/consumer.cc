#include "components/rabbitmq/consumer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_bridge.h"
#include "base/status_macros.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

constexpr amqp_channel_t kDeclaring = 1;
constexpr amqp_channel_t kFirst = 10;  // of the queue with number 0
constexpr std::chrono::seconds kRetry(1);

amqp_channel_t ChannelOf(QueueNumber number) {
  return static_cast<amqp_channel_t>(number + kFirst);
}
QueueNumber NumberOf(amqp_channel_t channel) { return QueueNumber{channel} - kFirst; }

}  // namespace

absl::StatusOr<std::shared_ptr<Consumer>> Consumer::Make(
    const std::shared_ptr<const Settings>& settings) {
  OMNI_ASSIGN_OR_RETURN(std::unique_ptr<Wake> wake, Wake::Make());
  return std::shared_ptr<Consumer>(new Consumer(settings, std::move(wake)));
}

Consumer::Consumer(std::shared_ptr<const Settings> settings, std::unique_ptr<Wake> wake)
    : settings_(std::move(settings)),
      wake_(std::move(wake)),
      lending_(settings_),
      backoff_(options().min_backoff, options().max_backoff),
      declarations_(options().topology) {}

void Consumer::Do(Task task) {
  {
    MutexLock lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_->Notify();
}

void Consumer::Stop() {
  {
    MutexLock lock(mutex_);
    is_stopped_ = true;
  }
  wake_->Notify();
}

void Consumer::Abort() {
  MutexLock lock(link_mutex_);
  if (link_ != nullptr) link_->Abort();
}

bool Consumer::is_stopped() {
  MutexLock lock(mutex_);
  return is_stopped_;
}

void Consumer::Run() {
  while (!is_stopped()) {
    absl::Status status = Connect();
    if (status.ok()) {
      failures_ = 0;
      lending_.SetConnectionProblem(absl::OkStatus());
      status = Pump();
    }
    Disconnect(absl::UnavailableError(
        absl::StrCat("there is no connection to the broker: ", status.message())));
    Pause(backoff_.After(++failures_));
  }
  DoTasks();
}

void Consumer::Pause(absl::Duration pause) {
  const TimePoint end = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(pause);
  while (!is_stopped()) {
    DoTasks();
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    wake_->Wait(std::nullopt, left);
  }
}

void Consumer::DoTasks() {
  std::vector<Task> tasks;
  {
    MutexLock lock(mutex_);
    tasks.swap(tasks_);
  }
  for (const Task& task : tasks) task(link_.get(), connection_);
}

absl::Status Consumer::Connect() {
  OMNI_ASSIGN_OR_RETURN(std::unique_ptr<Link> link, Link::Open(*settings_));
  {
    MutexLock lock(link_mutex_);
    link_ = std::move(link);
    ++connection_;
  }
  return link_->OpenChannel(kDeclaring);
}

void Consumer::Disconnect(const absl::Status& why) {
  lending_.SetConnectionProblem(why);
  for (std::size_t i = 0; i < subscriptions_.size(); ++i) {
    lending_.OnLost(static_cast<QueueNumber>(i));
    subscriptions_[i].is_on = false;
    subscriptions_[i].next_try = {};
  }
  declarations_.ForgetAll();
  partials_.clear();
  std::unique_ptr<Link> link;
  {
    MutexLock lock(link_mutex_);
    link = std::move(link_);
  }
}

absl::Status Consumer::Pump() {
  while (!is_stopped()) {
    OMNI_RETURN_IF_ERROR(SendAcks());
    OMNI_RETURN_IF_ERROR(SubscribeAll());
    DoTasks();
    OMNI_ASSIGN_OR_RETURN(const bool heard, Listen());
    if (!heard) wake_->Wait(link_->socket(), Nap());
  }
  OMNI_RETURN_IF_ERROR(SendAcks());
  return absl::CancelledError("the source was closed");
}

std::chrono::milliseconds Consumer::Nap() const {
  auto nap = absl::ToChronoMilliseconds(options().heartbeat / 2);
  const TimePoint now = std::chrono::steady_clock::now();
  for (const Subscription& subscription : subscriptions_) {
    if (subscription.is_on) continue;
    nap = std::min(nap, std::chrono::ceil<std::chrono::milliseconds>(
                            std::max(subscription.next_try - now, TimePoint::duration::zero())));
  }
  return nap;
}

absl::Status Consumer::SubscribeAll() {
  const std::vector<std::string> queues = lending_.Queues();
  for (std::size_t i = subscriptions_.size(); i < queues.size(); ++i) {
    subscriptions_.push_back({.queue = queues[i]});
  }
  const TimePoint now = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < subscriptions_.size(); ++i) {
    Subscription& subscription = subscriptions_[i];
    if (subscription.is_on || subscription.next_try > now) continue;
    OMNI_RETURN_IF_ERROR(Subscribe(static_cast<QueueNumber>(i), subscription));
  }
  return absl::OkStatus();
}

/// An error is the connection's; what is wrong with the queue is told to those who lease from it.
absl::Status Consumer::Subscribe(QueueNumber number, Subscription& subscription) {
  absl::Status status = declarations_.Ensure(*link_, kDeclaring, subscription.queue);
  if (!status.ok() && !absl::IsUnavailable(status)) {
    OMNI_RETURN_IF_ERROR(link_->OpenChannel(kDeclaring));  // it was closed
  }
  if (status.ok()) status = Consume(number, subscription.queue);
  if (absl::IsUnavailable(status)) return status;
  lending_.SetProblem(number, status);
  subscription.is_on = status.ok();
  if (!status.ok()) subscription.next_try = std::chrono::steady_clock::now() + kRetry;
  return absl::OkStatus();
}

absl::Status Consumer::Consume(QueueNumber number, const std::string& queue) {
  const amqp_channel_t channel = ChannelOf(number);
  const Target target = TargetOf(options().topology, queue);
  OMNI_RETURN_IF_ERROR(link_->OpenChannel(channel));
  amqp_basic_qos(link_->state(), channel, 0, options().prefetch, 0);
  OMNI_RETURN_IF_ERROR(link_->Check(channel, "set the prefetch"));
  amqp_basic_consume(link_->state(), channel, ToAmqp(target.queue), amqp_empty_bytes, 0, 0, 0,
                     amqp_empty_table);
  return link_->Check(channel, "consume " + target.queue);
}

void Consumer::Unsubscribe(QueueNumber number, const absl::Status& problem) {
  Subscription& subscription = subscriptions_[static_cast<std::size_t>(number)];
  subscription.is_on = false;
  subscription.next_try = std::chrono::steady_clock::now() + kRetry;
  declarations_.Forget(subscription.queue);
  partials_.erase(ChannelOf(number));
  lending_.OnLost(number);
  lending_.SetProblem(number, problem);
}

absl::Status Consumer::SendAcks() {
  for (const Lending::Acknowledgement& ack : lending_.TakeAcks()) {
    OMNI_RETURN_IF_ERROR(link_->CheckSent(
        amqp_basic_ack(link_->state(), ChannelOf(ack.queue), ack.tag, 0), "acknowledge"));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Consumer::Listen() {
  constexpr int kMost = 256;  // frames, until others have their turn
  amqp_frame_t frame = {};
  for (int i = 0; i < kMost; ++i) {
    OMNI_ASSIGN_OR_RETURN(const bool is_there, link_->Next(frame));
    if (!is_there) return i > 0;
    OMNI_RETURN_IF_ERROR(OnFrame(frame));
    link_->Release();
  }
  return true;
}

absl::Status Consumer::OnFrame(const amqp_frame_t& frame) {
  switch (frame.frame_type) {
    case AMQP_FRAME_METHOD:
      return OnMethod(frame);
    case AMQP_FRAME_HEADER:
      OnHead(frame);
      break;
    case AMQP_FRAME_BODY:
      OnBody(frame);
      break;
    default:
      break;
  }
  return absl::OkStatus();
}

absl::Status Consumer::OnMethod(const amqp_frame_t& frame) {
  const amqp_method_t& method = frame.payload.method;
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto* deliver = static_cast<amqp_basic_deliver_t*>(method.decoded);
      partials_[frame.channel] = {.tag = deliver->delivery_tag,
                                  .is_again = deliver->redelivered != 0};
      return absl::OkStatus();
    }
    case AMQP_BASIC_CANCEL_METHOD:
      return OnCancel(frame.channel);
    case AMQP_CHANNEL_CLOSE_METHOD: {
      absl::Status status = link_->OnClose(frame);
      if (absl::IsUnavailable(status)) return status;
      if (frame.channel == kDeclaring) return link_->OpenChannel(kDeclaring);
      if (frame.channel >= kFirst) Unsubscribe(NumberOf(frame.channel), status);
      return absl::OkStatus();
    }
    default:
      return absl::OkStatus();
  }
}

/// The queue was deleted, or its node is gone.
absl::Status Consumer::OnCancel(amqp_channel_t channel) {
  const amqp_rpc_reply_t reply = amqp_channel_close(link_->state(), channel, AMQP_REPLY_SUCCESS);
  if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
    return link_->CheckSent(reply.library_error, "close a channel");
  }
  Unsubscribe(NumberOf(channel), absl::NotFoundError("the broker has the queue no more"));
  return absl::OkStatus();
}

void Consumer::OnHead(const amqp_frame_t& frame) {
  const auto partial = partials_.find(frame.channel);
  if (partial == partials_.end()) return;
  const auto* properties =
      static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
  partial->second.message = ReadMessage(*properties, "");
  partial->second.size = frame.payload.properties.body_size;
  if (partial->second.size == 0) Deliver(frame.channel, partial->second);
}

void Consumer::OnBody(const amqp_frame_t& frame) {
  const auto found = partials_.find(frame.channel);
  if (found == partials_.end()) return;
  Partial& partial = found->second;
  partial.body.append(FromAmqp(frame.payload.body_fragment));
  if (partial.body.size() >= partial.size) Deliver(frame.channel, partial);
}

void Consumer::Deliver(amqp_channel_t channel, Partial& partial) {
  partial.message.envelope.body = std::move(partial.body);
  lending_.OnDelivery(NumberOf(channel), partial.tag, partial.is_again, std::move(partial.message));
  partials_.erase(channel);
}

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
