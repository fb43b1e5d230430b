#include "omni/components/spool.h"

#include <atomic>
#include <map>
#include <mutex>
#include <random>

#include "components/spool/spool_harness.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(SpoolTest, AnEngineThatIsWellHasItAtOnce) {
  Open(SpoolMode::kOnFailure);
  EXPECT_THAT(Put("a", "g"), IsOk());
  EXPECT_THAT(Keys(), ElementsAre("a"));
  EXPECT_EQ(spool_->stats().waiting, 0u);
  EXPECT_EQ(spool_->stats().drained, 0u);
}

TEST_F(SpoolTest, AcceptsWhileTheEngineIsDownAndHandsOverWhatItWasGiven) {
  Open(SpoolMode::kOnFailure);
  SwitchOff();
  const Envelope envelope = MakeEnvelope("a", "g");
  EXPECT_THAT(Enqueue(*spool_, envelope), IsOk());
  ASSERT_TRUE(Eventually([&] { return spool_->stats().engine_is_down; }));
  SpoolStats stats = spool_->stats();
  EXPECT_EQ(stats.waiting, 1u);
  EXPECT_GT(stats.bytes, envelope.body.size());
  EXPECT_EQ(stats.last_error, "UNAVAILABLE: switched off");
  EXPECT_GT(stats.last_error_at, absl::InfinitePast());
  EXPECT_THAT(Keys(), IsEmpty());
  SwitchOn();
  ASSERT_TRUE(Drained());
  stats = spool_->stats();
  EXPECT_FALSE(stats.engine_is_down);
  EXPECT_EQ(stats.bytes, 0u);
  EXPECT_EQ(stats.drained, 1u);
  EXPECT_EQ(stats.oldest_age, absl::ZeroDuration());
  const auto accepted = engine_->accepted();
  ASSERT_THAT(accepted, SizeIs(1));
  EXPECT_EQ(accepted[0].queue, envelope.queue);
  EXPECT_EQ(accepted[0].group, envelope.group);
  EXPECT_EQ(accepted[0].event_id, envelope.event_id);
  EXPECT_EQ(accepted[0].body, envelope.body);
  EXPECT_EQ(accepted[0].headers, envelope.headers);
}

TEST_F(SpoolTest, AlwaysMeansThroughTheFile) {
  Open(SpoolMode::kAlways);
  EXPECT_THAT(Put("a"), IsOk());
  ASSERT_TRUE(Drained());
  EXPECT_EQ(spool_->stats().drained, 1u);
  EXPECT_THAT(Keys(), ElementsAre("a"));
  EXPECT_THAT(Put("a"), StatusIs(absl::StatusCode::kAlreadyExists, _));
}

TEST_F(SpoolTest, AnEngineThatHangsOrDropsTheCallIsDown) {
  options_.engine_timeout = absl::Milliseconds(50);
  Open(SpoolMode::kAlways);
  engine_->Hold();
  EXPECT_THAT(Put("a"), IsOk());
  ASSERT_TRUE(Eventually([&] { return engine_->held() > 0; }));
  engine_->DropHeld();
  ASSERT_TRUE(Eventually([&] { return spool_->stats().engine_is_down; }));
  engine_->Release();
  ASSERT_TRUE(Drained());
  EXPECT_EQ(Keys().back(), "a");
}

