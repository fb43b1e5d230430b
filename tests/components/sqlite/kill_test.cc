/// \file
/// kill -9: a process enqueues and consumes under load and tells through a pipe what it was
/// promised; it is killed at a random moment; everything that it had told of is there, once.
///
/// OMNI_KILL_ROUNDS: how often; tests/kill/run asks for more than the suite does.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "components/sqlite/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

constexpr int kProducers = 8;

/// One line: what happened to which key, or what a group had last. Short enough to be written at
/// once.
void Tell(int pipe, char what, const std::string& key) {
  const std::string line = what + key + "\n";
  if (write(pipe, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(2);
}

void Produce(QueueSink& sink, int pipe, const std::string& prefix) {
  for (int i = 0;; ++i) {
    const std::string key = prefix + std::to_string(i);
    const absl::Status status = Enqueue(sink, MakeEnvelope(key, prefix));
    if (!status.ok()) _exit(3);
    Tell(pipe, '+', key);
  }
}

void Consume(QueueSource& source, int pipe) {
  while (true) {
    auto deliveries =
        source.Lease({.queue = "acme:sms:inbound", .limit = 4, .wait = absl::Seconds(1)});
    if (!deliveries.ok()) _exit(4);
    for (const Delivery& delivery : *deliveries) {
      // Told before: once acknowledged it may be gone, whether or not we live to say so.
      Tell(pipe, '-', delivery.envelope.dedupe_key);
      const std::vector<std::string> receipts = {delivery.receipt};
      if (!source.Ack({.receipts = receipts}).ok()) _exit(5);
      Tell(pipe, 'x', delivery.envelope.dedupe_key);
    }
  }
}

[[noreturn]] void RunVictim(const std::string& path, int pipe, int round) {
  auto store = OpenSqlite({.path = path});
  if (!store.ok()) _exit(6);
  Tell(pipe, '!', "open");
  std::vector<std::thread> threads;
  for (int i = 0; i < kProducers; ++i) {
    threads.emplace_back([&, i] {
      Produce(*store->sink, pipe, std::to_string(round) + "/" + std::to_string(i) + "/");
    });
  }
  threads.emplace_back([&] { Consume(*store->source, pipe); });
  for (std::thread& thread : threads) thread.join();
  _exit(7);
}

/// What the victims told, of all rounds.
struct Told {
  std::set<std::string> accepted = {};
  std::set<std::string> perhaps_consumed = {};
  std::set<std::string> consumed = {};
};

/// Reads what the victim says; kills it some time after it has opened the file.
void Watch(pid_t victim, int pipe, std::chrono::microseconds life, Told& told) {
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
    const std::string key = text.substr(begin + 1, end - begin - 1);
    if (text[begin] == '+') told.accepted.insert(key);
    if (text[begin] == '-') told.perhaps_consumed.insert(key);
    if (text[begin] == 'x') told.consumed.insert(key);
  }
}

int Rounds() {
  const char* rounds = std::getenv("OMNI_KILL_ROUNDS");
  return rounds == nullptr ? 6 : std::atoi(rounds);
}

TEST(SqliteKillTest, EverythingAcknowledgedIsThereOnceHoweverOftenTheProcessIsKilled) {
  TemporaryDirectory directory;
  const std::string path = directory.File("killed.db");
  std::mt19937 random(std::random_device{}());
  Told told;
  std::set<std::string> consumed;
  std::size_t accepted_before = 0;
  const int rounds = Rounds();
  for (int round = 0; round < rounds; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t victim = fork();
    ASSERT_GE(victim, 0);
    if (victim == 0) {
      close(ends[0]);
      RunVictim(path, ends[1], round);
    }
    close(ends[1]);
    Watch(victim, ends[0], std::chrono::microseconds(random() % 60'000), told);
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(victim, &status, 0), victim);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it was not we who ended it: " << WEXITSTATUS(status);

    auto store = OpenSqlite({.path = path});
    ASSERT_THAT(store, IsOk());
    std::map<std::string, int> last;  // of each group
    for (const std::string& key : Drain(*store->source)) {
      ASSERT_TRUE(consumed.insert(key).second) << key << " is there twice";
      ASSERT_FALSE(told.consumed.contains(key)) << key << " was acknowledged and is there again";
      const std::size_t number = key.rfind('/') + 1;
      const int i = std::stoi(key.substr(number));
      const auto [group, is_first] = last.emplace(key.substr(0, number), i);
      ASSERT_TRUE(is_first || group->second < i) << key << " is out of order";
      group->second = i;
    }
    for (const std::string& key : told.accepted) {
      ASSERT_TRUE(consumed.contains(key) || told.perhaps_consumed.contains(key)) << key;
      // A redelivery by the carrier: it is known, whoever has consumed it.
      if (accepted_before++ % 50 == 0) {
        ASSERT_THAT(Enqueue(*store->sink, MakeEnvelope(key)),
                    StatusIs(absl::StatusCode::kAlreadyExists, ::testing::_));
      }
    }
  }
  EXPECT_GT(told.accepted.size(), 0u);
  std::printf("%d rounds, %zu acknowledged, 0 lost, 0 twice\n", rounds, told.accepted.size());
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
