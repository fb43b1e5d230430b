/// \file
/// The store in Redis, over a real one: the contract, and what happens when it is lost.
#include "omni/components/redis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "components/redis/redis_server.h"
#include "contracts/claim_keys.h"
#include "contracts/idempotency_store_contract.h"
#include "omni/error.h"
#include "omni/gateway.h"
#include "omni/ports/secrets_provider.h"

namespace {

/// docs/redis.md: claims that several gateways share.
absl::Status AddClaims(const omni::SecretsProvider::LookupParams& password,
                       omni::SecretsProvider& secrets, omni::Gateway::Builder& builder) {
  const auto ring = secrets.Lookup(password);
  if (!ring.ok()) return ring.status();
  omni::RedisOptions options;
  options.host = "10.0.0.7";
  options.user = "omni";
  options.password = ring->keys().front()->secret().Clone();
  auto store = omni::MakeRedisIdempotencyStore(std::move(options));
  if (store.ok()) builder.SetIdempotencyStore(*store);
  return store.status();
}

}  // namespace

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::_;
using ::testing::HasSubstr;
using ::testing::Not;

RedisOptions OptionsFor(const RedisServer& server) {
  RedisOptions options;
  options.port = server.port();
  options.min_backoff = absl::Milliseconds(5);
  options.max_backoff = absl::Milliseconds(50);
  options.call_timeout = absl::Seconds(20);  // a slow machine is no failure
  options.connect_timeout = absl::Seconds(20);
  return options;
}

std::shared_ptr<IdempotencyStore> OpenStore(RedisOptions options) {
  auto store = MakeRedisIdempotencyStore(std::move(options));
  EXPECT_THAT(store, IsOk());
  return store.ok() ? *std::move(store) : nullptr;
}

/// One server for the whole contract. Time is Redis' own, so it has to pass.
IdempotencySubject ContractSubject() {
  static RedisServer server;
  EXPECT_EQ(server.Ask({"FLUSHALL"}), "OK");
  return {
      .store = OpenStore(OptionsFor(server)),
      .now = [] { return absl::InfinitePast(); },
      .pass =
          [](absl::Duration time) {
            std::this_thread::sleep_for(absl::ToChronoMilliseconds(time + absl::Milliseconds(20)));
          },
      .lease = absl::Milliseconds(50),
      .keep = absl::Milliseconds(50)};
}
INSTANTIATE_TEST_SUITE_P(Redis, IdempotencyStoreContract, ::testing::Values(ContractSubject));

absl::StatusOr<Claim> Begin(IdempotencyStore& store, const std::string& key,
                            absl::Duration lease = absl::Minutes(1)) {
  auto claims = ClaimKeys(store, {key}, {.lease = lease});
  if (!claims.ok()) return claims.status();
  return claims->front();
}
absl::StatusOr<ClaimState> StateOf(IdempotencyStore& store, const std::string& key) {
  auto claim = Begin(store, key);
  if (!claim.ok()) return claim.status();
  return claim->state;
}
absl::Status Complete(IdempotencyStore& store, const std::string& key, const Claim& claim) {
  const std::vector<IdempotencyStore::Held> held = {{key, claim.token}};
  return store.Complete({.claims = held});
}
/// Whether it comes true within half a minute.
bool Eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}
auto IsUnavailable() { return StatusIs(absl::StatusCode::kUnavailable, _); }

TEST(RedisStore, KeepsAHashOfTheKeyUnderItsPrefixInItsDatabase) {
  const RedisServer server;
  RedisOptions options = OptionsFor(server);
  options.database = 3;
  options.prefix = "gate:";
  const auto store = OpenStore(std::move(options));
  ASSERT_THAT(Begin(*store, "acme:+15550001111"), IsOk());
  EXPECT_EQ(server.Ask({"KEYS", "*"}), "");
  EXPECT_THAT(server.Ask({"INFO", "keyspace"}), HasSubstr("db3:keys=1,expires=1"));
}

