#include "omni/components/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "contracts/claim_keys.h"
#include "omni/ports/clock.h"
#include "omni/ports/entropy.h"
#include "omni/testing/fakes.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kLease = absl::Minutes(1);
constexpr absl::Duration kKeep = absl::Hours(1);

/// A store and a clock. Thread safety: confined.
class StoreTest : public ::testing::Test {
 protected:
  std::vector<Claim> BeginAll(const std::vector<std::string>& keys) {
    auto claims = ClaimKeys(*store_, keys, {.now = clock_.Now(), .lease = kLease});
    EXPECT_THAT(claims, IsOk());
    return claims.ok() ? *claims : std::vector<Claim>(keys.size());
  }
  Claim Begin(const std::string& key) { return BeginAll({key}).at(0); }
  void Complete(const std::string& key, const Claim& claim) {
    const std::vector<IdempotencyStore::Held> held = {{key, claim.token}};
    EXPECT_THAT(store_->Complete({.claims = held, .now = clock_.Now(), .keep = kKeep}), IsOk());
  }
  void Abandon(const std::string& key, const Claim& claim) {
    const std::vector<IdempotencyStore::Held> held = {{key, claim.token}};
    EXPECT_THAT(store_->Abandon({.claims = held}), IsOk());
  }
  void Limit(std::size_t max_keys) { store_ = MakeMemoryIdempotencyStore({.max_keys = max_keys}); }

  std::shared_ptr<IdempotencyStore> store_ = MakeMemoryIdempotencyStore({});
  FakeClock clock_;
};

TEST_F(StoreTest, AClaimIsVoidWhenItsLeaseHasRunOut) {
  Begin("k");
  clock_.Advance(kLease - absl::Nanoseconds(1));
  EXPECT_EQ(Begin("k").state, ClaimState::kInFlight);
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(Begin("k").state, ClaimState::kNew);
}

TEST_F(StoreTest, AFormerHolderDoesNotTouchTheNewOnesClaim) {
  const Claim former = Begin("k");
  clock_.Advance(kLease);
  const Claim current = Begin("k");
  Abandon("k", former);
  EXPECT_EQ(Begin("k").state, ClaimState::kInFlight);
  Complete("k", former);
  EXPECT_EQ(Begin("k").state, ClaimState::kInFlight);
  Complete("k", current);
  EXPECT_EQ(Begin("k").state, ClaimState::kDone);
}

TEST_F(StoreTest, ALateCompletionCountsWhereNobodyElseHasTheKey) {
  const Claim claim = Begin("k");
  clock_.Advance(kLease);
  Begin("other");  // sweeps the void claim away
  Complete("k", claim);
  EXPECT_EQ(Begin("k").state, ClaimState::kDone);
}

TEST_F(StoreTest, ADoneKeyIsForgottenAfterItsTime) {
  Complete("k", Begin("k"));
  clock_.Advance(kKeep - absl::Nanoseconds(1));
  EXPECT_EQ(Begin("k").state, ClaimState::kDone);
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(Begin("k").state, ClaimState::kNew);
}

TEST_F(StoreTest, TheOldestDoneKeysMakeRoom) {
  Limit(3);
  for (const char* key : {"a", "b", "c"}) Complete(key, Begin(key));
  Complete("d", Begin("d"));
  EXPECT_EQ(Begin("b").state, ClaimState::kDone);
  EXPECT_EQ(Begin("c").state, ClaimState::kDone);
  EXPECT_EQ(Begin("d").state, ClaimState::kDone);
  EXPECT_EQ(Begin("a").state, ClaimState::kNew);
}

TEST_F(StoreTest, AClaimInFlightNeverMakesRoom) {
  Limit(2);
  const std::vector<Claim> claims = BeginAll({"a", "b"});
  EXPECT_THAT(ClaimKeys(*store_, {"c"}, {.now = clock_.Now(), .lease = kLease}),
              StatusIs(absl::StatusCode::kUnavailable, ::testing::_));
  EXPECT_EQ(Begin("a").state, ClaimState::kInFlight);
  Complete("a", claims[0]);
  EXPECT_EQ(Begin("c").state, ClaimState::kNew);
  EXPECT_EQ(Begin("b").state, ClaimState::kInFlight);
}

