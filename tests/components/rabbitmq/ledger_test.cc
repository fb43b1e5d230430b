/// \file
/// What waits for the broker, without one.
#include "components/rabbitmq/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

using ::omni::testing::IsOk;
using ::omni::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t kUnconfirmed = 2;

class LedgerTest : public ::testing::Test {
 protected:
  /// One call with one envelope of that event.
  void Add(const std::string& id, std::chrono::nanoseconds budget = std::chrono::hours(1)) {
    auto order = std::make_shared<Order>();
    order->envelopes.push_back({.queue = "q", .event_id = id});
    order->deadline = std::chrono::steady_clock::now() + budget;
    order->done = [](Settlement) {};
    bool wakes = false;
    EXPECT_THAT(ledger_.Add(order, wakes), IsOk());
  }
  std::vector<std::string> TakeToSend() {
    std::vector<std::string> ids;
    for (const Sending& sending : ledger_.TakeToSend(100)) {
      ids.push_back(sending.envelope().event_id);
    }
    return ids;
  }
  Answers Confirm(std::uint64_t tag) { return ledger_.Settle(tag, false, absl::OkStatus()); }
  Answers AwaitAlarm() {
    Answers answers;
    EXPECT_TRUE(ledger_.AwaitAlarm(answers));
    return answers;
  }

  Ledger ledger_{{.envelopes = 1000,
                  .bytes = 1000,
                  .unconfirmed = kUnconfirmed,
                  .patience = std::chrono::hours(1)}};
};

TEST_F(LedgerTest, RefusesOneBehindAnotherThatIsConfirmed) {
  Add("first");
  Add("second");
  EXPECT_THAT(TakeToSend(), ElementsAre("first", "second"));
  EXPECT_THAT(Confirm(2), SizeIs(1));
  Add("third");
  EXPECT_THAT(TakeToSend(), ElementsAre("third"));
  const auto tag = ledger_.Refuse(
      0, [](const Envelope& envelope) { return envelope.event_id == "third"; },
      absl::UnavailableError("no route"));
  EXPECT_EQ(tag, 3u);
  const Answers answers = Confirm(3);
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_THAT(answers[0].second.outcomes,
              ElementsAre(StatusIs(absl::StatusCode::kUnavailable, "no route")));
}

TEST_F(LedgerTest, SendsOnBehindOneThatIsNotConfirmed) {
  Add("lost");
  Add("1");
  EXPECT_THAT(TakeToSend(), ElementsAre("lost", "1"));
  for (int i = 2; i < 20; ++i) {
    EXPECT_THAT(Confirm(static_cast<std::uint64_t>(i)), SizeIs(1));
    Add(std::to_string(i));
    EXPECT_THAT(TakeToSend(), ElementsAre(std::to_string(i)));
  }
  EXPECT_FALSE(ledger_.is_clogged()) << "somebody waits for the first";
}

TEST_F(LedgerTest, SendsNoMoreThanMayBeUnconfirmed) {
  for (int i = 0; i < 5; ++i) Add(std::to_string(i));
  EXPECT_THAT(TakeToSend(), ElementsAre("0", "1"));
  EXPECT_THAT(TakeToSend(), IsEmpty());
  EXPECT_THAT(Confirm(1), SizeIs(1));
  EXPECT_THAT(TakeToSend(), ElementsAre("2"));
  ledger_.Resend();
  EXPECT_THAT(TakeToSend(), ElementsAre("1", "2"));
  EXPECT_THAT(ledger_.FailSent(absl::UnavailableError("closed")), SizeIs(2));
  std::vector<Sending> taken = ledger_.TakeToSend(100);
  ASSERT_THAT(taken, SizeIs(2));
  EXPECT_THAT(ledger_.Skip(taken[0], absl::UnavailableError("no queue")), SizeIs(1));
  EXPECT_THAT(ledger_.Settle(1, true, absl::OkStatus()), SizeIs(1)) << "the tag moved up";
  Add("5");
  Add("6");
  Add("7");
  EXPECT_THAT(TakeToSend(), ElementsAre("5", "6"));
}

TEST_F(LedgerTest, SendsOthersForThoseNobodyWaitsFor) {
  Add("lost 1", std::chrono::nanoseconds(1));
  Add("lost 2", std::chrono::nanoseconds(1));
  EXPECT_THAT(TakeToSend(), SizeIs(2));
  Add("1");
  Add("2");
  std::size_t answered = 0;
  while (answered < 2) answered += AwaitAlarm().size();
  EXPECT_THAT(TakeToSend(), ElementsAre("1", "2"));
  EXPECT_THAT(Confirm(1), IsEmpty()) << "too late";
  Add("3");
  EXPECT_THAT(TakeToSend(), IsEmpty()) << "which does not count twice";
}

TEST_F(LedgerTest, AsksForANewConnectionWhenTheFirstIsNeverConfirmed) {
  Add("lost", std::chrono::nanoseconds(1));
  EXPECT_THAT(TakeToSend(), SizeIs(1));
  EXPECT_THAT(AwaitAlarm(), SizeIs(1));
  std::uint64_t tag = 1;
  while (!ledger_.is_clogged() && tag < 1000) {
    Add("next");
    ASSERT_THAT(TakeToSend(), SizeIs(1));
    EXPECT_THAT(Confirm(++tag), SizeIs(1));
  }
  EXPECT_TRUE(ledger_.is_clogged());
  ledger_.Resend();
  EXPECT_FALSE(ledger_.is_clogged());
  EXPECT_THAT(TakeToSend(), IsEmpty());
}

TEST_F(LedgerTest, SendsTheOthersOfACall) {
  auto order = std::make_shared<Order>();
  for (const char* id : {"1", "2", "3"}) order->envelopes.push_back({.event_id = id});
  order->outcomes = {std::nullopt, absl::InvalidArgumentError("too long"), std::nullopt};
  order->deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
  order->done = [](Settlement) {};
  bool wakes = false;
  EXPECT_THAT(ledger_.Add(order, wakes), IsOk());
  EXPECT_THAT(TakeToSend(), ElementsAre("1", "3"));
  const Answers answers = ledger_.Settle(2, true, absl::OkStatus());
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_THAT(
      answers[0].second.outcomes,
      ElementsAre(IsOk(), StatusIs(absl::StatusCode::kInvalidArgument, "too long"), IsOk()));
}

}  // namespace
}  // namespace internal::amqp
}  // namespace omni::inline v0_1
