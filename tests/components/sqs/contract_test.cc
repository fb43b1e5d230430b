/// \file
/// The queue against the contract that every engine meets: FIFO and standard.
#include "components/sqs/harness.h"
#include "contracts/queue_contract.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

/// Thread safety: confined.
class SqsQueueHarness final : public QueueHarness {
 public:
  explicit SqsQueueHarness(bool is_fifo) : is_fifo_(is_fifo) {}

  [[nodiscard]] QueueTraits traits() const override {
    // SQS counts in seconds; what lies between is rounded up.
    return {.orders_groups = is_fifo_, .unit = absl::Milliseconds(500)};
  }
  [[nodiscard]] Ports Open() override {
    SqsOptions options = sqs_test::Options();
    options.fifo = is_fifo_;
    const SqsQueue queue = sqs_test::Open(options);
    return {.sink = queue.sink, .source = queue.source};
  }

 private:
  const bool is_fifo_;
};

INSTANTIATE_TEST_SUITE_P(SqsFifo, QueueContract,
                         ::testing::Values([] { return std::make_unique<SqsQueueHarness>(true); }));
INSTANTIATE_TEST_SUITE_P(SqsStandard, QueueContract, ::testing::Values([] {
                           return std::make_unique<SqsQueueHarness>(false);
                         }));

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
