#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "components/rabbitmq/consumer.h"
#include "components/rabbitmq/ports.h"
#include "components/rabbitmq/redrive.h"
#include "components/thread.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

constexpr std::chrono::seconds kGoodbye(2);

/// Thread safety: thread-safe.
class RabbitMqSource final : public QueueSource {
 public:
  RabbitMqSource(std::shared_ptr<const Settings> settings, std::shared_ptr<Consumer> consumer,
                 std::shared_ptr<ForwardingSink> sink)
      : settings_(std::move(settings)), consumer_(std::move(consumer)), sink_(std::move(sink)) {}
  RabbitMqSource(const RabbitMqSource&) = delete;
  RabbitMqSource& operator=(const RabbitMqSource&) = delete;

  ~RabbitMqSource() override {
    consumer_->Stop();
    if (!thread_.joinable()) return;
    if (ended_.wait_for(kGoodbye) != std::future_status::ready) consumer_->Abort();
    thread_.join();
  }

  absl::Status Start() {
    auto ended = std::make_shared<std::promise<void>>();
    ended_ = ended->get_future();
    OMNI_ASSIGN_OR_RETURN(thread_, StartThread([consumer = consumer_, ended] {
                            consumer->Run();
                            ended->set_value();
                          }));
    return absl::OkStatus();
  }

  [[nodiscard]] absl::StatusOr<std::vector<Delivery>> Lease(const LeaseParams& params) override;
  absl::Status Ack(const AckParams& params) override {
    bool any = false;
    for (const std::string& receipt : params.receipts) any |= lending().Ack(receipt);
    if (any) consumer_->Notify();
    return absl::OkStatus();
  }
  absl::Status Nack(const NackParams& params) override;
  absl::Status Extend(const ExtendParams& params) override { return lending().Extend(params); }
  [[nodiscard]] absl::StatusOr<std::size_t> Redrive(const RedriveParams& params) override {
    MutexLock lock(redrive_mutex_);
    return amqp::Redrive(consumer_, *sink_, *settings_, params.queue, params.limit);
  }

 private:
  [[nodiscard]] Lending& lending() { return consumer_->lending(); }
  void Bury(DeadLetter letter, Completion<absl::Status> done);

  const std::shared_ptr<const Settings> settings_;
  const std::shared_ptr<Consumer> consumer_;
  const std::shared_ptr<ForwardingSink> sink_;
  Mutex redrive_mutex_;
  std::future<void> ended_;
  std::thread thread_;
};

absl::StatusOr<std::vector<Delivery>> RabbitMqSource::Lease(const LeaseParams& params) {
  Envelope probe;
  probe.queue = params.queue;
  OMNI_RETURN_IF_ERROR(CheckEnvelope(probe));
  const absl::Time end = absl::Now() + std::max(params.wait, absl::ZeroDuration());
  const bool is_new = !lending().Knows(params.queue);
  OMNI_ASSIGN_OR_RETURN(const QueueNumber queue, lending().NumberOf(params.queue));
  if (is_new) consumer_->Notify();
  while (true) {
    Lending::Leased leased = lending().Lease(queue, params, end);
    for (DeadLetter& letter : leased.dead) Bury(std::move(letter), [](const absl::Status&) {});
    if (!leased.deliveries.empty()) return std::move(leased.deliveries);
    if (!leased.dead.empty() && absl::Now() < end) continue;
    if (!leased.problem.ok()) return leased.problem;
    return std::move(leased.deliveries);
  }
}

absl::Status RabbitMqSource::Nack(const NackParams& params) {
  std::optional<DeadLetter> letter;
  OMNI_RETURN_IF_ERROR(lending().Nack(params, letter));
  if (!letter) return absl::OkStatus();
  std::promise<absl::Status> promise;
  Bury(*std::move(letter),
       [&promise](absl::Status status) { promise.set_value(std::move(status)); });
  return promise.get_future().get();
}

/// First where it is to be, then away from where it was.
void RabbitMqSource::Bury(DeadLetter letter, Completion<absl::Status> done) {
  const std::int64_t seq = letter.seq;
  sink_->Forward(
      std::move(letter.envelope), letter.enqueued_at, std::move(letter.reason),
      [seq, consumer = consumer_, done = std::move(done)](Settlement settlement) mutable {
        absl::Status status = settlement.outcomes.empty()
                                  ? absl::CancelledError("the sink was closed")
                                  : std::move(settlement.outcomes[0]);
        consumer->lending().OnMoved(seq, status.ok());
        consumer->Notify();
        std::move(done)(std::move(status));
      });
}

}  // namespace

absl::StatusOr<std::shared_ptr<QueueSource>> MakeRabbitMqSource(
    const std::shared_ptr<const Settings>& settings, std::shared_ptr<ForwardingSink> sink) {
  OMNI_ASSIGN_OR_RETURN(std::shared_ptr<Consumer> consumer, Consumer::Make(settings));
  auto source = std::make_shared<RabbitMqSource>(settings, std::move(consumer), std::move(sink));
  OMNI_RETURN_IF_ERROR(source->Start());
  return std::shared_ptr<QueueSource>(std::move(source));
}

}  // namespace internal::amqp
}  // namespace omni::inline v0_1
