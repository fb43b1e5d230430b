/// \file
/// One gateway, the real adapters, many threads: for ThreadSanitizer above all.

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "e2e/real_gateway.h"

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

}  // namespace
}  // namespace omni::testing
