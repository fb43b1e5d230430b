/// \file
/// The fragment store in memory: the contract, and what is its own: the bounds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "contracts/fragment_model_contract.h"
#include "contracts/fragment_store_contract.h"
#include "contracts/fragment_vectors_contract.h"
#include "omni/components/memory_stores.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

std::shared_ptr<FragmentStore> Make() { return MakeMemoryFragmentStore({}); }

INSTANTIATE_TEST_SUITE_P(Memory, FragmentStoreContract, ::testing::Values(Make));
INSTANTIATE_TEST_SUITE_P(Memory, FragmentModelContract, ::testing::Values(Make));
INSTANTIATE_TEST_SUITE_P(Memory, FragmentVectorsContract, ::testing::Values(Make));

TEST(MemoryFragmentStoreTest, GivesUpTheOldestAsTheModelDoes) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    ModelledFragmentStore store(
        MakeMemoryFragmentStore({.max_groups = 4, .max_groups_per_tenant = 3}),
        {.groups = 4, .groups_per_tenant = 3});
    RunTraffic(store, seed, 400, true);
    ASSERT_FALSE(HasFailure());
  }
}

/// A store with bounds, and a book of what it took and gave.
class FloodTest : public ::testing::Test {
 protected:
  void Open(const MemoryFragmentOptions& options) { store_ = MakeMemoryFragmentStore(options); }

  /// A part that no other repeats. Whether it was taken.
  bool Put(const std::string& tenant, const std::string& key, std::int64_t number,
           std::size_t bytes = 0) {
    const std::string name = "part " + std::to_string(++last_part_);
    auto groups = store_->Put({.key = tenant + "/" + key,
                               .tenant = tenant,
                               .total = 3,
                               .part = {number, name, name, std::string(bytes, 'x')},
                               .now = now_});
    if (!groups.ok()) {
      EXPECT_THAT(groups, StatusIs(absl::StatusCode::kResourceExhausted, ::testing::_));
      return false;
    }
    ++taken_;
    for (FragmentGroup& group : *groups) out_.push_back(std::move(group));
    return true;
  }
  /// The queue takes everything that was handed out.
  void Drain() {
    for (const FragmentGroup& group : out_) {
      if (!removed_.emplace(group.id, group.parts.size()).second) continue;
      for (const FragmentPart& part : group.parts) ++left_[part.content];
      ASSERT_THAT(store_->Remove(group.id), IsOk());
    }
    out_.clear();
  }
  /// Lets everything expire, and looks whether every part left once.
  void ExpectNothingIsLost() {
    now_ += absl::Hours(1);
    do {
      Drain();
      out_ = *store_->Due({.now = now_, .limit = 100});
    } while (!out_.empty());
    EXPECT_EQ(left_.size(), taken_);
    for (const auto& [part, times] : left_) EXPECT_EQ(times, 1) << part;
  }
  std::size_t waiting() {
    std::size_t parts_out = 0;
    for (const auto& [id, parts] : removed_) parts_out += parts;
    return taken_ - parts_out;
  }

  std::shared_ptr<FragmentStore> store_;
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
  std::size_t last_part_ = 0;
  std::size_t taken_ = 0;
  std::vector<FragmentGroup> out_;
  std::map<std::uint64_t, std::size_t> removed_;
  std::map<std::string, int> left_;
};

TEST_F(FloodTest, AFloodOfGroupsPushesOutTheTenantsOwnOldest) {
  Open({.max_groups = 1000, .max_groups_per_tenant = 100});
  ASSERT_TRUE(Put("calm", "k", 1));
  for (int i = 0; i < 5000; ++i) {
    ASSERT_TRUE(Put("flood", std::to_string(i), 1 + i % 3));
    Drain();
    ASSERT_LE(waiting(), 101u);
  }
  EXPECT_TRUE(Put("calm", "k", 2));
  EXPECT_TRUE(Put("calm", "k", 3));
  ASSERT_EQ(out_.size(), 1u);
  EXPECT_EQ(out_[0].state, FragmentGroup::State::kComplete);
  ExpectNothingIsLost();
}

TEST_F(FloodTest, AFloodOfTenantsPushesOutTheOldestOfAll) {
  Open({.max_groups = 100, .max_groups_per_tenant = 10});
  for (int i = 0; i < 5000; ++i) {
    ASSERT_TRUE(Put(std::to_string(i), "k", 1));
    Drain();
    ASSERT_LE(waiting(), 100u);
  }
  ExpectNothingIsLost();
}