TEST_F(StoreTest, AnErrorClaimsNothing) {
  Limit(2);
  EXPECT_FALSE(ClaimKeys(*store_, {"a", "b", "c"}, {.now = clock_.Now(), .lease = kLease}).ok());
  EXPECT_EQ(Begin("a").state, ClaimState::kNew);
}

/// A slow model of the store, which says what it ought to do.
struct Model {
  struct Entry {
    bool done = false;
    std::uint64_t token = 0;
    absl::Time expires;
  };
  std::map<std::string, Entry> entries;

  void Expire(absl::Time now) {
    std::erase_if(entries, [now](const auto& entry) { return entry.second.expires <= now; });
  }
};

TEST_F(StoreTest, AgreesWithAModelOverManyOperations) {
  Model model;
  std::uint32_t random = 1;
  const auto next = [&random](std::uint32_t bound) {
    random = random * 1664525u + 1013904223u;
    return (random >> 16) % bound;
  };
  for (int step = 0; step < 20'000; ++step) {
    const std::string key = "k" + std::to_string(next(8));
    clock_.Advance(absl::Seconds(next(20)));
    model.Expire(clock_.Now());
    auto found = model.entries.find(key);
    const std::uint64_t token = found == model.entries.end() ? 0 : found->second.token;
    switch (next(3)) {
      case 0: {
        const Claim claim = Begin(key);
        const ClaimState expected = found == model.entries.end() ? ClaimState::kNew
                                    : found->second.done         ? ClaimState::kDone
                                                                 : ClaimState::kInFlight;
        ASSERT_EQ(claim.state, expected) << step;
        if (expected == ClaimState::kNew) {
          model.entries[key] = {false, claim.token, clock_.Now() + kLease};
        }
        break;
      }
      case 1:
        if (token == 0 || found->second.done) break;
        Complete(key, {ClaimState::kNew, token});
        found->second = {true, token, clock_.Now() + kKeep};
        break;
      default:
        if (token == 0 || found->second.done) break;
        Abandon(key, {ClaimState::kNew, token});
        model.entries.erase(found);
        break;
    }
  }
}

Settlement Put(MemoryQueue& queue, const std::vector<std::pair<std::string, std::string>>& items) {
  QueueSink::EnqueueParams params;
  for (const auto& [name, body] : items) params.envelopes.push_back({.queue = name, .body = body});
  return queue.Put(params);
}

TEST(MemoryQueueTest, GivesEachQueueItsEnvelopesInOrder) {
  MemoryQueue queue;
  Put(queue, {{"a", "1"}, {"b", "2"}, {"a", "3"}});
  EXPECT_EQ(queue.Pop("a")->body, "1");
  EXPECT_EQ(queue.Pop("a")->body, "3");
  EXPECT_EQ(queue.Pop("a"), std::nullopt);
  EXPECT_EQ(queue.size(), 1u);
}

TEST(MemoryQueueTest, DrainsAllQueuesInOrderOfArrival) {
  MemoryQueue queue;
  Put(queue, {{"b", "1"}, {"a", "2"}, {"b", "3"}});
  std::vector<std::string> bodies;
  for (const Envelope& envelope : queue.Drain()) bodies.push_back(envelope.body);
  EXPECT_THAT(bodies, ElementsAre("1", "2", "3"));
  EXPECT_THAT(queue.Drain(), IsEmpty());
  EXPECT_EQ(queue.size(), 0u);
}

