#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "contracts/claim_keys.h"
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

std::vector<Claim> Begin(IdempotencyStore& store, const std::vector<std::string>& keys,
                         absl::Time now = kNow) {
  auto claims = ClaimKeys(store, keys, {.now = now, .lease = absl::Hours(1)});
  return claims.ok() ? *std::move(claims) : std::vector<Claim>();
}

/// So many keys in all, some at a time.
void CompleteAll(IdempotencyStore& store, std::size_t count) {
  constexpr std::size_t kAtATime = 500;
  for (std::size_t first = 0; first < count; first += kAtATime) {
    const absl::Time now = kNow + absl::Milliseconds(first / kAtATime);
    const std::vector<std::string> keys = Keys(first, first + kAtATime);
    const std::vector<Claim> claims = Begin(store, keys, now);
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
    const std::vector<Claim> claims = Begin(store, {key});
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
  // What goes is the oldest of its neighbours: now and then it is one of the newer half.
  EXPECT_GE(CountDone(*store, Keys(4 * kMost - kMost / 2, 4 * kMost)), kMost / 2 - 10);
  EXPECT_EQ(CountDone(*store, Keys(0, 2 * kMost)), 0u);
}

/// What a store ought to know, of keys that are few and times that are short.
struct KnownKey {
  std::uint64_t token = 0;
  absl::Time lease_end = absl::InfinitePast();
  absl::Time done_until = absl::InfinitePast();
};

TEST(MemoryIdempotencyStoreTest, AgreesWithAModel) {
  constexpr int kSteps = 30'000;
  for (const std::size_t count : {3U, 300U}) {
    std::mt19937_64 random(count);
    const auto below = [&random](std::size_t bound) { return random() % bound; };
    const auto store = MakeMemoryIdempotencyStore({});
    std::vector<KnownKey> known(count);
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < count; ++i) keys.push_back(std::to_string(i));
    std::vector<IdempotencyStore::Held> holders;
    absl::Time now = kNow;
    for (int step = 0; step < kSteps; ++step) {
      now += absl::Milliseconds(below(3));
      if (holders.empty() || below(2) == 0) {
        const std::size_t at = below(count);
        KnownKey& key = known[at];
        const absl::Duration lease = absl::Milliseconds(1 + below(4 * count));
        const auto claims = ClaimKeys(*store, {keys[at]}, {.now = now, .lease = lease});
        ASSERT_THAT(claims, IsOk());
        const Claim claim = claims->front();
        if (key.done_until > now) {
          ASSERT_EQ(claim.state, ClaimState::kDone) << step;
        } else if (key.token != 0 && key.lease_end > now) {
          ASSERT_EQ(claim.state, ClaimState::kInFlight) << step;
        } else {
          ASSERT_EQ(claim.state, ClaimState::kNew) << step;
          key.token = claim.token;
          key.lease_end = now + lease;
          holders.push_back({keys[at], claim.token});
        }
        continue;
      }
      // A holder comes back, often after another one has its key; some come twice.
      const std::size_t at = below(holders.size());
      const std::vector<IdempotencyStore::Held> held = {holders[at]};
      KnownKey& key = known[std::stoul(std::string(held.front().key))];
      const bool holds = key.token == held.front().token;
      if (below(4) != 0) holders.erase(holders.begin() + static_cast<std::ptrdiff_t>(at));
      if (below(3) == 0) {
        ASSERT_THAT(store->Abandon({.claims = held}), IsOk());
        if (holds) key.token = 0;
        continue;
      }
      const absl::Duration keep = absl::Milliseconds(below(4 * count));
      ASSERT_THAT(store->Complete({.claims = held, .now = now, .keep = keep}), IsOk());
      if (!holds && ((key.token != 0 && key.lease_end > now) || key.done_until > now)) continue;
      key.token = 0;
      key.done_until = now + keep;
    }
  }
}

// So many that the place of each has been moved several times.
TEST(MemoryIdempotencyStoreTest, ManyClaimsAreInFlightAndEndInAnyOrder) {
  constexpr std::size_t kCount = 5000;
  const auto store = MakeMemoryIdempotencyStore({.max_keys = kCount});
  const std::vector<std::string> keys = Keys(0, kCount);
  const std::vector<Claim> claims = Begin(*store, keys);
  ASSERT_EQ(claims.size(), kCount);
  EXPECT_TRUE(Begin(*store, {"one more"}).empty());
  std::vector<IdempotencyStore::Held> held;
  for (std::size_t i = 0; i < kCount; ++i) held.push_back({keys[i], claims[i].token});
  std::shuffle(held.begin(), held.end(), std::mt19937_64(1));
  const std::vector<IdempotencyStore::Held> ended(held.begin(), held.begin() + kCount / 2);
  ASSERT_THAT(store->Abandon({.claims = ended}), IsOk());
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::vector<Claim> again = Begin(*store, {std::string(held[i].key)});
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].state, i < kCount / 2 ? ClaimState::kNew : ClaimState::kInFlight) << i;
  }
}

TEST(MemoryIdempotencyStoreTest, SeveralKeysAreClaimedTogether) {
  constexpr int kRounds = 300;
  const auto store = MakeMemoryIdempotencyStore({});
  const std::vector<std::string> forth = Keys(0, 40);
  const std::vector<std::string> back(forth.rbegin(), forth.rend());
  std::atomic<int> torn = 0;
  const auto claim_and_abandon = [&](const std::vector<std::string>& keys) {
    for (int round = 0; round < kRounds; ++round) {
      const std::vector<Claim> claims = Begin(*store, keys);
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