TEST_F(FloodTest, AFloodOfBytesIsBounded) {
  constexpr std::size_t kPart = 1000;
  Open({.max_bytes = 200 * kPart, .max_bytes_per_tenant = 50 * kPart});
  for (int i = 0; i < 3000; ++i) {
    ASSERT_TRUE(Put(std::to_string(i % 7), std::to_string(i % 91), 1 + i % 2, kPart));
    Drain();
    ASSERT_LE(waiting(), 200u);
  }
  ExpectNothingIsLost();
}

TEST_F(FloodTest, AGroupThatOutgrowsTheRoomIsGivenUpAndItsNextPartIsLate) {
  Open({.max_bytes_per_tenant = 5000});
  ASSERT_TRUE(Put("t", "k", 1, 2500));
  ASSERT_TRUE(out_.empty());
  ASSERT_TRUE(Put("t", "k", 2, 2500));
  ASSERT_EQ(out_.size(), 2u);
  EXPECT_EQ(out_[0].state, FragmentGroup::State::kIncomplete);
  EXPECT_EQ(out_[1].state, FragmentGroup::State::kLate);
  ExpectNothingIsLost();
}

TEST_F(FloodTest, TheLastPartOfAGroupNeedsNoRoom) {
  Open({.max_bytes_per_tenant = 6000});
  for (int number = 1; number <= 3; ++number) ASSERT_TRUE(Put("t", "k", number, 2000));
  ASSERT_EQ(out_.size(), 1u);
  EXPECT_EQ(out_[0].state, FragmentGroup::State::kComplete);
}

TEST_F(FloodTest, APartLargerThanTheRoomIsRefused) {
  Open({.max_bytes_per_tenant = 5000});
  EXPECT_FALSE(Put("t", "k", 1, 5000));
  EXPECT_TRUE(Put("t", "k", 1, 10));
  Open({.max_bytes = 5000});
  EXPECT_FALSE(Put("t", "k", 1, 5000));
  Open({.max_groups = 0});
  EXPECT_FALSE(Put("t", "k", 1));
}

TEST_F(FloodTest, PartsAreRefusedWhileNothingIsRemoved) {
  Open({.max_groups_per_tenant = 100});
  std::size_t taken = 0;
  while (Put("stuck", std::to_string(taken), 1)) ++taken;
  EXPECT_EQ(taken, 200u);
  EXPECT_TRUE(Put("other", "k", 1));
  Drain();
  EXPECT_TRUE(Put("stuck", "more", 1));
  ExpectNothingIsLost();
}

TEST_F(FloodTest, ARepetitionIsNoMatterOfRoom) {
  Open({.max_groups_per_tenant = 1});
  ASSERT_TRUE(Put("t", "a", 1));
  ASSERT_TRUE(Put("t", "b", 1));
  EXPECT_FALSE(Put("t", "c", 1));
  const auto again = store_->Put(
      {.key = "t/b", .tenant = "t", .total = 3, .part = {1, "part 2", "part 2", ""}, .now = now_});
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->empty());
}

TEST_F(FloodTest, WhatIsOwedIsBounded) {
  Open({.max_owed = 2});
  for (const char* key : {"a", "b", "c"}) {
    ASSERT_TRUE(Put("t", key, 1));
    now_ += absl::Seconds(1);
  }
  now_ += absl::Minutes(5);
  out_ = *store_->Due({.now = now_});
  Drain();
  ASSERT_TRUE(Put("t", "a", 2));
  EXPECT_TRUE(out_.empty());
  ASSERT_TRUE(Put("t", "b", 2));
  ASSERT_EQ(out_.size(), 1u);
  EXPECT_EQ(out_[0].state, FragmentGroup::State::kLate);
}

TEST(MemoryFragmentStoreTest, CompletesEveryMessageOnceWhoeverBringsItsParts) {
  constexpr int kThreads = 4;
  constexpr int kMessages = 300;
  const auto store = MakeMemoryFragmentStore({});
  std::atomic<int> complete = 0;
  std::vector<std::thread> threads;
  for (int thread = 1; thread <= kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int message = 0; message < kMessages; ++message) {
        const std::string name = std::to_string(thread);
        const auto groups = store->Put({.key = std::to_string(message),
                                        .tenant = "t",
                                        .total = kThreads,
                                        .part = {thread, name, name, name},
                                        .now = absl::UnixEpoch()});
        ASSERT_THAT(groups, IsOk());
        for (const FragmentGroup& group : *groups) {
          complete += group.state == FragmentGroup::State::kComplete ? 1 : 0;
          EXPECT_THAT(store->Remove(group.id), IsOk());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(complete, kMessages);
  EXPECT_THAT(*store->Due({.now = absl::InfiniteFuture()}), ::testing::IsEmpty());
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
