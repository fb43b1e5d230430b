#include "components/memory/done_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <vector>

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kUnbounded = 1'000'000;
constexpr std::uint64_t kAll = ~std::uint64_t{0};

/// The part of a digest that the table keeps.
constexpr int kIgnoredBits = 54;

using Random = std::mt19937_64;
using MakeKey = std::function<Fingerprint(Random&)>;

/// What the table ought to know.
class Model {
 public:
  void Add(const Fingerprint& key, std::uint64_t expires) { expiries_[Kept(key)] = expires; }
  [[nodiscard]] bool Contains(const Fingerprint& key, std::uint64_t now) const {
    const auto found = expiries_.find(Kept(key));
    return found != expiries_.end() && found->second > now;
  }
  [[nodiscard]] const std::map<Fingerprint, std::uint64_t>& expiries() const { return expiries_; }

 private:
  static Fingerprint Kept(Fingerprint key) {
    key.low = key.low >> kIgnoredBits << kIgnoredBits;
    return key;
  }
  std::map<Fingerprint, std::uint64_t> expiries_;
};

/// Adds and looks up keys out of `make_key` while time passes; the table must say what the model
/// says.
void ExpectAgreement(std::uint64_t seed, const MakeKey& make_key) {
  Random random(seed);
  const auto below = [&random](std::uint64_t bound) { return random() % bound; };
  DoneTable table(kUnbounded);
  Model model;
  std::uint64_t now = 1'770'000'000'000;
  for (int step = 0; step < 30'000; ++step) {
    // Now and then nothing comes until nearly everything has expired.
    now += below(2000) == 0 ? 3000 : below(2);
    const Fingerprint key = make_key(random);
    if (below(3) == 0) {
      ASSERT_EQ(table.Contains(key, now), model.Contains(key, now)) << seed << " " << step;
    } else {
      const std::uint64_t expires = now + below(4) * below(1000);
      table.Add(key, expires, now);
      model.Add(key, expires);
    }
    if (step % 5000 != 0) continue;
    for (const auto& [known, expires] : model.expiries()) {
      ASSERT_EQ(table.Contains(known, now), expires > now) << seed << " " << step;
    }
  }
}

TEST(DoneTableTest, AgreesWithAModel) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    ExpectAgreement(seed,
                    [](Random& random) { return Fingerprint{.high = random(), .low = random()}; });
    ExpectAgreement(seed, [](Random& random) {
      return Fingerprint{.high = random() % 3000 << 52, .low = random()};
    });
  }
}

// Chance would not do that to a table, nor can anybody who does not know its key.
TEST(DoneTableTest, AgreesWithAModelWhereAllKeysBelongToTheLastSlot) {
  ExpectAgreement(1, [](Random& random) {
    return Fingerprint{.high = kAll - random() % 500, .low = random() << kIgnoredBits};
  });
  ExpectAgreement(2, [](Random& random) {
    return Fingerprint{.high = kAll, .low = kAll - (random() % 400 << kIgnoredBits)};
  });
}

TEST(DoneTableTest, AgreesWithAModelWhereKeysCrowd) {
  ExpectAgreement(1, [](Random& random) {
    const std::uint64_t crowd = random() % 4 << 62;
    return Fingerprint{.high = crowd + random() % 200, .low = random()};
  });
  ExpectAgreement(2, [](Random& random) {
    return Fingerprint{.high = random() % 2 == 0 ? 0 : random(), .low = random()};
  });
}

TEST(DoneTableTest, NeverKeepsMoreThanItMay) {
  for (const std::size_t most : {0U, 1U, 2U, 7U, 64U, 100U, 1000U}) {
    Random random(most);
    DoneTable table(most);
    for (std::uint64_t now = 0; now < 5000; ++now) {
      const Fingerprint key{.high = random(), .low = random()};
      table.Add(key, now + 1'000'000, now);
      ASSERT_LE(table.size(), most);
      ASSERT_EQ(table.Contains(key, now), most > 0);
    }
    EXPECT_GE(table.size(), most - most / 8);
  }
}

