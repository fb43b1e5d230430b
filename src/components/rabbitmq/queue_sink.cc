#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <utility>

#include "base/status_macros.h"
#include "components/rabbitmq/ports.h"
#include "components/rabbitmq/publisher.h"
#include "components/thread.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

/// How long a sender may take to say goodbye to a broker that does not listen.
constexpr std::chrono::seconds kGoodbye(2);

/// Thread safety: thread-safe.
class RabbitMqSink final : public ForwardingSink {
 public:
  explicit RabbitMqSink(std::shared_ptr<Publisher> publisher) : publisher_(std::move(publisher)) {}
  RabbitMqSink(const RabbitMqSink&) = delete;
  RabbitMqSink& operator=(const RabbitMqSink&) = delete;

  ~RabbitMqSink() override {
    publisher_->Stop();
    const auto self = std::this_thread::get_id();
    if (self == sender_.get_id() || self == timekeeper_.get_id()) {
      // A completion has dropped the sink; the threads, which share the publisher, outlive it.
      if (sender_.joinable()) sender_.detach();
      if (timekeeper_.joinable()) timekeeper_.detach();
      return;
    }
    if (timekeeper_.joinable()) timekeeper_.join();
    if (!sender_.joinable()) return;
    if (sender_ended_.wait_for(kGoodbye) != std::future_status::ready) publisher_->Abort();
    sender_.join();
  }

  absl::Status Start() {
    auto ended = std::make_shared<std::promise<void>>();
    sender_ended_ = ended->get_future();
    OMNI_ASSIGN_OR_RETURN(sender_, StartThread([publisher = publisher_, ended] {
                            publisher->RunSender();
                            ended->set_value();
                          }));
    OMNI_ASSIGN_OR_RETURN(timekeeper_,
                          StartThread([publisher = publisher_] { publisher->RunTimekeeper(); }));
    return absl::OkStatus();
  }

  void Enqueue(EnqueueParams params, Completion<Settlement> done) override {
    publisher_->Enqueue(std::move(params), std::move(done));
  }
  void Forward(Envelope envelope, absl::Time enqueued_at, std::string dead_reason,
               Completion<Settlement> done) override {
    publisher_->Forward(std::move(envelope), enqueued_at, std::move(dead_reason), std::move(done));
  }

 private:
  const std::shared_ptr<Publisher> publisher_;
  std::future<void> sender_ended_;
  std::thread sender_;
  std::thread timekeeper_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<ForwardingSink>> MakeRabbitMqSink(
    const std::shared_ptr<const Settings>& settings) {
  OMNI_ASSIGN_OR_RETURN(std::shared_ptr<Publisher> publisher, Publisher::Make(settings));
  auto sink = std::make_shared<RabbitMqSink>(std::move(publisher));
  OMNI_RETURN_IF_ERROR(sink->Start());
  return std::shared_ptr<ForwardingSink>(std::move(sink));
}

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
