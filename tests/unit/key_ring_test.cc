#include "omni/key_ring.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace omni {
namespace {

struct Derived {
  explicit Derived(std::string_view secret) : text(std::string(secret) + "!") { ++built; }
  ~Derived() { ++destroyed; }
  std::string text;
  static inline std::atomic<int> built = 0;
  static inline std::atomic<int> destroyed = 0;
};

struct OtherDerived {
  explicit OtherDerived(std::string_view secret) : size(secret.size()) {}
  std::size_t size;
};

TEST(KeyTest, PreparesOncePerTypeAndKeepsIt) {
  Derived::built = 0;
  Derived::destroyed = 0;
  {
    const Key key("authToken[0]", Secret("abc"));
    const Derived& first = key.Prepared<Derived>();
    EXPECT_EQ(first.text, "abc!");
    EXPECT_EQ(key.Prepared<OtherDerived>().size, 3U);
    EXPECT_EQ(&key.Prepared<Derived>(), &first);
    EXPECT_EQ(Derived::built, 1);
  }
  EXPECT_EQ(Derived::destroyed, 1);
}

TEST(KeyTest, ThreadsAgreeOnOneValue) {
  Derived::built = 0;
  Derived::destroyed = 0;
  {
    const Key key("k", Secret("abc"));
    std::vector<const Derived*> seen(8);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      threads.emplace_back([&key, &seen, i] { seen[i] = &key.Prepared<Derived>(); });
    }
    for (std::thread& thread : threads) thread.join();
    for (const Derived* one : seen) EXPECT_EQ(one, seen[0]);
  }
  EXPECT_EQ(Derived::built, Derived::destroyed) << "the losers of the race leak";
}

TEST(KeyRingTest, NamesKeysByPosition) {
  const KeyRing ring = KeyRing::Of("appSecret", {"new", "old"});
  ASSERT_EQ(ring.size(), 2U);
  EXPECT_EQ(ring.keys()[0]->id(), "appSecret[0]");
  EXPECT_EQ(ring.keys()[0]->secret().Reveal(), "new");
  EXPECT_EQ(ring.keys()[1]->id(), "appSecret[1]");
  EXPECT_TRUE(KeyRing().empty());
  EXPECT_TRUE(KeyRing().keys().empty());
}

TEST(KeySetTest, FindsRingsByName) {
  KeySet keys;
  EXPECT_TRUE(keys.empty());
  EXPECT_TRUE(keys.Ring("none").empty());
  keys.Set("a", KeyRing());
  EXPECT_TRUE(keys.empty());
  keys.Set("a", KeyRing::Of("a", {"1"}));
  keys.Set("b", KeyRing::Of("b", {"2", "3"}));
  EXPECT_FALSE(keys.empty());
  EXPECT_EQ(keys.Ring("a").size(), 1U);
  EXPECT_EQ(keys.Ring("b").size(), 2U);
}

}  // namespace
}  // namespace omni
