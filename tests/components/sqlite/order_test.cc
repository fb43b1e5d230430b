/// \file
/// Many conversations, several producers, several consumers: each conversation is consumed in its
/// order, every event once.
///
/// OMNI_ORDER_EVENTS: how many events, a hundred to a conversation; a million takes minutes.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>

#include "components/sqlite/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

constexpr std::size_t kProducers = 4;
constexpr std::size_t kConsumers = 3;
constexpr std::size_t kEach = 100;  ///< events of a conversation
constexpr std::size_t kBatch = 50;

std::size_t Conversations() {
  const char* events = std::getenv("OMNI_ORDER_EVENTS");
  const std::size_t count = events == nullptr ? 20'000 : std::strtoull(events, nullptr, 10);
  return std::max<std::size_t>(kProducers, count / kEach);
}

/// `conversation/number`.
Envelope MakeEvent(std::size_t conversation, std::size_t number) {
  const std::string group = std::to_string(conversation);
  return MakeEnvelope(group + "/" + std::to_string(number), group);
}

/// The events of every conversation that is this producer's, in their order, the conversations
/// mixed.
void Produce(QueueSink& sink, std::size_t producer, std::size_t conversations) {
  Envelopes batch;
  const auto send = [&] {
    const std::size_t count = batch.size();
    const Settlement settlement = Enqueue(sink, std::exchange(batch, {}));
    ASSERT_EQ(settlement.outcomes.size(), count);
    for (const absl::Status& outcome : settlement.outcomes) ASSERT_THAT(outcome, IsOk());
  };
  for (std::size_t number = 0; number < kEach; ++number) {
    for (std::size_t i = producer; i < conversations; i += kProducers) {
      batch.push_back(MakeEvent(i, number));
      if (batch.size() == kBatch) send();
    }
  }
  send();
}

/// What the consumers have seen.
struct Tally {
  explicit Tally(std::size_t conversations) : next(conversations) {}

  std::vector<std::atomic<std::size_t>> next;  ///< of each conversation
  std::atomic<std::size_t> consumed = 0;
  std::atomic<std::size_t> inversions = 0;
};

void Consume(QueueSource& source, Tally& tally, std::size_t total) {
  while (tally.consumed < total) {
    const auto deliveries =
        source.Lease({.queue = "acme:sms:inbound", .limit = 200, .wait = absl::Milliseconds(20)});
    ASSERT_THAT(deliveries, IsOk());
    std::vector<std::string> receipts;
    for (const Delivery& delivery : *deliveries) {
      const std::string& key = delivery.envelope.dedupe_key;
      const std::size_t number = std::stoull(key.substr(key.find('/') + 1));
      auto& next = tally.next[std::stoull(delivery.envelope.group)];
      if (next.exchange(number + 1) != number) ++tally.inversions;
      receipts.push_back(delivery.receipt);
    }
    ASSERT_THAT(source.Ack({.receipts = receipts}), IsOk());
    tally.consumed += receipts.size();
  }
}

TEST(SqliteOrderTest, EachConversationIsConsumedInItsOrder) {
  const TemporaryDirectory directory;
  auto store = OpenSqlite({.path = directory.File("order.db")});
  ASSERT_THAT(store, IsOk());
  const std::size_t conversations = Conversations();
  const std::size_t total = conversations * kEach;
  Tally tally(conversations);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kProducers; ++i) {
    threads.emplace_back([&, i] { Produce(*store->sink, i, conversations); });
  }
  for (std::size_t i = 0; i < kConsumers; ++i) {
    threads.emplace_back([&] { Consume(*store->source, tally, total); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(tally.consumed, total);
  EXPECT_EQ(tally.inversions, 0u);
  for (const auto& next : tally.next) ASSERT_EQ(next, kEach);
  std::printf("%zu events, %zu conversations, %zu inversions\n", total, conversations,
              tally.inversions.load());
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
