#include "omni/ports/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "omni/ports/queue_sink.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// What a completion delivered, in order. Thread safety: confined.
struct Results {
  std::vector<absl::StatusCode> codes;

  Completion<absl::Status> MakeCompletion() {
    return [this](const absl::Status& status) { codes.push_back(status.code()); };
  }
};

TEST(CompletionTest, DeliversWhatItIsCalledWith) {
  Results results;
  std::move(results.MakeCompletion())(absl::NotFoundError(""));
  EXPECT_THAT(results.codes, ElementsAre(absl::StatusCode::kNotFound));
}

TEST(CompletionTest, DeliversCancelledWhenItIsDropped) {
  Results results;
  { Completion<absl::Status> dropped = results.MakeCompletion(); }
  EXPECT_THAT(results.codes, ElementsAre(absl::StatusCode::kCancelled));
}

TEST(CompletionTest, DeliversCancelledWhenItIsOverwritten) {
  Results first;
  Results second;
  Completion<absl::Status> done = first.MakeCompletion();
  done = second.MakeCompletion();
  EXPECT_THAT(first.codes, ElementsAre(absl::StatusCode::kCancelled));
  EXPECT_THAT(second.codes, IsEmpty());
  std::move(done)(absl::OkStatus());
  EXPECT_THAT(second.codes, ElementsAre(absl::StatusCode::kOk));
}

TEST(CompletionTest, DeliversOnce) {
  Results results;
  {
    Completion<absl::Status> done = results.MakeCompletion();
    EXPECT_TRUE(static_cast<bool>(done));
    std::move(done)(absl::OkStatus());
    EXPECT_FALSE(static_cast<bool>(done));  // NOLINT: the moved-from state is specified
    std::move(done)(absl::OkStatus());      // NOLINT
  }
  EXPECT_THAT(results.codes, SizeIs(1));
}

TEST(CompletionTest, MovesItsDuty) {
  Results results;
  {
    Completion<absl::Status> first = results.MakeCompletion();
    const Completion<absl::Status> second = std::move(first);
    EXPECT_FALSE(static_cast<bool>(first));  // NOLINT: the moved-from state is specified
    EXPECT_TRUE(static_cast<bool>(second));
  }
  EXPECT_THAT(results.codes, SizeIs(1));
}

TEST(CompletionTest, SurvivesAnAssignmentToItself) {
  Results results;
  Completion<absl::Status> done = results.MakeCompletion();
  Completion<absl::Status>& same = done;
  done = std::move(same);
  EXPECT_THAT(results.codes, IsEmpty());
  std::move(done)(absl::OkStatus());
  EXPECT_THAT(results.codes, ElementsAre(absl::StatusCode::kOk));
}

TEST(CompletionTest, MayBeDestroyedByItsOwnCallback) {
  auto owner = std::make_unique<Completion<absl::Status>>();
  int calls = 0;
  *owner = [&](const absl::Status&) {
    ++calls;
    owner = nullptr;
  };
  std::move (*owner)(absl::OkStatus());
  EXPECT_EQ(calls, 1);
}

TEST(CompletionTest, CarriesWhatCannotBeCopied) {
  auto payload = std::make_unique<int>(7);
  int seen = 0;
  Completion<absl::StatusOr<std::unique_ptr<int>>> done =
      [&seen, payload = std::move(payload)](absl::StatusOr<std::unique_ptr<int>> result) {
        seen = *payload + **result;
      };
  std::move(done)(std::make_unique<int>(3));
  EXPECT_EQ(seen, 10);
}

TEST(CompletionTest, AnEmptyOneDoesNothing) {
  Completion<absl::Status> empty;
  EXPECT_FALSE(static_cast<bool>(empty));
  std::move(empty)(absl::OkStatus());
}

TEST(CompletionTest, ADroppedSettlementHasNoOutcomes) {
  bool called = false;
  {
    Completion<Settlement> dropped = [&](const Settlement& settlement) {
      called = true;
      EXPECT_THAT(settlement.outcomes, IsEmpty());
    };
  }
  EXPECT_TRUE(called);
}

TEST(SettlementTest, AllGivesEachTheSameOutcome) {
  const Settlement settlement = Settlement::All(2, absl::UnavailableError("full"));
  EXPECT_THAT(settlement.outcomes,
              ElementsAre(absl::UnavailableError("full"), absl::UnavailableError("full")));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