TEST(DoneTableTest, TheOldestMakeRoom) {
  constexpr std::size_t kMost = 1000;
  Random random(1);
  DoneTable table(kMost);
  std::vector<Fingerprint> keys;
  // Many at a time: what came first is the oldest nevertheless.
  constexpr std::uint64_t kNow = 1'770'000'000'000;
  for (std::size_t i = 0; i < 20 * kMost; ++i) {
    keys.push_back({.high = random(), .low = random()});
    table.Add(keys.back(), kNow + 1'000'000 + i / kMost, kNow + i / kMost);
  }
  const auto kept = [&](std::size_t from, std::size_t to) {
    return std::count_if(keys.end() - static_cast<std::ptrdiff_t>(from),
                         keys.end() - static_cast<std::ptrdiff_t>(to),
                         [&](const Fingerprint& key) { return table.Contains(key, kNow + 20); });
  };
  EXPECT_EQ(kept(kMost / 2, 0), kMost / 2);
  EXPECT_EQ(kept(20 * kMost, 2 * kMost), 0);
}

TEST(DoneTableTest, WhatHasExpiredGoesBeforeWhatHasNot) {
  constexpr std::size_t kMost = 1000;
  constexpr std::uint64_t kKeep = 900;
  Random random(1);
  DoneTable table(kMost);
  std::vector<Fingerprint> keys;
  for (std::uint64_t now = 0; now < 20 * kMost; ++now) {
    keys.push_back({.high = random(), .low = random()});
    table.Add(keys.back(), now + kKeep, now);
    if (now < kKeep) continue;
    // One that is about to expire, one of the middle.
    ASSERT_TRUE(table.Contains(keys[keys.size() - kKeep], now)) << now;
    ASSERT_TRUE(table.Contains(keys[keys.size() - kKeep / 2], now)) << now;
    ASSERT_FALSE(table.Contains(keys[keys.size() - kKeep - 1], now)) << now;
  }
}

// So few that all of them are looked at.
TEST(DoneTableTest, OfAFewTheOldestMakesRoom) {
  constexpr std::size_t kMost = 40;
  Random random(1);
  DoneTable table(kMost);
  std::vector<Fingerprint> keys;
  for (std::uint64_t now = 0; now < 50 * kMost; ++now) {
    keys.push_back({.high = random(), .low = random()});
    table.Add(keys.back(), now + 1'000'000, now);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      ASSERT_EQ(table.Contains(keys[i], now), i + kMost >= keys.size()) << now << " " << i;
    }
  }
}

// The hand has found nothing for long when the first of them expire.
TEST(DoneTableTest, ShortLivedKeysGoFirstInATableThatIsFullOfOthers) {
  constexpr std::size_t kMost = 4000;
  constexpr std::uint64_t kLong = 1'000'000'000;
  Random random(1);
  DoneTable table(kMost);
  const auto add = [&](std::uint64_t expires, std::uint64_t now) {
    const Fingerprint key{.high = random(), .low = random()};
    table.Add(key, expires, now);
    return key;
  };
  std::uint64_t now = 0;
  for (; now < 10 * kMost; ++now) add(now + kLong, now);
  std::vector<Fingerprint> kept;
  for (std::size_t i = 0; i < kMost / 4; ++i, ++now) kept.push_back(add(now + kLong, now));
  // More than the table holds, but nearly all of them have expired when the last ones come.
  for (std::size_t i = 0; i < 2 * kMost; ++i, ++now) add(now + kMost / 8, now);
  for (const Fingerprint& key : kept) ASSERT_TRUE(table.Contains(key, now));
  EXPECT_LE(table.size(), kMost);
}

TEST(DoneTableTest, ShrinksToWhatIsAskedFor) {
  Random random(1);
  DoneTable table(kUnbounded);
  std::vector<Fingerprint> keys;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    keys.push_back({.high = random(), .low = random()});
    table.Add(keys.back(), 10'000 + i, 0);
  }
  table.Shrink(1000, 0);
  EXPECT_LE(table.size(), 1000u);
  EXPECT_GT(table.size(), 990u);
  table.Shrink(10, 0);
  EXPECT_LE(table.size(), 10u);
  table.Shrink(0, 0);
  EXPECT_EQ(table.size(), 0u);
  for (const Fingerprint& key : keys) EXPECT_FALSE(table.Contains(key, 0));
}

TEST(DoneTableTest, TimesBeyondItsRangeAreItsLast) {
  DoneTable table(kUnbounded);
  const Fingerprint key{.high = kAll, .low = kAll};
  EXPECT_FALSE(table.Contains(key, 0));
  table.Add(key, kAll, 0);
  EXPECT_TRUE(table.Contains(key, 0));
  EXPECT_TRUE(table.Contains(key, kAll));
  EXPECT_FALSE(table.Contains({}, 0));
}

}  // namespace
}  // namespace internal
}  // namespace omni::inline v0_1
