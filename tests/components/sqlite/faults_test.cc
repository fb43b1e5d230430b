/// \file
/// Full disks, failing disks, slow disks, power cuts: what was acknowledged is there, once, and the
/// store works again as soon as the disk does.
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "components/sqlite/faulty_vfs.h"
#include "components/sqlite/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::_;

auto IsUnavailable() { return StatusIs(absl::StatusCode::kUnavailable, _); }

class SqliteFaultsTest : public SqliteTest {
 protected:
  void SetUp() override {
    FaultyVfs::Install();
    options_.vfs = FaultyVfs::kName;
  }
  void TearDown() override { FaultyVfs::Install(); }

  static Envelope Large(const std::string& key) {
    Envelope envelope = MakeEnvelope(key);
    envelope.body.assign(20'000, 'x');
    return envelope;
  }
  /// That the queue holds each of these once, and nothing twice.
  void ExpectToHold(const std::set<std::string>& acknowledged) {
    const std::vector<std::string> keys = Drain(*store_.source);
    const std::set<std::string> there(keys.begin(), keys.end());
    EXPECT_EQ(there.size(), keys.size()) << "twice";
    for (const std::string& key : acknowledged) EXPECT_TRUE(there.contains(key)) << key;
  }
};

TEST_F(SqliteFaultsTest, AFullDiskRefusesAndRecoversOnceThereIsRoom) {
  options_.max_file_bytes = 1 << 20;
  Open();
  std::set<std::string> acknowledged;
  absl::Status status;
  for (int i = 0; i < 1000; ++i) {
    const std::string key = std::to_string(i);
    status = Enqueue(*store_.sink, Large(key));
    if (!status.ok()) break;
    acknowledged.insert(key);
  }
  EXPECT_THAT(status, IsUnavailable());
  EXPECT_GT(acknowledged.size(), 10u);
  EXPECT_THAT(Enqueue(*store_.sink, Large("again")), IsUnavailable());
  ExpectToHold(acknowledged);
  EXPECT_THAT(Enqueue(*store_.sink, Large("again")), IsOk());
  Open();
  ExpectToHold({"again"});
}

TEST_F(SqliteFaultsTest, AFullDiskDoesNotKeepConsumersFromMakingRoom) {
  options_.max_file_bytes = 1 << 20;
  Open();
  int count = 0;
  while (Enqueue(*store_.sink, Large(std::to_string(count))).ok()) ++count;
  std::atomic<bool> done = false;
  std::thread producer([&] {
    while (!done) Enqueue(*store_.sink, Large("more")).IgnoreError();
  });
  const auto taken = Lease(5);
  EXPECT_EQ(taken.size(), 5u);
  for (const Delivery& delivery : taken) EXPECT_THAT(Ack(delivery), IsOk());
  done = true;
  producer.join();
}

TEST_F(SqliteFaultsTest, ManyFailTogetherAndEachIsTold) {
  Open();
  FaultyVfs::FailAt(1, 1'000'000);
  std::atomic<int> refused = 0;
  std::vector<std::thread> producers;
  for (int i = 0; i < 16; ++i) {
    producers.emplace_back([&, i] {
      const absl::Status status = Enqueue(*store_.sink, MakeEnvelope(std::to_string(i)));
      if (absl::IsUnavailable(status)) ++refused;
    });
  }
  for (std::thread& producer : producers) producer.join();
  EXPECT_EQ(refused, 16);
  FaultyVfs::FailAt(0, 0);
  Put("later");
  Open();
  ExpectToHold({"later"});
}

/// Enqueues, lends, acknowledges and gives back while the disk fails once or for a while, at the
/// nth operation, for every n.
TEST_F(SqliteFaultsTest, HoldsWhicheverWriteOrSyncFails) {
  for (const int count : {1, 5}) {
    bool failed = true;
    for (int nth = 1; failed; ++nth) {
      SCOPED_TRACE(std::to_string(nth) + " of " + std::to_string(count));
      options_.path = directory_.File(std::to_string(count) + "-" + std::to_string(nth));
      Open();
      FaultyVfs::FailAt(nth, count);
      std::set<std::string> acknowledged;
      std::set<std::string> consumed;
      for (int i = 0; i < 8; ++i) {
        const std::string key = std::to_string(i);
        if (Enqueue(*store_.sink, MakeEnvelope(key, "g")).ok()) acknowledged.insert(key);
        if (i % 3 != 2) continue;
        auto deliveries = store_.source->Lease({.queue = "acme:sms:inbound"});
        if (!deliveries.ok() || deliveries->empty()) continue;
        if (i == 2 && Ack(deliveries->front()).ok()) {
          consumed.insert(deliveries->front().envelope.dedupe_key);
        } else {
          store_.source->Nack({.receipt = deliveries->front().receipt}).IgnoreError();
        }
      }
      failed = FaultyVfs::operations() >= nth;
      FaultyVfs::FailAt(0, 0);
      Put("the disk is well again", "g");
      acknowledged.insert("the disk is well again");
      for (const std::string& key : consumed) {
        acknowledged.erase(key);
        EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope(key)),
                    StatusIs(absl::StatusCode::kAlreadyExists, _));
      }
      if (nth % 2 == 0) Open();
      clock_->Advance(absl::Minutes(5));
      ExpectToHold(acknowledged);
      ASSERT_FALSE(HasFailure());
      ASSERT_LT(nth, 1000);
    }
  }
}