TEST(MemoryQueueTest, GivesEnvelopesBackAsTheyWere) {
  MemoryQueue queue;
  std::deque<Envelope> there;
  const auto pop = [&] {
    const auto members = [](const Envelope& envelope) {
      return std::tie(envelope.queue, envelope.group, envelope.dedupe_key, envelope.event_id,
                      envelope.body, envelope.headers);
    };
    const std::optional<Envelope> popped = queue.Pop("q");
    ASSERT_TRUE(popped);
    EXPECT_EQ(members(*popped), members(there.front()));
    there.pop_front();
  };
  for (std::size_t i = 0; i < 2'000; ++i) {  // of many sizes, so that they fill blocks
    Envelope envelope{.queue = "q",
                      .group = std::string(i % 7, 'g'),
                      .dedupe_key = std::to_string(i),
                      .event_id = std::string(i % 40, 'i'),
                      .body = std::string(i * i % 5'000, static_cast<char>(i))};
    for (std::size_t n = 0; n < i % 4; ++n)
      envelope.headers.emplace_back("name", std::string(n, 'v'));
    EXPECT_TRUE(queue.Put({.envelopes = {envelope}}).outcomes[0].ok());
    there.push_back(std::move(envelope));
    if (i % 3 == 0) pop();
  }
  while (!there.empty()) pop();
  EXPECT_EQ(queue.Pop("q"), std::nullopt);
}

TEST(MemoryQueueTest, RefusesWhatIsTooMuch) {
  MemoryQueue queue({.max_envelopes = 2});
  const Settlement settlement = Put(queue, {{"a", "1"}, {"a", "2"}, {"a", "3"}});
  ASSERT_THAT(settlement.outcomes, SizeIs(3));
  EXPECT_TRUE(settlement.outcomes[1].ok());
  EXPECT_TRUE(absl::IsUnavailable(settlement.outcomes[2]));
  EXPECT_NE(queue.Pop("a"), std::nullopt);
  EXPECT_TRUE(Put(queue, {{"a", "4"}}).outcomes[0].ok());
}

TEST(LiteralSecretsTest, TakeAReferenceForTheSecret) {
  OMNI_ASSERT_OK_AND_ASSIGN(const KeyRing ring,
                            MakeLiteralSecrets()->Lookup({.reference = "s", .name = "token"}));
  ASSERT_EQ(ring.size(), 1u);
  EXPECT_EQ(ring.keys()[0]->secret().Reveal(), "s");
  EXPECT_EQ(ring.keys()[0]->id(), "token[0]");
}

TEST(MemorySecretsTest, KeepTheKeysUntilTheSecretChanges) {
  MemorySecrets secrets;
  EXPECT_THAT(secrets.Lookup({.reference = "r", .name = "token"}),
              StatusIs(absl::StatusCode::kNotFound, ::testing::_));
  secrets.Set("r", {"new", "old"});
  OMNI_ASSERT_OK_AND_ASSIGN(const KeyRing first,
                            secrets.Lookup({.reference = "r", .name = "token"}));
  OMNI_ASSERT_OK_AND_ASSIGN(const KeyRing again,
                            secrets.Lookup({.reference = "r", .name = "token"}));
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first.keys()[0]->secret().Reveal(), "new");
  EXPECT_EQ(first.keys()[1]->id(), "token[1]");
  EXPECT_EQ(first.keys()[0], again.keys()[0]);
  secrets.Set("r", {"new"});
  OMNI_ASSERT_OK_AND_ASSIGN(const KeyRing after,
                            secrets.Lookup({.reference = "r", .name = "token"}));
  EXPECT_EQ(after.size(), 1u);
  EXPECT_NE(after.keys()[0], first.keys()[0]);
}

TEST(SystemTest, EntropyFillsEveryByteDifferentlyEachTime) {
  const auto entropy = MakeSystemEntropy();
  std::array<std::uint8_t, 32> first = {};
  std::array<std::uint8_t, 32> second = {};
  entropy->Fill(first);
  entropy->Fill(second);
  EXPECT_NE(first, second);
  entropy->Fill({});
}

TEST(SystemTest, TheClockDoesNotStandBeforeThisCodeWasWritten) {
  EXPECT_GT(MakeSystemClock()->Now(), absl::FromUnixSeconds(1'700'000'000));
}

TEST(FailNthTest, FailsTheNthAndNoOther) {
  FailNth second(2);
  EXPECT_FALSE(second.Strike());
  EXPECT_FALSE(second.struck());
  EXPECT_TRUE(second.Strike());
  EXPECT_TRUE(second.struck());
  EXPECT_FALSE(second.Strike());
  FailNth never(0);
  EXPECT_FALSE(never.Strike());
  EXPECT_FALSE(never.struck());
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
