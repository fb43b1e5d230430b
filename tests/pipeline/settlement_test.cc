/// \file
/// The answer is computed from what the sink accepted: partial failures, duplicates, follow-ups.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr std::string_view kWithFollowUps =
    R"({"events":[{"id":"m1"}],"followUps":["https://c.example/1","https://c.example/2"]})";

std::string ReasonOfLast(const Harness& harness) {
  return harness.observer->requests().back().reason;
}

TEST(SettlementTest, ASinkThatDiesAtAnyEventOfABatchLosesNothing) {
  const std::string body = MessagesBody({"m1", "m2", "m3", "m4"});
  for (int dies_at = 1; dies_at <= 4; ++dies_at) {
    Harness harness;
    ASSERT_THAT(harness.Open(), IsOk());
    int seen = 0;
    harness.sink->SetDecision([&](const Envelope&) {
      return ++seen >= dies_at ? absl::UnavailableError("gone") : absl::OkStatus();
    });
    EXPECT_EQ(harness.Post(body).status, 503);
    const auto report = harness.observer->requests().at(0);
    EXPECT_EQ(report.accepted, static_cast<std::size_t>(dies_at - 1));
    EXPECT_EQ(report.failed, static_cast<std::size_t>(5 - dies_at));

    harness.sink->SetDecision({});
    EXPECT_EQ(harness.Post(body).status, 200);
    EXPECT_THAT(harness.AcceptedKeys(),
                UnorderedElementsAre("echo:default:message:m1", "echo:default:message:m2",
                                     "echo:default:message:m3", "echo:default:message:m4"));
  }
}

TEST(SettlementTest, ADuplicateThatIsDoneGetsTheNormalAnswer) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  const HttpResponse first = harness.Post(kOneMessage);
  const HttpResponse second = harness.Post(kOneMessage);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, first.body);
  EXPECT_THAT(harness.sink->accepted(), SizeIs(1));
  EXPECT_EQ(harness.observer->requests().at(1).duplicates, 1u);
  EXPECT_EQ(harness.observer->events().at(1).outcome, "duplicate");
}

TEST(SettlementTest, ADuplicateInFlightIsAskedToComeAgain) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->Hold();
  const Answers first = harness.SendAsync(MakePost(kOneMessage));
  const HttpResponse second = harness.Post(kOneMessage);
  EXPECT_EQ(second.status, 503);
  EXPECT_EQ(ErrorCode(second), "QUEUE_UNAVAILABLE");
  EXPECT_EQ(Header(second, "Retry-After"), "5");
  EXPECT_EQ(ReasonOfLast(harness), "in_flight");
  EXPECT_EQ(harness.observer->requests().at(0).in_flight, 1u);

  harness.sink->Release();
  ASSERT_THAT(*first, SizeIs(1));
  EXPECT_EQ(first->front().status, 200);
  EXPECT_EQ(harness.Post(kOneMessage).status, 200);
  EXPECT_THAT(harness.sink->accepted(), SizeIs(1));
}

TEST(SettlementTest, NewEventsBesideOneInFlightAreQueuedBeforeThe503) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->Hold();
  const Answers first = harness.SendAsync(MakePost(MessagesBody({"m1"})));
  const Answers second = harness.SendAsync(MakePost(MessagesBody({"m1", "m2"})));
  harness.sink->Release();
  EXPECT_EQ(first->at(0).status, 200);
  EXPECT_EQ(second->at(0).status, 503);
  EXPECT_THAT(harness.AcceptedKeys(),
              ElementsAre("echo:default:message:m1", "echo:default:message:m2"));
  EXPECT_EQ(harness.Post(MessagesBody({"m1", "m2"})).status, 200);
  EXPECT_THAT(harness.sink->accepted(), SizeIs(2));
}

/// Remembers which keys were claimed. Thread safety: thread-compatible.
class KeyRecorder : public IdempotencyStore {
 public:
  [[nodiscard]] absl::Status Begin(const BeginParams& params, std::span<Claim> claims) override {
    keys.insert(keys.end(), params.keys.begin(), params.keys.end());
    std::fill(claims.begin(), claims.end(), Claim{});
    return absl::OkStatus();
  }
  absl::Status Complete(const CompleteParams&) override { return absl::OkStatus(); }
  absl::Status Abandon(const AbandonParams&) override { return absl::OkStatus(); }

