/// \file
/// The queue against the contract that every engine meets, on both types of queues.
#include "components/rabbitmq/broker.h"
#include "contracts/queue_contract.h"
#include "omni/components/rabbitmq.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

/// Thread safety: confined.
class RabbitMqHarness final : public QueueHarness {
 public:
  explicit RabbitMqHarness(RabbitMqTopology::QueueType type) : type_(type) {}

  [[nodiscard]] QueueTraits traits() const override { return {.remembers_delays = false}; }
  [[nodiscard]] Ports Open() override {
    RabbitMqOptions options;
    options.url = loopback::Broker::Shared().Url();
    options.topology.type = type_;
    options.topology.queue_name =
        type_ == RabbitMqTopology::QueueType::kQuorum ? "q.{queue}" : "c.{queue}";
    options.outage_patience = absl::Minutes(2);  // the machine may be busy
    options.confirm_timeout = absl::Minutes(2);
    auto ports = OpenRabbitMq(std::move(options));
    EXPECT_THAT(ports, IsOk());
    return ports.ok() ? Ports{.sink = ports->sink, .source = ports->source} : Ports{};
  }

 private:
  const RabbitMqTopology::QueueType type_;
};

std::unique_ptr<QueueHarness> OnQuorum() {
  return std::make_unique<RabbitMqHarness>(RabbitMqTopology::QueueType::kQuorum);
}
std::unique_ptr<QueueHarness> OnClassic() {
  return std::make_unique<RabbitMqHarness>(RabbitMqTopology::QueueType::kClassic);
}

INSTANTIATE_TEST_SUITE_P(Quorum, QueueContract, ::testing::Values(OnQuorum));
INSTANTIATE_TEST_SUITE_P(Classic, QueueContract, ::testing::Values(OnClassic));

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
