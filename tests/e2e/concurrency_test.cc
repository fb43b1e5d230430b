/// \file
/// One gateway, the real adapters, many threads: for ThreadSanitizer above all.

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "e2e/real_gateway.h"
#include "omni/codec.h"

namespace omni::testing {
namespace {

TEST(ConcurrencyTest, EveryEventIsEnqueuedOnceHoweverOftenItIsDelivered) {
  const std::unique_ptr<RealGateway> real = RealGateway::Open();
  ASSERT_NE(real, nullptr);
  constexpr int kThreads = 8;
  constexpr int kMessages = 200;
  std::atomic<int> answers = 0;
  std::atomic<int> unexpected = 0;

  // Every thread delivers every message of both carriers, each starting somewhere else. A 503 says
  // that another thread is at it: deliver again, as the carrier would.
  const auto deliver_all = [&](int thread) {
    for (int i = 0; i < kMessages; ++i) {
      const std::string id = std::to_string((i + thread * kMessages / kThreads) % kMessages);
      for (const WebhookRequest& request : {WhatsAppText("wamid." + id), TwilioText("SM" + id)}) {
        int status = 0;
        do {
          real->gateway->Handle(request, [&](HttpResponse response) {
            status = response.status;
            ++answers;
          });
        } while (status == 503);
        if (status != 200) ++unexpected;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back(deliver_all, thread);
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(unexpected, 0);
  EXPECT_GE(answers, kThreads * kMessages * 2);
  std::set<std::string> keys;
  for (const Envelope& envelope : real->sink->accepted()) {
    EXPECT_TRUE(keys.insert(envelope.dedupe_key).second) << envelope.dedupe_key;
  }
  EXPECT_EQ(keys.size(), static_cast<std::size_t>(2 * kMessages));
}

/// Delivers until it is answered with something else than 503, as a carrier does.
int DeliverUntilTaken(Gateway& gateway, const WebhookRequest& request) {
  int status = 0;
  do {
    gateway.Handle(request, [&](const HttpResponse& response) { status = response.status; });
  } while (status == 503);
  return status;
}

TEST(ConcurrencyTest, PartsThatArriveTogetherAreJoinedOnce) {
  const std::unique_ptr<RealGateway> real = RealGateway::Open();
  ASSERT_NE(real, nullptr);
  constexpr int kThreads = 6;
  constexpr int kMessages = 60;
  constexpr int kParts = 4;
  std::atomic<int> unexpected = 0;
  std::atomic<bool> stop = false;

  // Every thread delivers every part of every message, in an order of its own, while a sweep looks
  // for what is due.
  const auto deliver_all = [&](int thread) {
    for (int i = 0; i < kMessages * kParts; ++i) {
      const int part = (i + thread * 7) % (kMessages * kParts);
      const int number = (part + thread) % kParts + 1;
      const int status =
          DeliverUntilTaken(*real->gateway, BandwidthPart(part / kParts, number, kParts));
      if (status != 200) ++unexpected;
    }
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back(deliver_all, thread);
  std::thread sweeper([&] {
    while (!stop) {
      real->gateway->DeliverDueFragments([&](const absl::StatusOr<std::size_t>& delivered) {
        if (!delivered.ok()) ++unexpected;
      });
    }
  });
  for (std::thread& thread : threads) thread.join();
  stop = true;
  sweeper.join();

  // Whatever was taken for a part of another message would come out now.
  real->clock->Advance(absl::Hours(1));
  real->gateway->DeliverDueFragments([](const absl::StatusOr<std::size_t>&) {});
  EXPECT_EQ(unexpected, 0);
  std::multiset<std::string> texts;
  for (const Envelope& envelope : real->sink->accepted()) {
    const auto event = EventFromJson(envelope.body);
    ASSERT_TRUE(event.ok()) << event.status();
    texts.insert(event->message->text);
  }
  EXPECT_EQ(texts.count("1234"), static_cast<std::size_t>(kMessages));
  EXPECT_EQ(texts.size(), static_cast<std::size_t>(kMessages));
}

}  // namespace
}  // namespace omni::testing
