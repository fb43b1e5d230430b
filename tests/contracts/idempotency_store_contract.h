/// \file
/// What every IdempotencyStore promises. A test of a store instantiates the suite with a function
/// that makes a subject: an empty store and its time.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "contracts/claim_keys.h"
#include "omni/ports/idempotency_store.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {

struct IdempotencySubject {
  std::shared_ptr<IdempotencyStore> store = {};
  std::function<absl::Time()> now = {};
  /// Lets so much time pass for the store.
  std::function<void(absl::Duration)> pass = {};
  /// A lease, and a time to keep, that can be let pass.
  absl::Duration lease = absl::Minutes(1);
  absl::Duration keep = absl::Hours(24 * 8);
};
using IdempotencySubjectFactory = std::function<IdempotencySubject()>;

class IdempotencyStoreContract : public ::testing::TestWithParam<IdempotencySubjectFactory> {
 protected:
  // What is not to pass in a test lasts long enough for the slowest machine.
  static constexpr absl::Duration kLong = absl::Hours(24);

  std::vector<Claim> BeginAll(const std::vector<std::string>& keys, absl::Duration lease = kLong) {
    auto claims = ClaimKeys(*subject_.store, keys, {.now = subject_.now(), .lease = lease});
    EXPECT_THAT(claims, IsOk());
    return claims.ok() ? *claims : std::vector<Claim>(keys.size());
  }
  Claim Begin(const std::string& key, absl::Duration lease = kLong) {
    return BeginAll({key}, lease).front();
  }
  ClaimState StateOf(const std::string& key) { return Begin(key).state; }
  void Complete(const std::string& key, const Claim& claim, absl::Duration keep = kLong) {
    const std::vector<IdempotencyStore::Held> held = {{key, claim.token}};
    EXPECT_THAT(subject_.store->Complete({.claims = held, .now = subject_.now(), .keep = keep}),
                IsOk());
  }
  void Abandon(const std::string& key, const Claim& claim) {
    const std::vector<IdempotencyStore::Held> held = {{key, claim.token}};
    EXPECT_THAT(subject_.store->Abandon({.claims = held}), IsOk());
  }

  IdempotencySubject subject_ = GetParam()();
};

TEST_P(IdempotencyStoreContract, AKeyIsNewThenInFlightThenDone) {
  const Claim claim = Begin("k");
  EXPECT_EQ(claim.state, ClaimState::kNew);
  EXPECT_EQ(StateOf("k"), ClaimState::kInFlight);
  Complete("k", claim);
  EXPECT_EQ(StateOf("k"), ClaimState::kDone);
}

TEST_P(IdempotencyStoreContract, ClaimsAreInTheOrderOfTheKeys) {
  Complete("done", Begin("done"));
  Begin("flying");
  const std::vector<Claim> claims = BeginAll({"done", "new", "flying", "newer"});
  EXPECT_EQ(claims[0].state, ClaimState::kDone);
  EXPECT_EQ(claims[1].state, ClaimState::kNew);
  EXPECT_EQ(claims[2].state, ClaimState::kInFlight);
  EXPECT_EQ(claims[3].state, ClaimState::kNew);
  EXPECT_NE(claims[1].token, claims[3].token);
}

TEST_P(IdempotencyStoreContract, NoKeysAreNoClaims) {
  EXPECT_TRUE(BeginAll({}).empty());
  EXPECT_THAT(subject_.store->Complete({}), IsOk());
  EXPECT_THAT(subject_.store->Abandon({}), IsOk());
}

TEST_P(IdempotencyStoreContract, KeysAreBytes) {
  const std::vector<std::string> keys = {
      std::string("a\0b", 3), std::string("a\0c", 3), "a", "{a}b", "{a}c", "a b\r\n",
      std::string(5000, 'k')};
  for (const std::string& key : keys) EXPECT_EQ(StateOf(key), ClaimState::kNew);
  for (const std::string& key : keys) EXPECT_EQ(StateOf(key), ClaimState::kInFlight);
}

TEST_P(IdempotencyStoreContract, AnAbandonedKeyIsNewAtOnce) {
  Abandon("k", Begin("k"));
  EXPECT_EQ(StateOf("k"), ClaimState::kNew);
}

TEST_P(IdempotencyStoreContract, ACompletedKeyCannotBeAbandoned) {
  const Claim claim = Begin("k");
  Complete("k", claim);
  Abandon("k", claim);
  EXPECT_EQ(StateOf("k"), ClaimState::kDone);
}

TEST_P(IdempotencyStoreContract, AStrangersTokenChangesNothing) {
  Claim claim = Begin("k");
  ++claim.token;
  Abandon("k", claim);
  EXPECT_EQ(StateOf("k"), ClaimState::kInFlight);
  Complete("k", claim);
  EXPECT_EQ(StateOf("k"), ClaimState::kInFlight);
}

TEST_P(IdempotencyStoreContract, AClaimIsVoidWhenItsLeaseHasRunOut) {
  Begin("k", subject_.lease);
  subject_.pass(subject_.lease);
  EXPECT_EQ(StateOf("k"), ClaimState::kNew);
}

TEST_P(IdempotencyStoreContract, AFormerHolderDoesNotTouchTheNewOnesClaim) {
  const Claim former = Begin("k", subject_.lease);
  subject_.pass(subject_.lease);
  const Claim current = Begin("k");
  ASSERT_EQ(current.state, ClaimState::kNew);
  Abandon("k", former);
  Complete("k", former);
  EXPECT_EQ(StateOf("k"), ClaimState::kInFlight);
  Complete("k", current);
  EXPECT_EQ(StateOf("k"), ClaimState::kDone);
}

TEST_P(IdempotencyStoreContract, ALateCompletionCountsWhereNobodyElseHasTheKey) {
  const Claim claim = Begin("k", subject_.lease);
  subject_.pass(subject_.lease);
  Complete("k", claim);
  EXPECT_EQ(StateOf("k"), ClaimState::kDone);
}

TEST_P(IdempotencyStoreContract, ADoneKeyOutlastsItsLease) {
  Complete("k", Begin("k", subject_.lease));
  subject_.pass(subject_.lease);
  EXPECT_EQ(StateOf("k"), ClaimState::kDone);
}

TEST_P(IdempotencyStoreContract, ADoneKeyIsForgottenAfterItsTime) {
  Complete("k", Begin("k"), subject_.keep);
  subject_.pass(subject_.keep);
  EXPECT_EQ(StateOf("k"), ClaimState::kNew);
}

TEST_P(IdempotencyStoreContract, OneOfManyThatComeTogetherHasTheKey) {
  constexpr int kThreads = 8;
  constexpr int kKeys = 50;
  std::atomic<int> holders = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int key = 0; key < kKeys; ++key) {
        holders += StateOf(std::to_string(key)) == ClaimState::kNew ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(holders, kKeys);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(IdempotencyStoreContract);

}  // namespace testing
}  // namespace omni::inline v0_1
