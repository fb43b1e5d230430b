/// \file
/// What every pair of QueueSink and QueueSource over one engine promises. A test of an engine
/// instantiates the suite with a function that makes a harness; time passes for real, in the
/// engine's units.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "contracts/queue_fixture.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(QueueContract);

TEST_P(QueueContract, GivesAnEnvelopeBackAsItWas) {
  Envelope expected = Make("a", "group");
  if (traits_.takes_any_header) {
    expected.headers = {{"z", "value"}, {"", std::string("\0:7", 3)}, {"x-a", ""}, {"z", "again"}};
  }
  expected.body = std::string("\0\xff\r\n", 4) + std::string(100'000, 'x');
  const absl::Time before = absl::Now();
  ASSERT_THAT(Enqueue({expected}).outcomes, ::testing::ElementsAre(IsOk()));
  const Delivery delivery = LeaseOne();
  EXPECT_EQ(delivery.envelope.queue, expected.queue);
  EXPECT_EQ(delivery.envelope.group, expected.group);
  EXPECT_EQ(delivery.envelope.dedupe_key, expected.dedupe_key);
  EXPECT_EQ(delivery.envelope.event_id, expected.event_id);
  EXPECT_TRUE(delivery.envelope.body == expected.body);
  EXPECT_EQ(delivery.envelope.headers, expected.headers);
  EXPECT_EQ(delivery.attempt, 1);
  EXPECT_EQ(delivery.dead_reason, "");
  EXPECT_GE(delivery.enqueued_at, before - absl::Seconds(1));
  EXPECT_LE(delivery.enqueued_at, absl::Now() + absl::Seconds(1));
}

TEST_P(QueueContract, SettlesAnEmptyEnqueue) { EXPECT_EQ(Enqueue({}).outcomes.size(), 0u); }

TEST_P(QueueContract, SettlesEachEnvelopeInItsPlace) {
  Envelopes envelopes;
  for (int i = 0; i < 25; ++i) envelopes.push_back(Make(std::to_string(i), "group"));
  const Settlement settlement = Enqueue(std::move(envelopes));
  ASSERT_EQ(settlement.outcomes.size(), 25u);
  for (const absl::Status& outcome : settlement.outcomes) EXPECT_THAT(outcome, IsOk());
}

TEST_P(QueueContract, TakesAKeyOnce) {
  if (!traits_.deduplicates) GTEST_SKIP();
  const auto is_duplicate = StatusIs(absl::StatusCode::kAlreadyExists, ::testing::_);
  const Settlement settlement = Enqueue({Make("a"), Make("b"), Make("a")});
  EXPECT_THAT(settlement.outcomes, ::testing::ElementsAre(IsOk(), IsOk(), is_duplicate));
  EXPECT_THAT(Enqueue({Make("b")}).outcomes, ::testing::ElementsAre(is_duplicate));
  Reopen();
  EXPECT_THAT(Enqueue({Make("a")}).outcomes, ::testing::ElementsAre(is_duplicate));
}

TEST_P(QueueContract, AcceptsNothingAfterItsDeadline) {
  EXPECT_THAT(Enqueue({Make("a")}, absl::Now() - absl::Seconds(1)).outcomes,
              ::testing::ElementsAre(StatusIs(absl::StatusCode::kDeadlineExceeded, ::testing::_)));
}

TEST_P(QueueContract, KeepsQueuesApart) {
  Put("a");
  EXPECT_EQ(TryLease(1, unit(), {.queue = queue_ + "2"}).size(), 0u);
  EXPECT_EQ(LeaseOne().envelope.dedupe_key, "a");
}

TEST_P(QueueContract, KeepsEverythingOverARestart) {
  Put("a", "group");
  if (traits_.orders_groups) Put("b", "group");
  const Delivery first = LeaseOne({.visibility = unit() * 2});
  Reopen();
  const Delivery again = LeaseOne();
  EXPECT_EQ(again.envelope.dedupe_key, "a") << "who had borrowed it is gone";
  EXPECT_EQ(again.attempt, traits_.counts_crashes ? 2 : 1);
  EXPECT_THAT(Ack(first), IsOk()) << "without effect";
  EXPECT_THAT(Ack(again), IsOk());
  if (traits_.orders_groups) {
    EXPECT_THAT(Drain(1), ::testing::ElementsAre("b"));
  }
}

TEST_P(QueueContract, LendsOneGroupInOrderWhileOthersGoOn) {
  if (!traits_.orders_groups) GTEST_SKIP();
  for (const char* key : {"a1", "b1", "a2", "b2", "a3"}) Put(key, std::string(1, key[0]));
  std::vector<Delivery> first = Lease(2);
  EXPECT_EQ(first[0].envelope.dedupe_key, "a1");
  EXPECT_EQ(first[1].envelope.dedupe_key, "b1");
  EXPECT_THAT(KeysWithin(unit()), ::testing::IsEmpty());
  ASSERT_THAT(Ack(first[1]), IsOk());
  const Delivery second = LeaseOne();
  EXPECT_EQ(second.envelope.dedupe_key, "b2") << "a1 is still out";
  ASSERT_THAT(Ack(first[0]), IsOk());
  EXPECT_EQ(LeaseOne().envelope.dedupe_key, "a2");
}

TEST_P(QueueContract, LendsWithoutAGroupWhatIsThere) {
  for (const char* key : {"a", "b", "c"}) Put(key);
  EXPECT_EQ(Lease(3).size(), 3u);
}

TEST_P(QueueContract, LendsAgainWhatIsNotAcknowledgedInTime) {
  Put("a", "g");
  const Delivery first = LeaseOne({.visibility = unit()});
  const Delivery second = LeaseOne();
  EXPECT_EQ(second.envelope.dedupe_key, "a");
  EXPECT_EQ(second.attempt, 2);
  const auto is_gone = StatusIs(absl::StatusCode::kNotFound, ::testing::_);
  EXPECT_THAT(Ack(first), IsOk()) << "without effect";
  EXPECT_THAT(Nack(first), is_gone);
  EXPECT_THAT(ports_.source->Extend({.receipt = first.receipt}), is_gone);
  EXPECT_THAT(ports_.source->Nack({.receipt = "nonsense"}), is_gone);
  EXPECT_THAT(Ack(second), IsOk());
  EXPECT_THAT(KeysWithin(unit()), ::testing::IsEmpty());
}

TEST_P(QueueContract, ExtendsALoan) {
  Put("a");
  const Delivery delivery = LeaseOne({.visibility = unit() * 4});
  ASSERT_THAT(ports_.source->Extend({.receipt = delivery.receipt, .visibility = absl::Minutes(5)}),
              IsOk());
  EXPECT_THAT(KeysWithin(unit() * 6), ::testing::IsEmpty());
  EXPECT_THAT(Ack(delivery), IsOk());
}

TEST_P(QueueContract, GivesBackAtOnce) {
  Put("a", "g");
  if (traits_.orders_groups) Put("b", "g");
  ASSERT_THAT(Nack(LeaseOne()), IsOk());
  const Delivery again = LeaseOne();
  EXPECT_EQ(again.envelope.dedupe_key, "a");
  EXPECT_EQ(again.attempt, 2);
}

TEST_P(QueueContract, DelaysAGroupAndNoOther) {
  if (!traits_.orders_groups) GTEST_SKIP();
  Put("a1", "a");
  Put("a2", "a");
  const absl::Duration delay = unit() * 20;
  const Delivery delivery = LeaseOne();
  const absl::Time begin = absl::Now();
  ASSERT_THAT(Nack(delivery, delay), IsOk());
  Put("b", "b");
  EXPECT_THAT(Drain(1), ::testing::ElementsAre("b"));
  if (traits_.remembers_delays) Reopen();
  const Delivery again = LeaseOne();
  EXPECT_GE(absl::Now(), begin + delay);
  EXPECT_EQ(again.envelope.dedupe_key, "a1");
}

TEST_P(QueueContract, MovesToTheDeadLettersWhatWasTriedTooOften) {
  Put("a", "g");
  if (traits_.orders_groups) Put("b", "g");
  Kill("a", "no such user");
  if (traits_.orders_groups) {
    EXPECT_EQ(LeaseOne().envelope.dedupe_key, "b") << "the group goes on";
  }
  Reopen();
  const Delivery dead = LeaseOne({.queue = dead_});
  EXPECT_EQ(dead.envelope.queue, dead_);
  EXPECT_EQ(dead.envelope.dedupe_key, "a");
  EXPECT_EQ(dead.envelope.event_id, "id of a");
  EXPECT_EQ(dead.envelope.group, "g");
  EXPECT_EQ(dead.envelope.body, "body of a");
  EXPECT_EQ(dead.envelope.headers, Make("a").headers);
  EXPECT_EQ(dead.dead_reason, "no such user");
}

TEST_P(QueueContract, CountsLoansThatRanOutAsAttempts) {
  Put("a");
  for (int attempt = 1; attempt <= traits_.max_attempts; ++attempt) {
    EXPECT_EQ(LeaseOne({.visibility = unit()}).attempt, attempt);
  }
  EXPECT_THAT(KeysWithin(unit() * 3), ::testing::IsEmpty());
  const Delivery dead = LeaseOne({.queue = dead_});
  EXPECT_EQ(dead.envelope.dedupe_key, "a");
  EXPECT_NE(dead.dead_reason, "");
}

TEST_P(QueueContract, KeepsDeadLettersHoweverOftenTheyAreRead) {
  Put("a");
  Kill("a", "no");
  for (int i = 0; i < traits_.max_attempts + 2; ++i) {
    const Delivery dead = LeaseOne({.queue = dead_});
    EXPECT_EQ(dead.dead_reason, "no");
    ASSERT_THAT(Nack(dead), IsOk());
  }
}

TEST_P(QueueContract, RedrivesDeadLettersInTheirOrder) {
  for (const char* key : {"a1", "a2", "a3"}) {
    Put(key, "a");
    Kill(key, "no");
  }
  EXPECT_THAT(KeysWithin(unit()), ::testing::IsEmpty());
  for (const std::size_t expected : {std::size_t{2}, std::size_t{1}, std::size_t{0}}) {
    OMNI_ASSERT_OK_AND_ASSIGN(const std::size_t moved,
                              ports_.source->Redrive({.queue = queue_, .limit = 2}));
    EXPECT_EQ(moved, expected);
  }
  const Delivery first = LeaseOne();
  EXPECT_EQ(first.envelope.dedupe_key, "a1");
  EXPECT_EQ(first.envelope.queue, queue_);
  EXPECT_EQ(first.attempt, 1);
  EXPECT_EQ(first.dead_reason, "");
  ASSERT_THAT(Ack(first), IsOk());
  EXPECT_THAT(Drain(2), traits_.orders_groups ? ::testing::Matcher<std::vector<std::string>>(
                                                    ::testing::ElementsAre("a2", "a3"))
                                              : ::testing::UnorderedElementsAre("a2", "a3"));
}

TEST_P(QueueContract, WakesAConsumerThatWaits) {
  std::thread consumer([&] {
    const auto deliveries = ports_.source->Lease({.queue = queue_, .wait = kPatience});
    ASSERT_THAT(deliveries, IsOk());
    EXPECT_EQ(deliveries->size(), 1u);
  });
  Put("a");
  consumer.join();
}

TEST_P(QueueContract, LetsACompletionCallTheSink) {
  std::promise<absl::Status> done;
  ports_.sink->Enqueue({.envelopes = {Make("a")}}, [&](const Settlement&) {
    ports_.sink->Enqueue({.envelopes = {Make("b")}}, [&](const Settlement& settlement) {
      done.set_value(settlement.outcomes.at(0));
    });
  });
  EXPECT_THAT(done.get_future().get(), IsOk());
}

TEST_P(QueueContract, ACompletionMayDropTheSink) {
  std::promise<void> done;
  auto sink = std::make_shared<std::shared_ptr<QueueSink>>(std::move(ports_.sink));
  ports_ = {};
  (*sink)->Enqueue({.envelopes = {Make("a")}}, [sink, &done](const Settlement&) {
    sink->reset();
    done.set_value();
  });
  done.get_future().wait();
}

TEST_P(QueueContract, SettlesWhatWaitsBeforeItCloses) {
  constexpr int kCount = 200;
  std::atomic<int> accepted = 0;
  for (int i = 0; i < kCount; ++i) {
    ports_.sink->Enqueue({.envelopes = {Make(std::to_string(i))}},
                         [&](const Settlement& s) { accepted += s.outcomes.at(0).ok() ? 1 : 0; });
  }
  Reopen();
  EXPECT_EQ(accepted, kCount);
  EXPECT_EQ(Drain(kCount).size(), static_cast<std::size_t>(kCount));
}

TEST_P(QueueContract, KeepsTheOrderOfGroupsUnderManyProducersAndConsumers) {
  if (!traits_.orders_groups) GTEST_SKIP();
  constexpr int kProducers = 3;
  constexpr int kEvents = 60;
  constexpr int kGroups = 6;
  std::atomic<int> acknowledged = 0;
  std::atomic<int> inversions = 0;
  std::vector<std::atomic<int>> last(kProducers * kGroups);
  std::vector<std::thread> threads;
  for (int producer = 0; producer < kProducers; ++producer) {
    threads.emplace_back([&, producer] {
      for (int i = 0; i < kEvents; ++i) {
        const std::string group = std::to_string(producer * kGroups + i % kGroups);
        Put(group + "/" + std::to_string(i + 1), group);
      }
    });
  }
  const absl::Time end = absl::Now() + kPatience;
  for (int consumer = 0; consumer < 3; ++consumer) {
    threads.emplace_back([&] {
      while (acknowledged < kProducers * kEvents && absl::Now() < end) {
        for (const Delivery& delivery : TryLease(10, unit(), {})) {
          const std::string& key = delivery.envelope.dedupe_key;
          const auto group = static_cast<std::size_t>(std::stoi(key));
          const int number = std::stoi(key.substr(key.find('/') + 1));
          if (last[group].exchange(number) >= number) ++inversions;
          ASSERT_THAT(Ack(delivery), IsOk());
          ++acknowledged;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(inversions, 0);
  EXPECT_EQ(acknowledged, kProducers * kEvents);
}

}  // namespace testing
}  // namespace omni::inline v0_1
