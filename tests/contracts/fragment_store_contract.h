/// \file
/// What every FragmentStore promises. A test of a store instantiates FragmentStoreContract with a
/// function that makes an empty one, with room for a few thousand small parts.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "omni/ports/fragment_store.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {

using FragmentStoreFactory = std::function<std::shared_ptr<FragmentStore>()>;
using FragmentGroups = std::vector<FragmentGroup>;

/// One group as text: `complete 1=a 2=b`.
inline std::string Describe(const FragmentGroup& group) {
  constexpr const char* kStates[] = {"complete", "incomplete", "late"};
  std::string text = kStates[static_cast<int>(group.state)];
  for (const FragmentPart& part : group.parts) {
    text += " " + std::to_string(part.number) + "=" + part.content;
  }
  return text;
}
inline std::vector<std::string> Describe(const FragmentGroups& groups) {
  std::vector<std::string> texts;
  for (const FragmentGroup& group : groups) texts.push_back(Describe(group));
  return texts;
}

/// A store, and a time that the test moves.
///
/// Thread safety: confined.
class FragmentStoreContract : public ::testing::TestWithParam<FragmentStoreFactory> {
 protected:
  static constexpr absl::Duration kPatience = absl::Minutes(5);
  static constexpr absl::Duration kMemory = absl::Hours(24);

  /// `content` is the id too, where none is given.
  FragmentGroups Put(std::int64_t number, std::int64_t total, const std::string& content,
                     const std::string& id = "") {
    auto groups = store_->Put({.key = key_ + "/" + std::to_string(total),
                               .tenant = "acme",
                               .total = total,
                               .part = {.number = number,
                                        .id = id.empty() ? content : id,
                                        .content = content,
                                        .payload = "payload of " + content},
                               .now = now_,
                               .patience = kPatience,
                               .memory = kMemory});
    EXPECT_THAT(groups, IsOk());
    return groups.ok() ? *groups : FragmentGroups{};
  }
  FragmentGroups Due(std::size_t limit = 100) {
    auto groups = store_->Due({.now = now_, .limit = limit});
    EXPECT_THAT(groups, IsOk());
    return groups.ok() ? *groups : FragmentGroups{};
  }
  void Remove(const FragmentGroups& groups) {
    for (const FragmentGroup& group : groups) EXPECT_THAT(store_->Remove(group.id), IsOk());
  }

