/// \file
/// kill -9: a process accepts into a spool and hands over to an engine that flaps, and tells
/// through a pipe what it has accepted. It is killed at a random moment; what it had accepted
/// arrives, in the order of its groups.
///
/// OMNI_KILL_ROUNDS: how often.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "components/spool/spool_harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

constexpr int kProducers = 6;

/// The engine: another SQLite queue, behind a switch. What it has outlasts the process.
class FlappingSink final : public QueueSink {
 public:
  explicit FlappingSink(std::shared_ptr<QueueSink> inner) : inner_(std::move(inner)) {}
  void Enqueue(EnqueueParams params, Completion<Settlement> done) override {
    const bool is_down = ++calls_ % 20 < 10;
    if (!is_down) return inner_->Enqueue(std::move(params), std::move(done));
    std::move(done)(Settlement::All(params.envelopes.size(), absl::UnavailableError("down")));
  }

 private:
  const std::shared_ptr<QueueSink> inner_;
  std::atomic<unsigned> calls_ = 0;
};

SpoolOptions Options(const TemporaryDirectory& directory, SpoolMode mode) {
  SpoolOptions options;
  options.path = directory.File("spool.db");
  options.mode = mode;
  options.min_backoff = absl::Milliseconds(1);
  options.max_backoff = absl::Milliseconds(10);
  return options;
}

void Produce(QueueSink& sink, int pipe, const std::string& prefix) {
  for (int i = 0;; ++i) {
    const std::string key = prefix + std::to_string(i);
    if (!Enqueue(sink, MakeEnvelope(key, prefix)).ok()) _exit(3);
    const std::string line = key + "\n";
    if (write(pipe, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(2);
  }
}

[[noreturn]] void RunVictim(const TemporaryDirectory& directory, SpoolMode mode, int pipe,
                            int round) {
  auto engine = OpenSqlite({.path = directory.File("engine.db")});
  if (!engine.ok()) _exit(6);
  auto spool = OpenSpool(std::make_shared<FlappingSink>(engine->sink), Options(directory, mode));
  if (!spool.ok()) _exit(7);
  std::vector<std::thread> threads;
  for (int i = 0; i < kProducers; ++i) {
    threads.emplace_back(
        [&, i] { Produce(**spool, pipe, std::to_string(round) + "/" + std::to_string(i) + "/"); });
  }
  for (std::thread& thread : threads) thread.join();
  _exit(8);
}

/// The keys that the victim told of before it was killed.
std::vector<std::string> WatchAndKill(pid_t victim, int pipe, std::chrono::microseconds life) {
  std::string text;
  std::array<char, 65536> buffer;
  std::thread killer;
  for (ssize_t count; (count = read(pipe, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (killer.joinable()) continue;
    killer = std::thread([victim, life] {
      std::this_thread::sleep_for(life);  // not to wait for anything: the moment is the point
      kill(victim, SIGKILL);
    });
  }
  if (killer.joinable()) killer.join();
  std::vector<std::string> keys;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    keys.push_back(text.substr(begin, end - begin));
  }
  return keys;
}

int Rounds() {
  const char* rounds = std::getenv("OMNI_KILL_ROUNDS");
  return rounds == nullptr ? 4 : std::atoi(rounds);
}

/// How often a key is before one that has a lower number in its group.
int Inversions(const std::vector<std::string>& keys) {
  std::map<std::string, int> last;
  int inversions = 0;
  for (const std::string& key : keys) {
    const std::size_t number = key.rfind('/') + 1;
    const int i = std::stoi(key.substr(number));
    const auto [group, is_first] = last.emplace(key.substr(0, number), i);
    if (!is_first && group->second >= i) ++inversions;
    group->second = i;
  }
  return inversions;
}

class SpoolKillTest : public ::testing::TestWithParam<SpoolMode> {};

TEST_P(SpoolKillTest, WhatWasAcceptedArrivesInOrderHoweverOftenTheProcessIsKilled) {
  const TemporaryDirectory directory;
  std::mt19937 random(std::random_device{}());
  std::set<std::string> accepted;
  const int rounds = Rounds();
  for (int round = 0; round < rounds; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t victim = fork();
    ASSERT_GE(victim, 0);
    if (victim == 0) {
      close(ends[0]);
      RunVictim(directory, GetParam(), ends[1], round);
    }
    close(ends[1]);
    for (std::string& key :
         WatchAndKill(victim, ends[0], std::chrono::microseconds(random() % 80'000))) {
      accepted.insert(std::move(key));
    }
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(victim, &status, 0), victim);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it was not we who ended it: " << WEXITSTATUS(status);
  }
  auto engine = OpenSqlite({.path = directory.File("engine.db")});
  ASSERT_THAT(engine, IsOk());
  {
    auto spool = OpenSpool(engine->sink, Options(directory, GetParam()));
    ASSERT_THAT(spool, IsOk());
    ASSERT_TRUE(Eventually([&] { return (*spool)->stats().waiting == 0; }));
    EXPECT_EQ((*spool)->stats().dead, 0u);
  }
  const std::vector<std::string> arrived = Drain(*engine->source);
  const std::set<std::string> unique(arrived.begin(), arrived.end());
  EXPECT_EQ(unique.size(), arrived.size()) << "the engine deduplicates";
  EXPECT_TRUE(std::includes(unique.begin(), unique.end(), accepted.begin(), accepted.end()));
  EXPECT_EQ(Inversions(arrived), 0);
  EXPECT_GT(accepted.size(), 0u);
  std::printf("%d rounds, %zu accepted, 0 lost, 0 out of order\n", rounds, accepted.size());
}

INSTANTIATE_TEST_SUITE_P(Modes, SpoolKillTest,
                         ::testing::Values(SpoolMode::kOnFailure, SpoolMode::kAlways),
                         [](const auto& mode) {
                           return mode.param == SpoolMode::kAlways ? "Always" : "OnFailure";
                         });

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