  std::vector<std::string> keys;
};

TEST(SettlementTest, EqualKeysInOneRequestAreOneEvent) {
  Harness harness;
  const auto store = std::make_shared<KeyRecorder>();
  harness.store = store;
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Post(MessagesBody({"m1", "m1", "m2", "m1"})).status, 200);
  EXPECT_THAT(store->keys, ElementsAre("echo:default:message:m1", "echo:default:message:m2"));
  EXPECT_EQ(harness.AcceptedKeys(), store->keys);
  EXPECT_EQ(harness.observer->requests().at(0).duplicates, 2u);
}

/// Says that it has claimed and does not say what. Thread safety: immutable.
class TaciturnStore : public IdempotencyStore {
 public:
  [[nodiscard]] absl::Status Begin(const BeginParams&, std::span<Claim>) override {
    return absl::OkStatus();
  }
  absl::Status Complete(const CompleteParams&) override { return absl::OkStatus(); }
  absl::Status Abandon(const AbandonParams&) override { return absl::OkStatus(); }
};

TEST(SettlementTest, WhatTheStoreDoesNotSayIsNotNew) {
  Harness harness;
  harness.store = std::make_shared<TaciturnStore>();
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Post(kOneMessage).status, 503);
  EXPECT_THAT(harness.sink->accepted(), IsEmpty());
}

TEST(SettlementTest, WhatTheSinkHadAlreadyIsADuplicate) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->SetDecision([](const Envelope&) { return absl::AlreadyExistsError("there"); });
  EXPECT_EQ(harness.Post(kOneMessage).status, 200);
  EXPECT_EQ(harness.observer->requests().at(0).duplicates, 1u);
  // The claim is complete: the sink is not asked again.
  harness.sink->SetDecision({});
  EXPECT_EQ(harness.Post(kOneMessage).status, 200);
  EXPECT_THAT(harness.sink->accepted(), IsEmpty());
}

/// Reports fewer outcomes than envelopes. Thread safety: thread-safe.
class TaciturnSink : public BlockingQueueSink {
 public:
  [[nodiscard]] Settlement Put(const EnqueueParams&) override {
    return Settlement::All(1, absl::OkStatus());
  }
};

TEST(SettlementTest, WhatTheSinkSaysNothingOfIsNotAccepted) {
  Harness harness;
  harness.other_sink = std::make_shared<TaciturnSink>();
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Post(MessagesBody({"m1", "m2"})).status, 503);
  EXPECT_EQ(harness.observer->requests().at(0).accepted, 1u);
  EXPECT_EQ(harness.observer->requests().at(0).failed, 1u);
}

TEST(SettlementTest, ADroppedCompletionAbandonsTheClaim) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->Hold();
  const Answers answers = harness.SendAsync(MakePost(kOneMessage));
  harness.sink->DropHeld();
  ASSERT_THAT(*answers, SizeIs(1));
  EXPECT_EQ(answers->front().status, 503);
  harness.sink->Release();
  EXPECT_EQ(harness.Post(kOneMessage).status, 200);
  EXPECT_THAT(harness.sink->accepted(), SizeIs(1));
}

TEST(SettlementTest, AStoreThatFailsToBeginQueuesNothing) {
  Harness harness;
  harness.store =
      std::make_shared<FailingIdempotencyStore>(harness.store, std::make_shared<FailNth>(1));
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Post(kOneMessage).status, 503);
  EXPECT_THAT(harness.sink->accepted(), IsEmpty());
  EXPECT_EQ(harness.observer->events().at(0).outcome, "failed");
  EXPECT_EQ(harness.observer->events().at(0).reason, "store_unavailable");
  EXPECT_EQ(harness.Post(kOneMessage).status, 200);
}

TEST(SettlementTest, AStoreThatFailsToCompleteIsNotTheCarriersTrouble) {
  Harness harness;
  harness.store =
      std::make_shared<FailingIdempotencyStore>(harness.store, std::make_shared<FailNth>(2));
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Post(kOneMessage).status, 200);
  EXPECT_THAT(harness.observer->warnings(), ElementsAre(::testing::HasSubstr("complete_failed: ")));
}