TEST(RedisStore, AllKeysOfAClusterStandInBraces) {
  const RedisServer server;
  const auto store = OpenStore(OptionsFor(server));
  ASSERT_THAT(Begin(*store, "acme:+15550001111"), IsOk());
  const std::string key = server.Ask({"KEYS", "*"});
  EXPECT_THAT(key, ::testing::MatchesRegex("omni:.[0-9a-f]*."));
  EXPECT_EQ(key.size(), std::string("omni:{}").size() + 32);
  EXPECT_THAT(key, Not(HasSubstr("1555")));
  EXPECT_EQ(key.front(), 'o');
  EXPECT_EQ(key.back(), '}');
}

TEST(RedisStore, SpeaksThroughAUnixSocket) {
  const RedisServer server;
  RedisOptions options = OptionsFor(server);
  options.unix_socket = server.socket();
  options.port = 1;
  EXPECT_THAT(Begin(*OpenStore(std::move(options)), "k"), IsOk());
}

TEST(RedisStore, SaysWhoItIs) {
  RedisServer server({"--requirepass", "default-secret", "--user", "omni", "on", ">user-secret",
                      "~omni:*", "-@all", "+eval", "+evalsha", "+script|load", "+select", "+get",
                      "+set", "+del"});
  EXPECT_THAT(Begin(*OpenStore(OptionsFor(server)), "k"), IsUnavailable());
  RedisOptions options = OptionsFor(server);
  options.password = Secret("default-secret");
  EXPECT_THAT(Begin(*OpenStore(std::move(options)), "k"), IsOk());
  options = OptionsFor(server);
  options.user = "omni";
  options.password = Secret("user-secret");
  EXPECT_THAT(Begin(*OpenStore(std::move(options)), "k"), IsOk());
  options = OptionsFor(server);
  options.user = "omni";
  options.password = Secret("wrong-secret");
  const auto refused = Begin(*OpenStore(std::move(options)), "k");
  EXPECT_THAT(refused, IsUnavailable());
  EXPECT_THAT(std::string(refused.status().message()), Not(HasSubstr("secret")));
}

TEST(RedisStore, OutOfReachIsUnavailableAtOnceAndNeverNew) {
  RedisServer server;
  const auto store = OpenStore(OptionsFor(server));
  ASSERT_THAT(Begin(*store, "k"), IsOk());
  server.Kill();
  const auto claim = Begin(*store, "k");
  EXPECT_THAT(claim, IsUnavailable());
  EXPECT_EQ(GetErrorDetail(claim.status()).reason, "redis_unavailable");
  EXPECT_EQ(GetErrorDetail(claim.status()).http_status, 503);
  const std::vector<IdempotencyStore::Held> held = {{"k", 1}};
  EXPECT_THAT(store->Complete({.claims = held}), IsUnavailable());
  EXPECT_THAT(store->Abandon({.claims = held}), IsUnavailable());
  ASSERT_TRUE(server.Start());
  ASSERT_TRUE(Eventually([&] { return Begin(*store, "k").ok(); }));
  EXPECT_EQ(*StateOf(*store, "k"), ClaimState::kInFlight) << "the server keeps what it was told";
}

TEST(RedisStore, AServerThatHangsIsUnavailableAfterTheCallsTime) {
  RedisServer server;
  RedisOptions options = OptionsFor(server);
  options.call_timeout = absl::Milliseconds(100);
  const auto store = OpenStore(std::move(options));
  ASSERT_TRUE(Eventually([&] { return Begin(*store, "warm").ok(); }));
  EXPECT_EQ(server.Ask({"CLIENT", "PAUSE", "400", "ALL"}), "OK");
  EXPECT_THAT(Begin(*store, "k"), IsUnavailable());
  // The claim that came through after all is abandoned, or ends by its lease.
  EXPECT_TRUE(Eventually([&] { return Begin(*store, "other").ok(); }));
}