  std::shared_ptr<FragmentStore> store_ = GetParam()();
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
  std::string key_ = "key";
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(FragmentStoreContract, HandsOutAGroupOnceItIsComplete) {
  EXPECT_THAT(Put(2, 3, "b"), IsEmpty());
  EXPECT_THAT(Put(3, 3, "c"), IsEmpty());
  EXPECT_THAT(Describe(Put(1, 3, "a")), ElementsAre("complete 1=a 2=b 3=c"));
}

TEST_P(FragmentStoreContract, GivesPartsBackAsTheyWere) {
  const FragmentPart first{1, "id\x01", "\xFF text", std::string("\0payload", 8)};
  const FragmentPart second{2, "", "", ""};
  for (const FragmentPart& part : {second, first}) {
    OMNI_ASSERT_OK_AND_ASSIGN(
        const FragmentGroups groups,
        store_->Put({.key = "k", .tenant = "t", .total = 2, .part = part, .now = now_}));
    if (part.number == 2) continue;
    ASSERT_EQ(groups.size(), 1u);
    ASSERT_EQ(groups[0].parts.size(), 2u);
    EXPECT_EQ(groups[0].parts[0].id, first.id);
    EXPECT_EQ(groups[0].parts[0].content, first.content);
    EXPECT_EQ(groups[0].parts[0].payload, first.payload);
    EXPECT_EQ(groups[0].parts[1].payload, second.payload);
  }
}

TEST_P(FragmentStoreContract, RefusesNumbersOutOfRange) {
  for (const auto& [number, total] : {std::pair{0, 2}, {3, 2}, {-1, 2}, {1, 1}, {1, 0}, {1, 256}}) {
    const auto groups = store_->Put({.key = "k", .total = total, .part = {.number = number}});
    EXPECT_THAT(groups, StatusIs(absl::StatusCode::kInvalidArgument, ::testing::_));
  }
  now_ += absl::Hours(1);
  EXPECT_THAT(Due(), IsEmpty());
}

TEST_P(FragmentStoreContract, KeepsKeysApart) {
  Put(1, 2, "a");
  key_ = "other";
  EXPECT_THAT(Put(2, 2, "y"), IsEmpty());
  EXPECT_THAT(Describe(Put(1, 2, "x")), ElementsAre("complete 1=x 2=y"));
}

TEST_P(FragmentStoreContract, DropsARepetitionOfAPartThatWaits) {
  Put(1, 2, "a", "id");
  EXPECT_THAT(Put(1, 2, "a", "id"), IsEmpty());
  EXPECT_THAT(Put(1, 2, "a", "another id"), IsEmpty());
  EXPECT_THAT(Put(1, 2, "altered", "id"), IsEmpty());
  EXPECT_THAT(Describe(Put(2, 2, "b")), ElementsAre("complete 1=a 2=b"));
}

TEST_P(FragmentStoreContract, TakesPartsWithoutIdsByTheirContent) {
  for (const char* content : {"a", "a", "c"}) {
    OMNI_ASSERT_OK_AND_ASSIGN(
        const FragmentGroups groups,
        store_->Put(
            {.key = "k", .total = 2, .part = {.number = 1, .content = content}, .now = now_}));
    EXPECT_EQ(groups.size(), content == std::string("c") ? 1u : 0u);
  }
}

TEST_P(FragmentStoreContract, HandsOutAGroupUntilItIsRemoved) {
  Put(1, 2, "a");
  const FragmentGroups groups = Put(2, 2, "b");
  EXPECT_THAT(Describe(Due()), ElementsAre("complete 1=a 2=b"));
  EXPECT_THAT(Describe(Due()), ElementsAre("complete 1=a 2=b"));
  EXPECT_EQ(Due().at(0).id, groups.at(0).id);
  Remove(groups);
  EXPECT_THAT(Due(), IsEmpty());
  Remove(groups);
}

TEST_P(FragmentStoreContract, GivesAGroupOnceMoreForARedelivery) {
  Put(1, 2, "a");
  const FragmentGroups groups = Put(2, 2, "b");
  for (const FragmentGroups& again : {Put(2, 2, "b"), Put(1, 2, "a")}) {
    ASSERT_THAT(Describe(again), ElementsAre("complete 1=a 2=b"));
    EXPECT_EQ(again[0].id, groups[0].id);
  }
}

TEST_P(FragmentStoreContract, GivesAnIncompleteGroupOnceMoreForARedelivery) {
  Put(1, 2, "a");
  now_ += kPatience;
  EXPECT_THAT(Describe(Due()), ElementsAre("incomplete 1=a"));
  EXPECT_THAT(Describe(Put(1, 2, "a")), ElementsAre("incomplete 1=a"));
  EXPECT_THAT(Describe(Due()), ElementsAre("incomplete 1=a"));
}

TEST_P(FragmentStoreContract, TakesTheSameContentAfterACompleteGroupForANewMessage) {
  Put(1, 2, "a");
  Put(2, 2, "footer");
  Put(1, 2, "c");
  EXPECT_THAT(Describe(Put(2, 2, "footer", "new id")), ElementsAre("complete 1=c 2=footer"));
}

TEST_P(FragmentStoreContract, GivesUpAGroupWhoseReferenceIsReused) {
  Put(1, 3, "a");
  Put(2, 3, "b");
  EXPECT_THAT(Describe(Put(1, 3, "x")), ElementsAre("incomplete 1=a 2=b"));
  Put(2, 3, "y");
  EXPECT_THAT(Describe(Put(3, 3, "z")), ElementsAre("complete 1=x 2=y 3=z"));
}

TEST_P(FragmentStoreContract, CountsPatienceFromTheFirstPart) {
  Put(1, 3, "a");
  now_ += kPatience - absl::Milliseconds(1);
  Put(2, 3, "b");
  EXPECT_THAT(Due(), IsEmpty());
  now_ += absl::Milliseconds(1);
  EXPECT_THAT(Describe(Due()), ElementsAre("incomplete 1=a 2=b"));
}

TEST_P(FragmentStoreContract, DoesNotCompleteAGroupThatIsExpired) {
  Put(1, 2, "a");
  now_ += kPatience;
  EXPECT_THAT(Describe(Put(2, 2, "b")), ElementsAre("incomplete 1=a", "late 2=b"));
}

TEST_P(FragmentStoreContract, OpensANewGroupForAPartThatAnExpiredOneHad) {
  Put(1, 2, "a");
  now_ += kPatience;
  EXPECT_THAT(Describe(Put(1, 2, "x")), ElementsAre("incomplete 1=a"));
  EXPECT_THAT(Describe(Put(2, 2, "y")), ElementsAre("complete 1=x 2=y"));
}

TEST_P(FragmentStoreContract, LetsAPartBeLateOnce) {
  Put(1, 3, "a");
  now_ += kPatience;
  Remove(Due());
  const FragmentGroups late = Put(3, 3, "c");
  EXPECT_THAT(Describe(late), ElementsAre("late 3=c"));
  EXPECT_THAT(Describe(Put(3, 3, "c")), ElementsAre("late 3=c"));
  Remove(late);
  EXPECT_THAT(Put(3, 3, "z"), IsEmpty());
  EXPECT_THAT(Put(2, 3, "y"), IsEmpty()) << "the group that waits comes before what is owed";
}

TEST_P(FragmentStoreContract, ForgetsWhatIsOwed) {
  Put(1, 2, "a");
  now_ += kPatience + kMemory - absl::Milliseconds(1);
  Remove(Due());
  EXPECT_THAT(Describe(Put(2, 2, "b")), ElementsAre("late 2=b"));
  Put(1, 2, "c");
  now_ += kPatience + kMemory;
  Remove(Due());
  EXPECT_THAT(Put(2, 2, "d"), IsEmpty());
}

TEST_P(FragmentStoreContract, GivesTheOldestGroupsFirst) {
  for (const char* key : {"c", "a", "b"}) {
    key_ = key;
    Put(1, 2, key);
    now_ += absl::Seconds(1);
  }
  now_ += kPatience;
  EXPECT_THAT(Describe(Due(2)), ElementsAre("incomplete 1=c", "incomplete 1=a"));
  Remove(Due(2));
  EXPECT_THAT(Describe(Due(2)), ElementsAre("incomplete 1=b"));
  EXPECT_THAT(Due(0), IsEmpty());
}

}  // namespace testing
}  // namespace omni::inline v0_1
