/// \file
/// Parts of longer messages when a port fails, a claim is held elsewhere, or two sweeps meet.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"
#include "pipeline/parts.h"
#include "pipeline/switched_stores.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FragmentsFailureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    harness_.fragments = fragments_;
    harness_.store = store_;
    ASSERT_THAT(harness_.Open(), IsOk());
  }
  int Deliver(int number, int total = 2) {
    return harness_.Post(PartBody({.number = number, .total = total})).status;
  }
  const std::string& LastReason() {
    reason_ = harness_.observer->requests().back().reason;
    return reason_;
  }
  /// Sweeps when everything has expired, again and again: whatever is still there comes out.
  void SweepAll() {
    for (int i = 0; i < 3; ++i) {
      harness_.clock->Advance(absl::Minutes(10));
      EXPECT_THAT(harness_.Sweep(), IsOk());
    }
  }

  Harness harness_;
  std::shared_ptr<SwitchedFragmentStore> fragments_ =
      std::make_shared<SwitchedFragmentStore>(MakeMemoryFragmentStore({}));
  std::shared_ptr<SwitchedIdempotencyStore> store_ =
      std::make_shared<SwitchedIdempotencyStore>(MakeMemoryIdempotencyStore({}));
  std::string reason_;
};

TEST_F(FragmentsFailureTest, APartIsAcknowledgedOnlyOnceItIsKept) {
  for (Switch SwitchedFragmentStore::*operation :
       {&SwitchedFragmentStore::put, &SwitchedFragmentStore::put_after}) {
    fragments_.get()->*operation = std::make_shared<FailNth>(1);
    const HttpResponse response = harness_.Post(PartBody({.number = 1, .total = 2}));
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(Header(response, "Retry-After"), "5");
    EXPECT_THAT(response.body, ::testing::Not(HasSubstr("db-7")));
    EXPECT_EQ(LastReason(), "fragments_unavailable");
  }
  EXPECT_EQ(Deliver(1), 200);
  EXPECT_EQ(Deliver(2), 200);
  EXPECT_THAT(Texts(harness_), ElementsAre("12"));
  SweepAll();
  EXPECT_THAT(Texts(harness_), SizeIs(1));
}

TEST_F(FragmentsFailureTest, OtherEventsOfTheRequestWaitForThePart) {
  fragments_->put = std::make_shared<FailNth>(1);
  const std::string body =
      R"({"events":[{"id":"m1","text":"m"},)" + PartJson({.number = 1, .total = 2}) + "]}";
  EXPECT_EQ(harness_.Post(body).status, 503);
  EXPECT_EQ(harness_.Post(body).status, 200);
  EXPECT_THAT(Texts(harness_), ElementsAre("m"));
}

TEST_F(FragmentsFailureTest, TheRedeliveredPartBringsTheMessageThatDidNotReachTheQueue) {
  EXPECT_EQ(Deliver(1), 200);
  harness_.sink->SetDecision(Refuse);
  EXPECT_EQ(Deliver(2), 503);
  EXPECT_EQ(LastReason(), "not_enqueued");
  harness_.sink->SetDecision({});
  EXPECT_EQ(Deliver(2), 200);
  EXPECT_THAT(Texts(harness_), ElementsAre("12"));
  SweepAll();
  EXPECT_THAT(Texts(harness_), SizeIs(1));
}

TEST_F(FragmentsFailureTest, ASweepBringsTheMessageThatDidNotReachTheQueue) {
  Deliver(1);
  harness_.sink->SetDecision(Refuse);
  EXPECT_EQ(Deliver(2), 503);
  harness_.sink->SetDecision({});
  EXPECT_THAT(harness_.Sweep(), Delivers(1));
  EXPECT_THAT(Texts(harness_), ElementsAre("12"));
  // Nobody told the carrier, so it brings the part once more.
  EXPECT_EQ(Deliver(2), 200);
  EXPECT_EQ(harness_.observer->requests().back().duplicates, 1u);
  SweepAll();
  EXPECT_THAT(Texts(harness_), SizeIs(1)) << "the part is not taken for one of another message";
}

TEST_F(FragmentsFailureTest, APartOfWhichNothingIsKnownAnyMoreIsNotToldTwice) {
  // The part is kept, but its claim is not completed and the carrier not answered.
  store_->complete = std::make_shared<FailNth>(1);
  Deliver(2);
  harness_.clock->Advance(harness_.options.idempotency_lease * 2);
  Deliver(1);
  EXPECT_THAT(Texts(harness_), ElementsAre("12"));
  EXPECT_EQ(Deliver(1), 200);
  EXPECT_EQ(Deliver(2), 200);
  SweepAll();
  EXPECT_THAT(Texts(harness_), SizeIs(1));
}

