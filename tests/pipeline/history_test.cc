/// \file
/// The history holds what is in the queue, and its trouble is nobody else's.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"
#include "pipeline/parts.h"
#include "pipeline/switched_stores.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::string_view kTwo =
    R"({"events":[{"id":"m1","text":"one","conversation":"c"},
                  {"id":"m2","text":"two","conversation":"c"}]})";

class HistoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    harness_.conversations = conversations_;
    harness_.fragments = MakeMemoryFragmentStore({});
    harness_.AddChannel({.keeps_history = true});
  }
  void Open() { ASSERT_THAT(harness_.Open(), IsOk()); }
  std::vector<std::string> Read(const std::string& tenant = "default") {
    std::vector<std::string> texts;
    const auto page = conversations_->Read({.tenant = tenant, .conversation = "c"});
    if (!page.ok()) return texts;
    for (const Event& event : page->messages) texts.push_back(event.message->text);
    return texts;
  }

  Harness harness_;
  std::shared_ptr<SwitchedConversationStore> conversations_ =
      std::make_shared<SwitchedConversationStore>(MakeMemoryConversationStore({}));
};

TEST_F(HistoryTest, HoldsTheMessagesAsTheyWereQueued) {
  Open();
  EXPECT_EQ(harness_.Post(kTwo).status, 200);
  const auto page = conversations_->Read({.tenant = "default", .conversation = "c"});
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->messages, harness_.AcceptedEvents());
}

TEST_F(HistoryTest, HoldsMessagesOnly) {
  Open();
  harness_.Post(R"({"events":[{"id":"s","kind":"status","status":"delivered","conversation":"c"},
                              {"id":"n","kind":"notice","conversation":"c"}]})");
  EXPECT_THAT(Read(), IsEmpty());
}

TEST_F(HistoryTest, HoldsOnlyWhatIsQueued) {
  Open();
  const auto fail = std::make_shared<FailNth>(2);
  harness_.sink->SetDecision([fail](const Envelope& envelope) {
    return fail->Strike() ? Refuse(envelope) : absl::OkStatus();
  });
  EXPECT_EQ(harness_.Post(kTwo).status, 503);
  EXPECT_THAT(Read(), ElementsAre("one"));
  EXPECT_EQ(harness_.Post(kTwo).status, 200);
  EXPECT_THAT(Read(), UnorderedElementsAre("one", "two"));
}

TEST_F(HistoryTest, HoldsWhatTheSinkHadAlready) {
  Open();
  harness_.sink->SetDecision([](const Envelope&) { return absl::AlreadyExistsError("there"); });
  EXPECT_EQ(harness_.Post(kTwo).status, 200);
  EXPECT_THAT(Read(), UnorderedElementsAre("one", "two"));
}

TEST_F(HistoryTest, AFailureIsAWarningOnly) {
  conversations_->append = std::make_shared<FailNth>(1);
  Open();
  EXPECT_EQ(harness_.Post(kTwo).status, 200);
  EXPECT_THAT(harness_.observer->warnings(), ElementsAre(HasSubstr("history_not_appended: ")));
  EXPECT_THAT(harness_.observer->AllText(), ::testing::Not(HasSubstr("db-7")));
}

// A message, what it was edited to, and that it was deleted.
constexpr std::string_view kEdit =
    R"({"events":[{"id":"m1","kind":"notice","notice":"edited","text":"won","conversation":"c",
                   "identity":"edit"}]})";
constexpr std::string_view kDeletion =
    R"({"events":[{"id":"m2","kind":"notice","notice":"deleted","conversation":"c",
                   "identity":"deletion"}]})";

TEST_F(HistoryTest, FollowsEditsAndDeletions) {
  Open();
  EXPECT_EQ(harness_.Post(kTwo).status, 200);
  EXPECT_EQ(harness_.Post(kEdit).status, 200);
  EXPECT_THAT(Read(), UnorderedElementsAre("won", "two"));
  EXPECT_EQ(harness_.Post(kDeletion).status, 200);
  EXPECT_THAT(Read(), ElementsAre("won"));
  EXPECT_EQ(harness_.Post(kTwo).status, 200);
  EXPECT_THAT(Read(), ElementsAre("won"));
  EXPECT_EQ(harness_.AcceptedEvents().size(), 4U);
}

TEST_F(HistoryTest, FollowsThemWhenTheyComeFirst) {
  Open();
  EXPECT_EQ(harness_.Post(kDeletion).status, 200);
  EXPECT_EQ(harness_.Post(kEdit).status, 200);
  EXPECT_EQ(harness_.Post(kTwo).status, 200);
  EXPECT_THAT(Read(), ElementsAre("won"));
}

TEST_F(HistoryTest, FollowsOnlyWhatIsQueued) {
  Open();
  EXPECT_EQ(harness_.Post(kTwo).status, 200);
  harness_.sink->SetDecision([](const Envelope& envelope) { return Refuse(envelope); });
  EXPECT_EQ(harness_.Post(kDeletion).status, 503);
  EXPECT_THAT(Read(), UnorderedElementsAre("one", "two"));
}

TEST_F(HistoryTest, AFailureToReviseIsAWarningOnly) {
  conversations_->revise = std::make_shared<FailNth>(1);
  Open();
  EXPECT_EQ(harness_.Post(kDeletion).status, 200);
  EXPECT_THAT(harness_.observer->warnings(), ElementsAre(HasSubstr("history_not_revised: ")));
  EXPECT_THAT(harness_.observer->AllText(), ::testing::Not(HasSubstr("db-7")));
}

TEST_F(HistoryTest, IsKeptForAdaptersThatSaySoOnly) {
  harness_.channels.front().second.keeps_history = false;
  Open();
  EXPECT_EQ(harness_.Post(kTwo).status, 200);
  EXPECT_THAT(Read(), IsEmpty());
}

TEST_F(HistoryTest, HoldsJoinedMessagesAndWhatASweepDelivers) {
  Open();
  const std::string in_c = R"(,"conversation":"c")";
  harness_.Post(PartBody({.number = 1, .total = 2, .more = in_c}));
  EXPECT_THAT(Read(), IsEmpty());
  harness_.Post(PartBody({.number = 2, .total = 2, .more = in_c}));
  EXPECT_THAT(Read(), ElementsAre("12"));
  harness_.Post(PartBody({.number = 1, .total = 2, .text = "x", .id = "x", .more = in_c}));
  harness_.clock->Advance(absl::Minutes(10));
  EXPECT_THAT(harness_.Sweep(), Delivers(1));
  EXPECT_THAT(Read(), UnorderedElementsAre("12", "x"));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
