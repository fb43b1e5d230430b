#include <atomic>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "contracts/idempotency_store_contract.h"
#include "omni/components/memory.h"
#include "omni/testing/fakes.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

IdempotencySubject Subject(const MemoryIdempotencyOptions& options) {
  const auto clock = std::make_shared<FakeClock>();
  return {.store = MakeMemoryIdempotencyStore(options),
          .now = [clock] { return clock->Now(); },
          .pass = [clock](absl::Duration time) { clock->Advance(time); }};
}
INSTANTIATE_TEST_SUITE_P(Memory, IdempotencyStoreContract,
                         ::testing::Values([] { return Subject({}); },
                                           [] { return Subject({.max_keys = 100}); }));

std::vector<std::string> Keys(std::size_t from, std::size_t to) {
  std::vector<std::string> keys;
  for (std::size_t i = from; i < to; ++i) keys.push_back("k" + std::to_string(i));
  return keys;
}

constexpr absl::Time kNow = absl::FromUnixSeconds(1'770'000'000);

ClaimList Begin(IdempotencyStore& store, const std::vector<std::string>& keys,
                         absl::Time now = kNow) {
  auto claims = store.Begin({.keys = keys, .now = now, .lease = absl::Hours(1)});
  return claims.ok() ? *std::move(claims) : ClaimList();
}

/// So many keys in all, some at a time.
void CompleteAll(IdempotencyStore& store, std::size_t count) {
  constexpr std::size_t kAtATime = 500;
  for (std::size_t first = 0; first < count; first += kAtATime) {
    const absl::Time now = kNow + absl::Milliseconds(first / kAtATime);
    const std::vector<std::string> keys = Keys(first, first + kAtATime);
    const ClaimList claims = Begin(store, keys, now);
    ASSERT_EQ(claims.size(), keys.size());
    std::vector<IdempotencyStore::Held> held;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      ASSERT_EQ(claims[i].state, ClaimState::kNew) << keys[i];
      held.push_back({keys[i], claims[i].token});
    }
    ASSERT_THAT(store.Complete({.claims = held, .now = now}), IsOk());
  }
}

std::size_t CountDone(IdempotencyStore& store, const std::vector<std::string>& keys) {
  std::size_t done = 0;
  for (const std::string& key : keys) {
    const ClaimList claims = Begin(store, {key});
    if (!claims.empty() && claims[0].state == ClaimState::kDone) ++done;
  }
  return done;
}

// So many that they are in many shards, none of which may be full before another.
TEST(MemoryIdempotencyStoreTest, ForgetsNoKeyAsLongAsThereAreNotTooMany) {
  constexpr std::size_t kMost = 100'000;
  const auto store = MakeMemoryIdempotencyStore({.max_keys = kMost});
  CompleteAll(*store, kMost);
  EXPECT_EQ(CountDone(*store, Keys(0, kMost)), kMost);
}

TEST(MemoryIdempotencyStoreTest, ForgetsTheOldestKeysWhenThereAreTooMany) {
  constexpr std::size_t kMost = 20'000;
  const auto store = MakeMemoryIdempotencyStore({.max_keys = kMost});
  CompleteAll(*store, 4 * kMost);
  EXPECT_EQ(CountDone(*store, Keys(4 * kMost - kMost / 2, 4 * kMost)), kMost / 2);
  EXPECT_EQ(CountDone(*store, Keys(0, 2 * kMost)), 0u);
}

TEST(MemoryIdempotencyStoreTest, SeveralKeysAreClaimedTogether) {
  constexpr int kRounds = 300;
  const auto store = MakeMemoryIdempotencyStore({});
  const std::vector<std::string> forth = Keys(0, 40);
  const std::vector<std::string> back(forth.rbegin(), forth.rend());
  std::atomic<int> torn = 0;
  const auto claim_and_abandon = [&](const std::vector<std::string>& keys) {
    for (int round = 0; round < kRounds; ++round) {
      const ClaimList claims = Begin(*store, keys);
      std::vector<IdempotencyStore::Held> held;
      for (std::size_t i = 0; i < claims.size(); ++i) {
        if (claims[i].state == ClaimState::kNew) held.push_back({keys[i], claims[i].token});
      }
      if (!held.empty() && held.size() != keys.size()) ++torn;
      EXPECT_THAT(store->Abandon({.claims = held}), IsOk());
    }
  };
  std::thread one([&] { claim_and_abandon(forth); });
  std::thread other([&] { claim_and_abandon(back); });
  one.join();
  other.join();
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
