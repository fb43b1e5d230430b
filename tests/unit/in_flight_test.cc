#include "gateway/in_flight.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace omni::inline v0_1 {
namespace internal {
namespace {

using Ticket = InFlight::Ticket;

constexpr absl::Duration kLong = absl::Minutes(5);

TEST(InFlightTest, LetsNoneInOnceItIsClosed) {
  InFlight counter;
  EXPECT_TRUE(Ticket(counter));
  counter.Close();
  EXPECT_FALSE(Ticket(counter));
  EXPECT_TRUE(counter.WaitUntilIdle(absl::ZeroDuration()));
}

TEST(InFlightTest, WaitsForTheLastRequest) {
  InFlight counter;
  std::optional<Ticket> one(std::in_place, counter);
  std::optional<Ticket> other(std::in_place, counter);
  counter.Close();
  EXPECT_FALSE(counter.WaitUntilIdle(absl::ZeroDuration()));
  one.reset();
  EXPECT_FALSE(counter.WaitUntilIdle(absl::Milliseconds(1)));
  std::thread leaver([&] { other.reset(); });
  EXPECT_TRUE(counter.WaitUntilIdle(kLong));
  leaver.join();
}

TEST(InFlightTest, ATicketMayOutliveTheCounter) {
  auto counter = std::make_unique<InFlight>();
  Ticket ticket(*counter);
  counter->Close();
  counter.reset();
  EXPECT_TRUE(ticket);
}

TEST(InFlightTest, NobodyIsInsideAfterTheWait) {
  // More threads than there are lanes.
  constexpr int kThreads = 20;
  for (int round = 0; round < 20; ++round) {
    InFlight counter;
    std::atomic<int> inside = 0;
    std::atomic<int> entries = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        while (true) {
          const Ticket ticket(counter);
          if (!ticket) return;
          ++inside;
          ++entries;
          --inside;
        }
      });
    }
    while (entries == 0) std::this_thread::yield();
    counter.Close();
    EXPECT_TRUE(counter.WaitUntilIdle(kLong));
    EXPECT_EQ(inside, 0);
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace internal
}  // namespace omni::inline v0_1