TEST(RedisStore, KnowsItsScriptsAgainWhenRedisHasForgottenThem) {
  const RedisServer server;
  const auto store = OpenStore(OptionsFor(server));
  const auto claim = Begin(*store, "k");
  ASSERT_THAT(claim, IsOk());
  EXPECT_EQ(server.Ask({"SCRIPT", "FLUSH"}), "OK");
  EXPECT_THAT(Complete(*store, "k", *claim), IsOk());
  EXPECT_EQ(*StateOf(*store, "k"), ClaimState::kDone);
  EXPECT_EQ(*StateOf(*store, "l"), ClaimState::kNew);
}

TEST(RedisStore, NeverQuotesThePassword) {
  // It knows no AUTH, and says which words it did not understand.
  RedisServer server({"--rename-command", "AUTH", "HIDDEN"});
  RedisOptions options = OptionsFor(server);
  options.password = Secret("hush-hush");
  const auto refused = Begin(*OpenStore(std::move(options)), "k");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("ERR")));
  EXPECT_THAT(std::string(refused.status().message()), Not(HasSubstr("hush")));
}

TEST(RedisStore, TheEndOfAClaimIsNotWaitedFor) {
  const RedisServer server;
  const auto store = OpenStore(OptionsFor(server));
  const auto claim = Begin(*store, "k");
  ASSERT_THAT(claim, IsOk());
  EXPECT_EQ(server.Ask({"CLIENT", "PAUSE", "600000", "WRITE"}), "OK");
  EXPECT_THAT(Complete(*store, "k", *claim), IsOk());
  EXPECT_EQ(server.Ask({"CLIENT", "UNPAUSE"}), "OK");
  EXPECT_EQ(*StateOf(*store, "k"), ClaimState::kDone);
}

TEST(RedisStore, ClosingItTellsRedisWhatIsLeft) {
  const RedisServer server;
  auto store = OpenStore(OptionsFor(server));
  constexpr int kClaims = 200;
  for (int i = 0; i < kClaims; ++i) {
    const std::string key = std::to_string(i);
    const auto claim = Begin(*store, key);
    ASSERT_THAT(claim, IsOk());
    ASSERT_THAT(Complete(*store, key, *claim), IsOk());
  }
  store.reset();
  store = OpenStore(OptionsFor(server));
  EXPECT_EQ(*StateOf(*store, std::to_string(kClaims - 1)), ClaimState::kDone);
}

TEST(RedisStore, LeavesAServerThatIsNotTheMasterAnyMore) {
  const RedisServer server;
  const auto store = OpenStore(OptionsFor(server));
  ASSERT_THAT(Begin(*store, "warm"), IsOk());
  EXPECT_EQ(server.Ask({"REPLICAOF", "127.0.0.1", "1"}), "OK");
  std::future<absl::StatusOr<ClaimState>> state =
      std::async(std::launch::async, [&] { return StateOf(*store, "k"); });
  // Over more than one connection.
  EXPECT_TRUE(Eventually([&] {
    const std::string errors = server.Ask({"INFO", "errorstats"});
    return errors.find("errorstat_READONLY:count=") != errors.npos &&
           errors.find("errorstat_READONLY:count=1\r") == errors.npos;
  }));
  EXPECT_EQ(server.Ask({"REPLICAOF", "NO", "ONE"}), "OK");
  const auto claimed = state.get();
  ASSERT_THAT(claimed, IsOk());
  EXPECT_EQ(*claimed, ClaimState::kNew);
}

TEST(RedisStore, RefusesWhatIsTooMuch) {
  const RedisServer server;
  RedisOptions options = OptionsFor(server);
  options.max_pending = 2;
  const auto store = OpenStore(std::move(options));
  EXPECT_THAT(ClaimKeys(*store, {"a", "b", "c"}), IsUnavailable());
  EXPECT_EQ(*StateOf(*store, "a"), ClaimState::kNew);
}

TEST(RedisStore, IsSetUpAsTheGuideShows) {
  Gateway::Builder builder;
  EXPECT_THAT(AddClaims({.reference = "secret"}, *MakeLiteralSecrets(), builder), IsOk());
}