/// Holds the disk's next sync until it is let go.
class HeldSync {
 public:
  HeldSync() {
    FaultyVfs::BeforeSync([this] {
      if (!reached_.exchange(true)) reached_promise_.set_value();
      release_.wait();
    });
  }
  ~HeldSync() {
    FaultyVfs::BeforeSync(nullptr);
    Release();
  }
  void Await() { reached_promise_.get_future().wait(); }
  void Release() {
    if (!released_.exchange(true)) release_promise_.set_value();
  }

 private:
  std::atomic<bool> reached_ = false;
  std::atomic<bool> released_ = false;
  std::promise<void> reached_promise_;
  std::promise<void> release_promise_;
  std::shared_future<void> release_ = release_promise_.get_future().share();
};

TEST_F(SqliteFaultsTest, EnqueuesThatComeDuringACommitShareTheNext) {
  Open();
  Put("first");  // the queue's name is known
  FaultyVfs::FailAt(0, 0);
  HeldSync held;
  std::atomic<int> accepted = 0;
  const auto enqueue = [&](int i) {
    store_.sink->Enqueue({.envelopes = {MakeEnvelope(std::to_string(i))}},
                         [&](const Settlement& s) { accepted += s.outcomes.at(0).ok() ? 1 : 0; });
  };
  enqueue(0);
  held.Await();
  for (int i = 1; i < 100; ++i) enqueue(i);
  EXPECT_EQ(accepted, 0) << "nothing is acknowledged before it is on the disk";
  held.Release();
  Open();
  EXPECT_EQ(accepted, 100);
  EXPECT_EQ(Drain(*store_.source).size(), 101u);
}

TEST_F(SqliteFaultsTest, TellsInTimeWhenTheDiskIsTooSlow) {
  options_.clock = MakeSystemClock();
  Open();
  HeldSync held;
  std::promise<absl::Status> promise;
  store_.sink->Enqueue(
      {.envelopes = {MakeEnvelope("a")}, .deadline = absl::Now() + absl::Milliseconds(20)},
      [&](const Settlement& settlement) { promise.set_value(settlement.outcomes.at(0)); });
  EXPECT_THAT(promise.get_future().get(), StatusIs(absl::StatusCode::kDeadlineExceeded, _));
  held.Release();
  EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope("b")), IsOk());
}

TEST_F(SqliteFaultsTest, APowerCutLosesNothingThatWasAcknowledged) {
  std::mt19937 random(7);
  FaultyVfs::RememberSyncs();
  options_.path = directory_.File("cut.db");
  Open();
  std::mutex mutex;
  std::set<std::string> acknowledged;
  std::atomic<bool> done = false;
  std::vector<std::thread> producers;
  for (int producer = 0; producer < 4; ++producer) {
    producers.emplace_back([&, producer] {
      for (int i = 0; !done; ++i) {
        const std::string key = std::to_string(producer) + "/" + std::to_string(i);
        if (!Enqueue(*store_.sink, MakeEnvelope(key)).ok()) continue;
        std::lock_guard lock(mutex);
        acknowledged.insert(key);
      }
    });
  }
  for (int cut = 0; cut < 20; ++cut) {
    const auto pause = random() % 8000;
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begin < std::chrono::microseconds(pause)) {
      std::this_thread::yield();
    }
    std::set<std::string> promised;
    {
      std::lock_guard lock(mutex);
      promised = acknowledged;
    }
    const auto files = FaultyVfs::CutPower(cut % 2 == 0);
    const std::string copy = directory_.File("copy" + std::to_string(cut));
    for (const auto& [name, content] : files) {
      if (name.rfind(options_.path, 0) != 0) continue;
      const std::string suffix = name.substr(options_.path.size());
      std::ofstream(copy + suffix, std::ios::binary) << content;
    }
    auto after = OpenSqlite({.path = copy, .clock = clock_});
    EXPECT_THAT(after, IsOk());
    if (!after.ok()) break;
    const std::vector<std::string> keys = Drain(*after->source);
    const std::set<std::string> there(keys.begin(), keys.end());
    EXPECT_EQ(there.size(), keys.size());
    for (const std::string& key : promised) EXPECT_TRUE(there.contains(key)) << key;
  }
  done = true;
  for (std::thread& producer : producers) producer.join();
}

TEST_F(SqliteFaultsTest, AFileSizeLimitOfTheProcessRefusesAndRecovers) {
  options_.vfs = "";
  Open();
  struct rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit tight = before;
  tight.rlim_cur = 400'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  std::set<std::string> acknowledged;
  absl::Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) {
    const std::string key = std::to_string(i);
    status = Enqueue(*store_.sink, Large(key));
    if (status.ok()) acknowledged.insert(key);
  }
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_THAT(status, IsUnavailable());
  EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope("later")), IsOk());
  acknowledged.insert("later");
  Open();
  ExpectToHold(acknowledged);
}

TEST_F(SqliteFaultsTest, AFileThatIsNoDatabaseIsRefused) {
  options_.vfs = "";
  std::ofstream(options_.path) << std::string(10'000, 'x');
  EXPECT_THAT(OpenSqlite(options_), StatusIs(absl::StatusCode::kDataLoss, _));
}

TEST_F(SqliteFaultsTest, AFileOfANewerVersionIsRefused) {
  options_.vfs = "";
  Open();
  store_ = {};
  std::fstream file(options_.path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(60);  // user_version, in the header of the file format
  file.write("\0\0\x0F\xFF", 4);
  file.close();
  EXPECT_THAT(OpenSqlite(options_), StatusIs(absl::StatusCode::kFailedPrecondition, _));
}

TEST_F(SqliteFaultsTest, AFileThatCannotBeOpenedIsRefused) {
  options_.path = directory_.File("no/such/directory");
  EXPECT_THAT(OpenSqlite(options_), IsUnavailable());
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