// The claims of the message fail after both parts are kept; then the sink fails too. The group
// comes twice in the second request, once for each part.
TEST_F(FragmentsFailureTest, TwoPartsThatBringOneGroupDoNotLoseIt) {
  const std::string body = PartsBody({{.number = 1, .total = 2}, {.number = 2, .total = 2}});
  store_->begin = std::make_shared<FailNth>(2);
  EXPECT_EQ(harness_.Post(body).status, 503);
  EXPECT_EQ(LastReason(), "store_unavailable");
  harness_.sink->SetDecision(Refuse);
  EXPECT_EQ(harness_.Post(body).status, 503);
  EXPECT_EQ(LastReason(), "not_enqueued");
  harness_.sink->SetDecision({});
  EXPECT_EQ(harness_.Post(body).status, 200);
  EXPECT_THAT(Texts(harness_), ElementsAre("12"));
  SweepAll();
  EXPECT_THAT(Texts(harness_), SizeIs(1));
}

TEST_F(FragmentsFailureTest, WhatTheStoreDoesNotRemoveIsNotToldTwice) {
  fragments_->remove = std::make_shared<FailNth>(1);
  Deliver(1);
  EXPECT_EQ(Deliver(2), 200);
  EXPECT_THAT(harness_.observer->warnings(), ElementsAre(HasSubstr("fragment_not_removed: ")));
  EXPECT_THAT(harness_.Sweep(), Delivers(1));
  EXPECT_THAT(harness_.Sweep(), Delivers(0));
  EXPECT_THAT(Texts(harness_), ElementsAre("12"));
}

TEST_F(FragmentsFailureTest, AGroupStaysWhileAnotherRequestHoldsOneOfItsParts) {
  // The first request has kept its part and waits for the sink with the rest.
  harness_.sink->Hold();
  const std::string body =
      R"({"events":[{"id":"m1","text":"m"},)" + PartJson({.number = 1, .total = 2}) + "]}";
  const Answers first = harness_.SendAsync(MakePost(body));
  const Answers second = harness_.SendAsync(MakePost(PartBody({.number = 2, .total = 2})));
  harness_.sink->Release();
  EXPECT_EQ(first->at(0).status, 200);
  EXPECT_EQ(second->at(0).status, 200);
  EXPECT_THAT(Texts(harness_), ElementsAre("m", "12"));
  EXPECT_THAT(harness_.Sweep(), Delivers(1)) << "nobody could tell that the first was done";
  EXPECT_THAT(harness_.Sweep(), Delivers(0));
  EXPECT_EQ(Deliver(1), 200);
  SweepAll();
  EXPECT_THAT(Texts(harness_), SizeIs(2));
}

TEST_F(FragmentsFailureTest, APartInFlightIsAskedToComeAgain) {
  harness_.sink->Hold();
  const std::string body =
      R"({"events":[{"id":"m1","text":"m"},)" + PartJson({.number = 1, .total = 2}) + "]}";
  const Answers first = harness_.SendAsync(MakePost(body));
  EXPECT_EQ(Deliver(1), 503);
  EXPECT_EQ(LastReason(), "in_flight");
  harness_.sink->Release();
  EXPECT_EQ(Deliver(1), 200);
}

TEST_F(FragmentsFailureTest, ASweepThatFailsLeavesWhatIsDue) {
  Deliver(1);
  harness_.clock->Advance(absl::Minutes(10));
  harness_.sink->SetDecision(Refuse);
  EXPECT_THAT(harness_.Sweep(), StatusIs(absl::StatusCode::kUnavailable, _));
  harness_.sink->SetDecision({});
  fragments_->due = std::make_shared<FailNth>(1);
  EXPECT_THAT(harness_.Sweep(), StatusIs(absl::StatusCode::kUnavailable, _));
  store_->begin = std::make_shared<FailNth>(1);
  EXPECT_THAT(harness_.Sweep(), StatusIs(absl::StatusCode::kUnavailable, _));
  EXPECT_THAT(Texts(harness_), IsEmpty());
  EXPECT_THAT(harness_.Sweep(), Delivers(1));
  EXPECT_THAT(Texts(harness_), ElementsAre("1 (1/2)"));
}

