#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "components/sqs/sender.h"
#include "components/sqs/sqs_ports.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::chrono::seconds kPatience{30};

/// Thread safety: thread-safe.
class SqsSink final : public QueueSink {
 public:
  explicit SqsSink(SqsServicePtr service)
      : service_(std::move(service)),
        sender_(
            std::make_shared<Sender>(service_->client, service_->directory, service_->options)) {}

  SqsSink(const SqsSink&) = delete;
  SqsSink& operator=(const SqsSink&) = delete;

  /// Waits until all is settled, but on the loop, and not for ever.
  ~SqsSink() override {
    HttpLoop& loop = service_->client->loop();
    if (loop.IsCurrentThread()) return;
    auto idle = std::make_shared<std::promise<void>>();
    loop.Post([sender = sender_, idle] { sender->NotifyWhenIdle([idle] { idle->set_value(); }); });
    idle->get_future().wait_for(kPatience);
  }

  void Enqueue(EnqueueParams params, Completion<Settlement> done) override {
    if (params.envelopes.empty()) return std::move(done)(Settlement{});
    auto submission =
        std::make_shared<Submission>(params.envelopes.size(), params.deadline, std::move(done));
    service_->client->loop().Post(
        [sender = sender_, submission = std::move(submission),
         outgoing = sender_->Encode(std::move(params.envelopes))]() mutable {
          sender->Add(std::move(outgoing), submission);
        });
  }

 private:
  const SqsServicePtr service_;
  const std::shared_ptr<Sender> sender_;
};

}  // namespace

std::shared_ptr<QueueSink> MakeSqsSink(SqsServicePtr service) {
  return std::make_shared<SqsSink>(std::move(service));
}

}  // namespace internal
}  // namespace omni::inline v0_1
