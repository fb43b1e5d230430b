#include <utility>

#include "components/sqs/sender.h"
#include "components/sqs/sqs_ports.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Thread safety: thread-safe.
class SqsSink final : public QueueSink {
 public:
  explicit SqsSink(SqsServicePtr service)
      : service_(std::move(service)),
        sender_(
            std::make_shared<Sender>(service_->client, service_->directory, service_->options)) {}

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
  const std::shared_ptr<Sender> sender_;  // goes before the loop's thread ends
};

}  // namespace

std::shared_ptr<QueueSink> MakeSqsSink(SqsServicePtr service) {
  return std::make_shared<SqsSink>(std::move(service));
}

}  // namespace internal
}  // namespace omni::inline v0_1