TEST_F(SpoolTest, WhatTheEngineHasAlreadyIsAccepted) {
  Open(SpoolMode::kAlways);
  SwitchOff(absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(Put("a"), IsOk());
  ASSERT_TRUE(Drained());
  EXPECT_EQ(spool_->stats().dead, 0u);
}

TEST_F(SpoolTest, TheCallerHearsOfARefusalForGoodWhereItCan) {
  Open(SpoolMode::kOnFailure);
  SwitchOff(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Put("a"), StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_EQ(spool_->stats().waiting + spool_->stats().dead, 0u);
}

TEST_F(SpoolTest, APoisonedEnvelopeBecomesADeadLetterAndHoldsNobodyUp) {
  Open(SpoolMode::kAlways);
  engine_->SetDecision([](const Envelope& envelope) {
    return envelope.dedupe_key == "poison" ? absl::InvalidArgumentError("too large")
                                           : absl::OkStatus();
  });
  Envelopes envelopes = {MakeEnvelope("a", "g"), MakeEnvelope("poison", "g"),
                         MakeEnvelope("b", "g")};
  EXPECT_THAT(Enqueue(*spool_, envelopes).outcomes, ::testing::Each(IsOk()));
  ASSERT_TRUE(Drained());
  EXPECT_THAT(Keys(), ElementsAre("a", "b"));
  EXPECT_EQ(spool_->stats().dead, 1u);
  Open(SpoolMode::kAlways);  // it is on the disk
  EXPECT_EQ(spool_->stats().dead, 1u);
  auto dead = spool_->ListDead(10);
  ASSERT_THAT(dead, IsOk());
  ASSERT_THAT(*dead, SizeIs(1));
  EXPECT_EQ(dead->front().envelope.dedupe_key, "poison");
  EXPECT_EQ(dead->front().envelope.queue, "acme:sms:inbound");
  EXPECT_EQ(dead->front().envelope.group, "g");
  EXPECT_EQ(dead->front().dead_reason, "too large");
  SwitchOn();
  const auto redriven = spool_->Redrive(10);
  ASSERT_THAT(redriven, IsOk());
  EXPECT_EQ(*redriven, 1u);
  ASSERT_TRUE(Drained());
  EXPECT_THAT(Keys(), ElementsAre("a", "b", "poison"));
  EXPECT_EQ(spool_->stats().dead, 0u);
  EXPECT_EQ(spool_->stats().bytes, 0u);
}

TEST_F(SpoolTest, AGroupThatIsRefusedWaitsWithoutTheOthers) {
  Open(SpoolMode::kOnFailure);
  engine_->SetDecision([](const Envelope& envelope) {
    return envelope.group == "stuck" ? absl::UnavailableError("no such queue") : absl::OkStatus();
  });
  EXPECT_THAT(Put("s1", "stuck"), IsOk());
  EXPECT_THAT(Put("s2", "stuck"), IsOk());
  for (int i = 0; i < 50; ++i) EXPECT_THAT(Put(std::to_string(i), "g"), IsOk());
  ASSERT_TRUE(Eventually([&] { return spool_->stats().waiting == 2; }));
  EXPECT_THAT(Keys(), SizeIs(50));
  SwitchOn();
  ASSERT_TRUE(Drained());
  const auto keys = Keys();
  EXPECT_EQ(keys[50], "s1");
  EXPECT_EQ(keys[51], "s2");
}

TEST_F(SpoolTest, AQueueThatIsFullDoesNotStandBeforeAllOthers) {
  options_.max_backoff = options_.min_backoff;  // those that are refused are always due again
  Open(SpoolMode::kOnFailure);
  engine_->SetDecision([](const Envelope& envelope) {
    return envelope.group == "good" ? absl::OkStatus() : absl::UnavailableError("full");
  });
  for (int i = 0; i < 100; ++i) {
    const std::string name = "full" + std::to_string(i);
    EXPECT_THAT(Put(name, name), IsOk());
  }
  for (std::size_t round = 0; round < 3; ++round) {
    EXPECT_THAT(Put("good" + std::to_string(round), "good"), IsOk());
    ASSERT_TRUE(Eventually([&] { return Keys().size() == round + 1; }));
    ASSERT_TRUE(Eventually([&] { return spool_->stats().engine_is_down; }));
  }
  EXPECT_THAT(Keys(), ElementsAre("good0", "good1", "good2"));
  SwitchOn();
  ASSERT_TRUE(Drained());
  EXPECT_THAT(Keys(), SizeIs(103));
}

TEST_F(SpoolTest, WhatComesForAGroupThatWaitsGoesBehindIt) {
  Open(SpoolMode::kOnFailure);
  std::atomic<bool> stuck = true;
  engine_->SetDecision([&](const Envelope& envelope) {
    return stuck && envelope.dedupe_key == "first" ? absl::UnavailableError("") : absl::OkStatus();
  });
  EXPECT_THAT(Put("first", "g"), IsOk());
  EXPECT_THAT(Put("second", "g"), IsOk());
  EXPECT_EQ(spool_->stats().waiting, 2u);
  stuck = false;
  ASSERT_TRUE(Drained());
  EXPECT_THAT(Put("third", "g"), IsOk());
  EXPECT_THAT(Keys(), ElementsAre("first", "second", "third"));
}

TEST_F(SpoolTest, OneCallKeepsTheOrderOfEachGroupWhateverTheEngineRefuses) {
  Open(SpoolMode::kOnFailure);
  // Refuses every third of what it is shown, the first included.
  std::atomic<int> shown = 0;
  engine_->SetDecision([&](const Envelope&) {
    return shown++ % 3 == 0 ? absl::UnavailableError("flapping") : absl::OkStatus();
  });
  Envelopes envelopes;
  for (const char* const key : {"a0", "a1", "b0", "c0", "a2", "c1", "b1", "c2"}) {
    envelopes.push_back(MakeEnvelope(key, std::string(1, key[0])));
  }
  EXPECT_THAT(Enqueue(*spool_, envelopes).outcomes, ::testing::Each(IsOk()));
  ASSERT_TRUE(Drained());
  std::map<std::string, std::vector<std::string>> keys;
  for (const Envelope& envelope : engine_->accepted()) {
    keys[envelope.group].push_back(envelope.dedupe_key);
  }
  EXPECT_THAT(keys["a"], ElementsAre("a0", "a1", "a2"));
  EXPECT_THAT(keys["b"], ElementsAre("b0", "b1"));
  EXPECT_THAT(keys["c"], ElementsAre("c0", "c1", "c2"));
}

TEST_F(SpoolTest, OneCallWithManyOfAGroupKeepsTheirOrder) {
  Open(SpoolMode::kOnFailure);
  Envelopes envelopes;
  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    expected.push_back(std::to_string(i));
    envelopes.push_back(MakeEnvelope(expected.back(), "g"));
  }
  EXPECT_THAT(Enqueue(*spool_, envelopes).outcomes, ::testing::Each(IsOk()));
  ASSERT_TRUE(Drained());
  EXPECT_EQ(Keys(), expected);
}

TEST_F(SpoolTest, AFullSpoolRefusesAndTakesAgainWhenItIsNot) {
  options_.max_envelopes = 2;
  Open(SpoolMode::kOnFailure);
  SwitchOff();
  EXPECT_THAT(Put("a"), IsOk());
  EXPECT_THAT(Put("b"), IsOk());
  const absl::Status full = Put("c");
  EXPECT_THAT(full, StatusIs(absl::StatusCode::kUnavailable, _));
  EXPECT_EQ(GetErrorDetail(full).reason, "spool_full");
  SwitchOn();
  ASSERT_TRUE(Drained());
  EXPECT_THAT(Put("c"), IsOk());
  options_.max_bytes = 10;
  Open(SpoolMode::kAlways);
  EXPECT_THAT(Put("d"), StatusIs(absl::StatusCode::kUnavailable, _));
}

TEST_F(SpoolTest, ARestartGoesOnAndKeepsTheOrder) {
  Open(SpoolMode::kOnFailure);
  SwitchOff();
  for (int i = 0; i < 20; ++i) EXPECT_THAT(Put(std::to_string(i), "g"), IsOk());
  Open(SpoolMode::kOnFailure);
  EXPECT_EQ(spool_->stats().waiting, 20u);
  EXPECT_GT(spool_->stats().oldest_age, absl::ZeroDuration());
  SwitchOn();
  EXPECT_THAT(Put("20", "g"), IsOk());
  ASSERT_TRUE(Drained());
  std::vector<std::string> expected;
  for (int i = 0; i <= 20; ++i) expected.push_back(std::to_string(i));
  EXPECT_EQ(Keys(), expected);
}

TEST_F(SpoolTest, KeepsTheOrderOfEachGroupWhileTheEngineFlaps) {
  constexpr int kGroups = 8;
  constexpr int kEach = 60;
  Open(SpoolMode::kOnFailure);
  std::mutex mutex;
  std::mt19937 dice(7);
  engine_->SetDecision([&](const Envelope&) {
    std::lock_guard lock(mutex);
    return dice() % 3 == 0 ? absl::UnavailableError("flapping") : absl::OkStatus();
  });
  std::vector<std::thread> producers;
  for (int group = 0; group < kGroups; ++group) {
    producers.emplace_back([&, group] {
      const std::string name = "g" + std::to_string(group);
      for (int i = 0; i < kEach; ++i) {
        EXPECT_THAT(Put(name + "/" + std::to_string(i), name), IsOk());
      }
    });
  }
  for (std::thread& producer : producers) producer.join();
  ASSERT_TRUE(Drained());
  std::map<std::string, int> next;
  for (const Envelope& envelope : engine_->accepted()) {
    EXPECT_EQ(envelope.dedupe_key, envelope.group + "/" + std::to_string(next[envelope.group]++));
  }
  EXPECT_THAT(next, SizeIs(kGroups));
  for (const auto& [group, count] : next) EXPECT_EQ(count, kEach) << group;
}

TEST_F(SpoolTest, StoppingWaitsForTheAnswerToWhatWasHandedOver) {
  Open(SpoolMode::kAlways);
  engine_->Hold();
  EXPECT_THAT(Put("a"), IsOk());
  ASSERT_TRUE(Eventually([&] { return engine_->held() == 1; }));
  std::thread stopper([&] { spool_.reset(); });
  engine_->Release();
  stopper.join();
  Open(SpoolMode::kAlways);
  EXPECT_EQ(spool_->stats().waiting, 0u);
  EXPECT_THAT(Keys(), ElementsAre("a"));
}

TEST_F(SpoolTest, WrongOptionsAreRefused) {
  const auto refuses = [&](const SpoolOptions& options) {
    return absl::IsInvalidArgument(OpenSpool(engine_, options).status());
  };
  EXPECT_TRUE(refuses({}));
  SpoolOptions options = options_;
  options.max_batch = 0;
  EXPECT_TRUE(refuses(options));
  options = options_;
  options.min_backoff = absl::ZeroDuration();
  EXPECT_TRUE(refuses(options));
  options = options_;
  options.engine_timeout = absl::ZeroDuration();
  EXPECT_TRUE(refuses(options));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