TEST(RedisStore, WrongOptionsAreRefused) {
  const auto refuses = [](RedisOptions options) {
    return absl::IsInvalidArgument(MakeRedisIdempotencyStore(std::move(options)).status());
  };
  RedisOptions options;
  options.port = 0;
  EXPECT_TRUE(refuses(std::move(options)));
  options = {};
  options.prefix = "{a}";
  EXPECT_TRUE(refuses(std::move(options)));
  options = {};
  options.user = "u";
  EXPECT_TRUE(refuses(std::move(options)));
  options = {};
  options.call_timeout = absl::ZeroDuration();
  EXPECT_TRUE(refuses(std::move(options)));
}

/// Gateways that claim and complete keys of one list, each as far as it can.
///
/// Thread safety: thread-safe.
class Load {
 public:
  Load(std::shared_ptr<IdempotencyStore> store, int threads) : store_(std::move(store)) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this, i] { Run(i); });
  }
  ~Load() { Stop(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void Stop() {
    stopping_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  [[nodiscard]] int completed() const { return completed_; }
  [[nodiscard]] int failed() const { return failed_; }
  [[nodiscard]] std::set<std::string> done() {
    std::lock_guard lock(mutex_);
    return done_;
  }

 private:
  void Run(int thread) {
    for (int i = 0; !stopping_; ++i) {
      const std::string key = std::to_string(thread) + "/" + std::to_string(i);
      const auto claim = Begin(*store_, key);
      if (!claim.ok() || !Complete(*store_, key, *claim).ok()) {
        ++failed_;
        std::this_thread::yield();
        continue;
      }
      EXPECT_EQ(claim->state, ClaimState::kNew) << key;
      ++completed_;
      std::lock_guard lock(mutex_);
      done_.insert(key);
    }
  }

  const std::shared_ptr<IdempotencyStore> store_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> completed_ = 0;
  std::atomic<int> failed_ = 0;
  std::mutex mutex_;
  std::set<std::string> done_;
  std::vector<std::thread> threads_;
};

TEST(RedisStore, WhatWasCompletedIsNeverNewHoweverOftenRedisIsKilled) {
  RedisServer server;
  const auto store = OpenStore(OptionsFor(server));
  Load load(store, 8);
  for (int round = 0; round < 3; ++round) {
    const int before = load.completed();
    ASSERT_TRUE(Eventually([&] { return load.completed() > before + 100; }));
    const int failed = load.failed();
    server.Kill();
    ASSERT_TRUE(Eventually([&] { return load.failed() > failed; }));
    ASSERT_TRUE(server.Start());
  }
  const int before = load.completed();
  ASSERT_TRUE(Eventually([&] { return load.completed() > before + 100; }));
  load.Stop();
  const auto done = load.done();
  std::size_t in_flight = 0;
  for (const std::string& key : done) {
    const auto state = StateOf(*store, key);
    ASSERT_THAT(state, IsOk());
    ASSERT_NE(*state, ClaimState::kNew) << key;
    if (*state == ClaimState::kInFlight) ++in_flight;
  }
  // Each thread may have told one that was on its way at a kill.
  EXPECT_LE(in_flight, 3u * 8u);
  std::printf("3 kills, %zu completed, %zu in flight still, 0 forgotten\n", done.size(), in_flight);
}

TEST(RedisStore, ACutConnectionCostsNoCall) {
  const RedisServer server;
  const auto store = OpenStore(OptionsFor(server));
  Load load(store, 4);
  for (int cut = 0; cut < 10; ++cut) {
    const int before = load.completed();
    ASSERT_TRUE(Eventually([&] { return load.completed() > before + 20; }));
    server.Ask({"CLIENT", "KILL", "TYPE", "normal"});
  }
  const int before = load.completed();
  ASSERT_TRUE(Eventually([&] { return load.completed() > before + 20; }));
  load.Stop();
  EXPECT_EQ(load.failed(), 0);
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
