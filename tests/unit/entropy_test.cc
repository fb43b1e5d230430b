#include "omni/ports/entropy.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

namespace omni::inline v0_1 {
namespace testing {
namespace {

/// As many random bytes as an id takes.
using Id = std::array<std::uint8_t, 10>;

std::vector<Id> MakeIds(Entropy& entropy, std::size_t count) {
  std::vector<Id> ids(count);
  for (Id& id : ids) entropy.Fill(id);
  return ids;
}

TEST(SystemEntropyTest, AForkedChildDoesNotRepeatItsParent) {
  // Less than a stock, so that parent and child would go on with the same bytes.
  constexpr std::size_t kIds = 20;
  const auto entropy = MakeSystemEntropy();
  MakeIds(*entropy, 1);
  std::array<int, 2> pipe_ends = {};
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::vector<Id> ids = MakeIds(*entropy, kIds);
    const auto size = static_cast<ssize_t>(kIds * sizeof(Id));
    _exit(write(pipe_ends[1], ids.data(), kIds * sizeof(Id)) == size ? 0 : 1);
  }
  close(pipe_ends[1]);
  std::vector<Id> theirs(kIds);
  const ssize_t got = read(pipe_ends[0], theirs.data(), kIds * sizeof(Id));
  close(pipe_ends[0]);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  ASSERT_EQ(got, static_cast<ssize_t>(kIds * sizeof(Id)));

  std::set<Id> all(theirs.begin(), theirs.end());
  for (const Id& id : MakeIds(*entropy, kIds)) all.insert(id);
  EXPECT_EQ(all.size(), 2 * kIds);
}

TEST(SystemEntropyTest, ThreadsDoNotGetTheSameIds) {
  // More threads than there are stocks, so that some find theirs taken.
  constexpr std::size_t kThreads = 20;
  constexpr std::size_t kIds = 2000;
  const auto entropy = MakeSystemEntropy();
  std::vector<std::vector<Id>> ids(kThreads);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] { ids[i] = MakeIds(*entropy, kIds); });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<Id> all;
  for (const auto& some : ids) all.insert(some.begin(), some.end());
  EXPECT_EQ(all.size(), kThreads * kIds);
}

TEST(SystemEntropyTest, FillsWhatIsLargerThanItsStock) {
  const auto entropy = MakeSystemEntropy();
  for (const std::size_t size : {0U, 1U, 63U, 64U, 65U, 504U, 505U, 4096U, 1U << 20}) {
    // Of 64 bytes, a generator leaves all of them zero in no test that anybody lives to see.
    std::vector<std::uint8_t> bytes(size);
    entropy->Fill(bytes);
    for (std::size_t at = 0; at + 64 <= size; at += 64) {
      const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
      ASSERT_TRUE(std::any_of(begin, begin + 64, [](std::uint8_t byte) { return byte != 0; }))
          << size << " " << at;
    }
  }
}

TEST(SystemEntropyTest, EveryBitIsSetHalfOfTheTime) {
  constexpr std::size_t kIds = 10'000;
  const auto entropy = MakeSystemEntropy();
  std::array<std::size_t, 80> set = {};
  for (const Id& id : MakeIds(*entropy, kIds)) {
    for (std::size_t bit = 0; bit < set.size(); ++bit) set[bit] += id[bit / 8] >> (bit % 8) & 1U;
  }
  // Ten deviations to each side.
  for (const std::size_t count : set) {
    EXPECT_GT(count, kIds / 2 - 500);
    EXPECT_LT(count, kIds / 2 + 500);
  }
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
