/// \file
/// What the broker hands over before and after a connection is lost, without a broker.
#include "components/rabbitmq/lending.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "omni/testing/fakes.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

using ::omni::testing::IsOk;
using ::omni::testing::StatusIs;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr QueueNumber kQueue = 0;
constexpr bool kAgain = true;

class LendingTest : public ::testing::Test {
 protected:
  LendingTest() { EXPECT_THAT(lending_.NumberOf("acme:sms:inbound"), IsOk()); }

  static std::shared_ptr<const Settings> MakeSettings() {
    auto settings = std::make_shared<Settings>();
    settings->options.clock = std::make_shared<testing::FakeClock>();
    return settings;
  }
  void Deliver(std::uint64_t tag, const std::string& id, const std::string& body,
               bool is_again = false) {
    Message message;
    message.envelope.event_id = id;
    message.envelope.body = body;
    message.enqueued_at = absl::UnixEpoch();
    lending_.OnDelivery(kQueue, tag, is_again, std::move(message));
  }
  std::vector<Delivery> Lease() {
    return lending_.Lease(kQueue, {.queue = "acme:sms:inbound", .limit = 10}, absl::InfinitePast())
        .deliveries;
  }
  std::vector<std::string> LeaseBodies() {
    std::vector<std::string> bodies;
    for (const Delivery& delivery : Lease()) bodies.push_back(delivery.envelope.body);
    return bodies;
  }
  std::vector<std::uint64_t> TakeAcks() {
    std::vector<std::uint64_t> tags;
    for (const auto& ack : lending_.TakeAcks()) tags.push_back(ack.tag);
    return tags;
  }

  Lending lending_{MakeSettings()};
};

TEST_F(LendingTest, AcknowledgesAgainWhatWasDone) {
  Deliver(1, "a", "a");
  const std::vector<Delivery> leased = Lease();
  ASSERT_THAT(leased, SizeIs(1));
  EXPECT_TRUE(lending_.Ack(leased[0].receipt));
  lending_.OnLost(kQueue);
  EXPECT_THAT(TakeAcks(), IsEmpty()) << "of the connection that is gone";
  Deliver(1, "a", "a", kAgain);
  EXPECT_THAT(LeaseBodies(), IsEmpty());
  EXPECT_THAT(TakeAcks(), ElementsAre(1));
}

TEST_F(LendingTest, LendsWhatWasPutThereAnew) {
  Deliver(1, "a", "a");
  const std::vector<Delivery> leased = Lease();
  ASSERT_THAT(leased, SizeIs(1));
  EXPECT_TRUE(lending_.Ack(leased[0].receipt));
  EXPECT_THAT(TakeAcks(), ElementsAre(1));
  Deliver(2, "a", "a");
  lending_.OnLost(kQueue);
  Deliver(1, "a", "a", kAgain);
  EXPECT_THAT(LeaseBodies(), ElementsAre("a"));
  EXPECT_THAT(TakeAcks(), IsEmpty());
}

TEST_F(LendingTest, KnowsALoanAgain) {
  Deliver(1, "a", "a");
  const std::vector<Delivery> leased = Lease();
  ASSERT_THAT(leased, SizeIs(1));
  lending_.OnLost(kQueue);
  Deliver(7, "a", "a", kAgain);
  EXPECT_THAT(LeaseBodies(), IsEmpty());
  EXPECT_TRUE(lending_.Ack(leased[0].receipt));
  EXPECT_THAT(TakeAcks(), ElementsAre(7));
}

TEST_F(LendingTest, ConfusesNoMessagesThatHaveNoName) {
  Deliver(1, "", "one");
  Deliver(2, "", "two");
  const std::vector<Delivery> leased = Lease();
  ASSERT_THAT(leased, SizeIs(2));
  EXPECT_TRUE(lending_.Ack(leased[0].receipt));
  EXPECT_THAT(TakeAcks(), ElementsAre(1));
  Deliver(3, "", "three");
  lending_.OnLost(kQueue);
  EXPECT_FALSE(lending_.Ack(leased[1].receipt)) << "the loan is over";
  EXPECT_THAT(lending_.Extend({.receipt = leased[1].receipt}),
              StatusIs(absl::StatusCode::kNotFound, _));
  Deliver(1, "", "three", kAgain);
  Deliver(2, "", "two", kAgain);
  EXPECT_THAT(LeaseBodies(), ElementsAre("three", "two"));
  EXPECT_THAT(TakeAcks(), IsEmpty());
}

}  // namespace
}  // namespace internal::amqp
}  // namespace omni::inline v0_1
