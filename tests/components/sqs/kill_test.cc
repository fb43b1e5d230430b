/// \file
/// kill -9: a process enqueues and consumes under load and tells through a pipe what it was
/// promised; it is killed at a random moment; what it had told of is in the queue, or was consumed.
/// Once, in a FIFO queue; in a standard one at least once.
///
/// OMNI_KILL_ROUNDS: how often; tests/kill/run asks for more than the suite does.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>

#include "components/sqs/harness.h"

namespace omni::sqs_test {
namespace {

constexpr int kProducers = 8;
// What a killed consumer had leased comes back after that.
constexpr absl::Duration kVisibility = absl::Seconds(1);

/// One line, short enough to be written at once: `+` accepted, `-` about to be acknowledged.
void Tell(int pipe, char what, const std::string& key) {
  const std::string line = what + key + "\n";
  if (write(pipe, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(2);
}

int Rounds() {
  const char* const rounds = std::getenv("OMNI_KILL_ROUNDS");
  return rounds == nullptr ? 3 : std::atoi(rounds);
}

class SqsKillTest : public SqsTest {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "ThreadSanitizer starts no threads after a fork";
#endif
  }

  void Produce(QueueSink& sink, int pipe, const std::string& prefix) {
    for (int i = 0;; ++i) {
      const std::string key = prefix + std::to_string(i);
      if (Put(sink, Make(key, prefix)).ok()) Tell(pipe, '+', key);
    }
  }
  void Consume(QueueSource& source, int pipe) {
    while (true) {
      auto deliveries = source.Lease(
          {.queue = queue_, .limit = 4, .visibility = kVisibility, .wait = absl::Seconds(1)});
      if (!deliveries.ok()) continue;
      for (const Delivery& delivery : *deliveries) {
        // Told before: once acknowledged it may be gone, whether or not we live to say so.
        Tell(pipe, '-', delivery.envelope.dedupe_key);
        const std::vector<std::string> receipts = {delivery.receipt};
        source.Ack({.receipts = receipts}).IgnoreError();
      }
    }
  }
  [[noreturn]] void RunVictim(const SqsOptions& options, int pipe, int round) {
    const SqsQueue queue = Open(options);
    if (!queue.sink) _exit(3);
    std::vector<std::thread> threads;
    for (int i = 0; i < kProducers; ++i) {
      threads.emplace_back([&, i] {
        Produce(*queue.sink, pipe, std::to_string(round) + "/" + std::to_string(i) + "/");
      });
    }
    threads.emplace_back([&] { Consume(*queue.source, pipe); });
    for (std::thread& thread : threads) thread.join();
    _exit(4);
  }

  /// Reads what the victim says; kills it some time after its first word.
  void Watch(pid_t victim, int pipe, std::chrono::microseconds life) {
    std::string text;
    std::array<char, 65536> buffer;
    std::thread killer;
    while (true) {
      const ssize_t count = read(pipe, buffer.data(), buffer.size());
      if (count <= 0) break;
      text.append(buffer.data(), static_cast<std::size_t>(count));
      if (killer.joinable()) continue;
      killer = std::thread([victim, life] {
        std::this_thread::sleep_for(life);  // not to wait for anything: the moment is the point
        kill(victim, SIGKILL);
      });
    }
    if (killer.joinable()) killer.join();
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
      auto& keys = text[begin] == '+' ? accepted_ : perhaps_consumed_;
      keys.insert(text.substr(begin + 1, end - begin - 1));
    }
  }

  void Run(bool is_fifo) {
    SqsOptions options = Options();
    options.fifo = is_fifo;
    options.max_attempts = 1000;  // those whose consumer dies again and again are no dead letters
    std::mt19937 random(std::random_device{}());
    const int rounds = Rounds();
    for (int round = 0; round < rounds; ++round) {
      int ends[2];
      ASSERT_EQ(pipe(ends), 0);
      const pid_t victim = fork();
      ASSERT_GE(victim, 0);
      if (victim == 0) {
        close(ends[0]);
        RunVictim(options, ends[1], round);
      }
      close(ends[1]);
      Watch(victim, ends[0], std::chrono::microseconds(random() % 200'000));
      close(ends[0]);
      int status = 0;
      ASSERT_EQ(waitpid(victim, &status, 0), victim);
      ASSERT_TRUE(WIFSIGNALED(status)) << "it was not we who ended it: " << WEXITSTATUS(status);
    }
    CheckAll(options, rounds);
  }

  void CheckAll(const SqsOptions& options, int rounds) {
    const SqsQueue queue = Open(options);
    std::multiset<std::string> left;
    // Long enough for the loans of the dead to end.
    for (const Delivery& delivery : Drain(*queue.source, queue_, kVisibility * 3)) {
      left.insert(delivery.envelope.dedupe_key);
    }
    std::size_t lost = 0;
    std::size_t twice = 0;
    for (const std::string& key : accepted_) {
      lost += left.contains(key) || perhaps_consumed_.contains(key) ? 0 : 1;
      twice += left.count(key) > 1 ? 1 : 0;
    }
    EXPECT_GT(accepted_.size(), 0u);
    EXPECT_EQ(lost, 0u);
    if (options.fifo) {
      EXPECT_EQ(twice, 0u);
    }
    std::printf("%s: %d rounds, %zu acknowledged, %zu lost, %zu twice\n",
                options.fifo ? "FIFO" : "standard", rounds, accepted_.size(), lost, twice);
  }

  std::set<std::string> accepted_;
  std::set<std::string> perhaps_consumed_;
};

TEST_F(SqsKillTest, NothingAcknowledgedIsLostAndNothingIsThereTwice) { Run(true); }

TEST_F(SqsKillTest, AStandardQueueHasItAtLeastOnce) { Run(false); }

}  // namespace
}  // namespace omni::sqs_test