/// Remembers the deadline. Thread safety: thread-compatible.
class DeadlineSink : public BlockingQueueSink {
 public:
  [[nodiscard]] Settlement Put(const EnqueueParams& params) override {
    deadline = params.deadline;
    return Settlement::All(params.envelopes.size(), absl::OkStatus());
  }
  absl::Time deadline;
};

struct DeadlineCase {
  absl::Duration enqueue_timeout;
  absl::Duration ack_deadline;
  absl::Duration expected;
};

TEST(SettlementTest, TheSinkHasUntilShortlyBeforeTheCarrierGivesUp) {
  for (const DeadlineCase& c :
       {DeadlineCase{absl::Seconds(8), absl::Seconds(10), absl::Seconds(8)},
        DeadlineCase{absl::Seconds(8), absl::Seconds(5), absl::Seconds(4)},
        DeadlineCase{absl::Seconds(8), absl::Seconds(1), absl::Seconds(1)}}) {
    Harness harness;
    const auto sink = std::make_shared<DeadlineSink>();
    harness.other_sink = sink;
    harness.options.enqueue_timeout = c.enqueue_timeout;
    harness.AddChannel({.ack_deadline = c.ack_deadline});
    ASSERT_THAT(harness.Open(), IsOk());
    EXPECT_EQ(harness.Post(kOneMessage).status, 200);
    EXPECT_EQ(sink->deadline - harness.clock->Now(), c.expected);
  }
}

TEST(FollowUpTest, RunOneAfterAnotherOnceTheEventsAreQueued) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  std::vector<std::size_t> queued_before;
  harness.http->SetAnswer([&](const HttpRequest&) {
    queued_before.push_back(harness.sink->accepted().size());
    return HttpResponse::Empty(204);
  });
  EXPECT_EQ(harness.Post(kWithFollowUps).status, 200);
  EXPECT_THAT(queued_before, ElementsAre(1, 1));
  EXPECT_EQ(harness.http->sent().at(0).url, "https://c.example/1");
  EXPECT_EQ(harness.http->sent().at(1).url, "https://c.example/2");
}

TEST(FollowUpTest, AreMadeForAHandshakeToo) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(harness.Post(R"({"followUps":["https://c.example/confirm"]})").status, 200);
  EXPECT_THAT(harness.http->sent(), SizeIs(1));
}

TEST(FollowUpTest, AFailureStopsTheRestAndAsksTheCarrierToComeAgain) {
  for (const absl::StatusOr<HttpResponse>& answer :
       {absl::StatusOr<HttpResponse>(absl::UnavailableError("no route")),
        absl::StatusOr<HttpResponse>(HttpResponse::Empty(500)),
        absl::StatusOr<HttpResponse>(HttpResponse::Empty(301))}) {
    Harness harness;
    ASSERT_THAT(harness.Open(), IsOk());
    harness.http->SetAnswer([&](const HttpRequest&) { return answer; });
    EXPECT_EQ(harness.Post(kWithFollowUps).status, 503);
    EXPECT_EQ(ReasonOfLast(harness), "follow_up_failed");
    EXPECT_THAT(harness.http->sent(), SizeIs(1));

    harness.http->SetAnswer({});
    EXPECT_EQ(harness.Post(kWithFollowUps).status, 200);
    EXPECT_THAT(harness.http->sent(), SizeIs(3));
    EXPECT_THAT(harness.sink->accepted(), SizeIs(1));
  }
}

TEST(FollowUpTest, AreNotMadeWhenTheEventsAreNotQueued) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->SetDecision([](const Envelope&) { return absl::UnavailableError("full"); });
  EXPECT_EQ(harness.Post(kWithFollowUps).status, 503);
  EXPECT_THAT(harness.http->sent(), IsEmpty());
}

TEST(FollowUpTest, AreBounded) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  std::string body = R"({"followUps":[)";
  for (int i = 0; i < 100; ++i) body += R"("https://c.example/",)";
  EXPECT_EQ(harness.Post(body + R"("https://c.example/"]})").status, 500);
  EXPECT_THAT(harness.http->sent(), IsEmpty());
  EXPECT_EQ(ReasonOfLast(harness), "too_many_follow_ups");
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