TEST_F(FragmentsFailureTest, ASweepTellsNoPartTwiceOfWhichTheSinkTookSome) {
  Deliver(1, 3);
  Deliver(2, 3);
  harness_.clock->Advance(absl::Minutes(10));
  const auto fail = std::make_shared<FailNth>(2);
  harness_.sink->SetDecision([fail](const Envelope& envelope) {
    return fail->Strike() ? Refuse(envelope) : absl::OkStatus();
  });
  EXPECT_THAT(harness_.Sweep(), StatusIs(absl::StatusCode::kUnavailable, _));
  EXPECT_THAT(harness_.Sweep(), Delivers(1));
  EXPECT_THAT(harness_.Sweep(), Delivers(0));
  EXPECT_THAT(Texts(harness_), ElementsAre("1 (1/3)", "2 (2/3)"));
}

TEST_F(FragmentsFailureTest, ASweepWhoseSinkForgetsItEndsAndLeavesWhatIsDue) {
  Deliver(1);
  harness_.clock->Advance(absl::Minutes(10));
  harness_.sink->Hold();
  std::vector<absl::StatusOr<std::size_t>> results;
  harness_.gateway->DeliverDueFragments(
      [&](absl::StatusOr<std::size_t> result) { results.push_back(std::move(result)); });
  EXPECT_THAT(results, IsEmpty());
  harness_.sink->DropHeld();
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0], StatusIs(absl::StatusCode::kUnavailable, _));
  harness_.sink->Release();
  EXPECT_THAT(harness_.Sweep(), Delivers(1));
}

TEST_F(FragmentsFailureTest, TwoSweepsAtOnceDeliverOnce) {
  Deliver(1);
  harness_.clock->Advance(absl::Minutes(10));
  harness_.sink->Hold();
  std::vector<absl::StatusOr<std::size_t>> results;
  harness_.gateway->DeliverDueFragments(
      [&](absl::StatusOr<std::size_t> result) { results.push_back(std::move(result)); });
  EXPECT_THAT(harness_.Sweep(), Delivers(0)) << "the first one is at it";
  harness_.sink->Release();
  EXPECT_THAT(results, ElementsAre(Delivers(1)));
  EXPECT_THAT(Texts(harness_), ElementsAre("1 (1/2)"));
}

TEST_F(FragmentsFailureTest, AShutdownWaitsForASweepAndRefusesTheNext) {
  Deliver(1);
  harness_.clock->Advance(absl::Minutes(10));
  harness_.sink->Hold();
  std::vector<absl::StatusOr<std::size_t>> results;
  harness_.gateway->DeliverDueFragments(
      [&](absl::StatusOr<std::size_t> result) { results.push_back(std::move(result)); });
  EXPECT_THAT(harness_.gateway->Shutdown(harness_.clock->Now()),
              StatusIs(absl::StatusCode::kDeadlineExceeded, _));
  EXPECT_THAT(harness_.Sweep(), StatusIs(absl::StatusCode::kUnavailable, _));
  harness_.gateway = nullptr;
  harness_.sink->Release();
  EXPECT_THAT(results, ElementsAre(Delivers(1)));
}

TEST_F(FragmentsFailureTest, ASweepReportsItsEventsUnderNoRequest) {
  Deliver(1);
  harness_.clock->Advance(absl::Minutes(10));
  EXPECT_THAT(harness_.Sweep(), Delivers(1));
  EXPECT_THAT(harness_.observer->requests(), SizeIs(1));
  EXPECT_THAT(harness_.observer->events(), SizeIs(2));
  EXPECT_EQ(harness_.observer->events().back().queue, "default:sms:inbound");
}

/// Holds one group that nobody can read. Thread safety: thread-compatible.
class UnreadableStore : public FragmentStore {
 public:
  [[nodiscard]] absl::StatusOr<std::vector<FragmentGroup>> Put(const PutParams&) override {
    return std::vector<FragmentGroup>{};
  }
  [[nodiscard]] absl::StatusOr<std::vector<FragmentGroup>> Due(const DueParams&) override {
    return std::vector<FragmentGroup>{
        {.id = 1, .state = FragmentGroup::State::kIncomplete, .parts = {{.number = 1}}}};
  }
  absl::Status Remove(std::uint64_t) override {
    removed = true;
    return absl::OkStatus();
  }
  bool removed = false;
};

TEST(FragmentsUnreadableTest, WhatCannotBeReadStaysAndIsWarnedOf) {
  Harness harness;
  const auto store = std::make_shared<UnreadableStore>();
  harness.fragments = store;
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_THAT(harness.Sweep(), Delivers(0));
  EXPECT_FALSE(store->removed);
  EXPECT_THAT(harness.observer->warnings(), ElementsAre(HasSubstr("fragment_unreadable: ")));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
