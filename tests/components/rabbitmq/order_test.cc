/// \file
/// Order within conversations, and what a producer was told before it was killed.
///
/// OMNI_ORDER_EVENTS: how many events, of a hundred for each conversation. OMNI_KILL_ROUNDS: how
/// often a producer is killed; tests/kill/run asks for more than the suite does.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <random>
#include <semaphore>
#include <thread>
#include <tuple>

#include "components/rabbitmq/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

int FromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

constexpr int kProducers = 4;
constexpr int kEach = 100;  ///< events of a conversation

/// Enqueues the events of every kProducers-th conversation, many at a time.
void Produce(QueueSink& sink, const std::string& queue, int producer, int conversations) {
  std::counting_semaphore<> room(400);
  for (int i = 1; i <= kEach; ++i) {
    for (int group = producer; group < conversations; group += kProducers) {
      room.acquire();
      const std::string name = std::to_string(group);
      sink.Enqueue({.envelopes = {MakeEnvelope(queue, name + "/" + std::to_string(i), name)}},
                   [&room](const Settlement& settlement) {
                     EXPECT_THAT(settlement.outcomes.at(0), IsOk());
                     room.release();
                   });
    }
  }
  for (int i = 0; i < 400; ++i) room.acquire();
}

/// What consumers saw of each conversation.
struct Seen {
  explicit Seen(int conversations) : last(static_cast<std::size_t>(conversations)) {}
  std::vector<std::atomic<int>> last;
  std::atomic<int> count = 0;
  std::atomic<int> inversions = 0;
  std::atomic<int> repeated = 0;
};

void Consume(QueueSource& source, const std::string& queue, int events, Seen& seen) {
  const absl::Time end = absl::Now() + kPatience + absl::Milliseconds(5) * events;
  while (seen.count < events && absl::Now() < end) {
    auto deliveries = source.Lease({.queue = queue, .limit = 50, .wait = absl::Milliseconds(100)});
    if (!deliveries.ok()) continue;
    std::vector<std::string> receipts;
    for (Delivery& delivery : *deliveries) {
      const std::string& key = delivery.envelope.dedupe_key;
      const auto group = static_cast<std::size_t>(std::stoi(key));
      const int number = std::stoi(key.substr(key.find('/') + 1));
      if (number == 0) {
        receipts.push_back(std::move(delivery.receipt));
        continue;
      }
      const int last = seen.last[group].exchange(number);
      if (number == last) {
        ++seen.repeated;
      } else {
        if (number != last + 1) ++seen.inversions;
        ++seen.count;
      }
      receipts.push_back(std::move(delivery.receipt));
    }
    EXPECT_THAT(source.Ack({.receipts = receipts}), IsOk());
  }
}

TEST(RabbitMqOrderTest, HoldsWithinEveryConversation) {
  const int events = FromEnvironment("OMNI_ORDER_EVENTS", 20'000);
  const int conversations = events / kEach;
  const std::string queue = "acme:order:inbound";
  const auto options = [] {
    RabbitMqOptions some = Options();
    some.prefetch = 1000;
    return some;
  };
  const RabbitMq first = Open(options());
  const RabbitMq second = Open(options());  // stands by
  // Three connections declare the queue; one of them may find it before it can take anything.
  const absl::Time ready = absl::Now() + kPatience;
  while (!Enqueue(*first.sink, MakeEnvelope(queue, "0/0", "0")).ok()) {
    ASSERT_LT(absl::Now(), ready);
  }
  Seen seen(conversations);
  const absl::Time begin = absl::Now();
  std::vector<std::thread> threads;
  for (int producer = 0; producer < kProducers; ++producer) {
    threads.emplace_back([&, producer] { Produce(*first.sink, queue, producer, conversations); });
  }
  for (int consumer = 0; consumer < 4; ++consumer) {
    QueueSource& source = consumer < 3 ? *first.source : *second.source;
    threads.emplace_back([&] { Consume(source, queue, events, seen); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(seen.count, events);
  EXPECT_EQ(seen.inversions, 0);
  std::printf("%d events of %d conversations in %.1f s, 0 out of order, %d more than once\n",
              events, conversations, absl::ToDoubleSeconds(absl::Now() - begin),
              seen.repeated.load());
}

[[noreturn]] void RunVictim(const std::string& queue, int pipe, int round) {
  const RabbitMq ports = Open(Options());
  std::vector<std::thread> threads;
  for (int producer = 0; producer < kProducers; ++producer) {
    threads.emplace_back([&, producer] {
      const std::string group = std::to_string(round) + "-" + std::to_string(producer);
      for (int i = 0;; ++i) {
        const std::string key = group + "/" + std::to_string(i);
        if (!Enqueue(*ports.sink, MakeEnvelope(queue, key, group)).ok()) _exit(3);
        const std::string line = key + "\n";
        if (write(pipe, line.data(), line.size()) < 0) _exit(2);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  _exit(4);
}

/// Kills the victim some time after it has told something; all that it has told.
void Watch(pid_t victim, int pipe, std::chrono::microseconds life, std::set<std::string>& told) {
  std::string text;
  char buffer[4096];
  std::thread killer;
  for (ssize_t count; (count = read(pipe, buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<std::size_t>(count));
    if (killer.joinable()) continue;
    killer = std::thread([victim, life] {
      std::this_thread::sleep_for(life);  // not to wait for anything: the moment is the point
      kill(victim, SIGKILL);
    });
  }
  if (killer.joinable()) killer.join();
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    told.insert(text.substr(begin, end - begin));
  }
}

TEST(RabbitMqKillTest, EverythingAcknowledgedIsThereHoweverOftenTheProducerIsKilled) {
  const std::string queue = "acme:victim:inbound";
  std::ignore = loopback::Broker::Shared();
  std::mt19937 random(std::random_device{}());
  std::set<std::string> told;
  Drained drained;
  const int rounds = FromEnvironment("OMNI_KILL_ROUNDS", 3);
  for (int round = 0; round < rounds; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t victim = fork();
    ASSERT_GE(victim, 0);
    if (victim == 0) {
      close(ends[0]);
      RunVictim(queue, ends[1], round);
    }
    close(ends[1]);
    Watch(victim, ends[0], std::chrono::microseconds(random() % 200'000), told);
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(victim, &status, 0), victim);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it was not we who ended it: " << WEXITSTATUS(status);
    const RabbitMq ports = Open(Options());
    Drain(*ports.source, queue, told, drained);
  }
  ExpectOrder(drained.keys);
  EXPECT_GT(told.size(), 0u);
  std::printf("%d rounds, %zu acknowledged, 0 lost, %zu there more than once\n", rounds,
              told.size(), drained.repeated.size());
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
