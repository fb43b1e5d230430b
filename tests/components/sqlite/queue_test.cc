/// \file
/// The queue: what goes in, in which order it comes out, and what becomes of what cannot be done.
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "components/sqlite/harness.h"
#include "contracts/claim_keys.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

auto IsDuplicate() { return StatusIs(absl::StatusCode::kAlreadyExists, _); }
auto IsGone() { return StatusIs(absl::StatusCode::kNotFound, _); }

class SqliteQueueTest : public SqliteTest {
 protected:
  void SetUp() override { Open(); }

  Delivery LeaseOne() {
    std::vector<Delivery> deliveries = Lease(1);
    EXPECT_THAT(deliveries, SizeIs(1));
    return deliveries.empty() ? Delivery{} : std::move(deliveries[0]);
  }
};

TEST_F(SqliteQueueTest, GivesAnEnvelopeBackAsItWas) {
  Put("a", "group");
  const Delivery delivery = LeaseOne();
  const Envelope expected = MakeEnvelope("a", "group");
  EXPECT_EQ(delivery.envelope.queue, expected.queue);
  EXPECT_EQ(delivery.envelope.group, expected.group);
  EXPECT_EQ(delivery.envelope.dedupe_key, expected.dedupe_key);
  EXPECT_EQ(delivery.envelope.event_id, expected.event_id);
  EXPECT_EQ(delivery.envelope.body, expected.body);
  EXPECT_EQ(delivery.envelope.headers, expected.headers);
  EXPECT_EQ(delivery.attempt, 1);
  EXPECT_EQ(delivery.enqueued_at, absl::FromUnixMicros(absl::ToUnixMicros(clock_->Now())));
}

TEST_F(SqliteQueueTest, TakesAKeyOnce) {
  Settlement settlement =
      Enqueue(*store_.sink, Envelopes{MakeEnvelope("a"), MakeEnvelope("b"), MakeEnvelope("a")});
  ASSERT_THAT(settlement.outcomes, SizeIs(3));
  EXPECT_THAT(settlement.outcomes[0], IsOk());
  EXPECT_THAT(settlement.outcomes[1], IsOk());
  EXPECT_THAT(settlement.outcomes[2], IsDuplicate());
  EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope("b")), IsDuplicate());
  EXPECT_THAT(Drain(*store_.source), ElementsAre("a", "b"));
  EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope("a")), IsDuplicate()) << "acknowledged or not";
  Open();
  EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope("a")), IsDuplicate()) << "and after a restart";
}

TEST_F(SqliteQueueTest, TakesEnvelopesWithoutAKeyAsOftenAsTheyCome) {
  Put("");
  Put("");
  EXPECT_THAT(Drain(*store_.source), SizeIs(2));
}

TEST_F(SqliteQueueTest, ForgetsAKeyInTime) {
  Put("a");
  Put("waits");
  ASSERT_THAT(Ack(LeaseOne()), IsOk());
  clock_->Advance(options_.keep_keys - absl::Seconds(1));
  EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope("a")), IsDuplicate());
  clock_->Advance(absl::Seconds(1));
  EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope("a")), IsOk());
  EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope("waits")), IsDuplicate()) << "it is still there";
}

TEST_F(SqliteQueueTest, KeepsEverythingOverARestart) {
  Put("a", "group");
  Put("b", "group");
  const Delivery first = LeaseOne();
  Open();
  const Delivery again = LeaseOne();
  EXPECT_EQ(again.envelope.dedupe_key, "a") << "who had borrowed it is gone";
  EXPECT_EQ(again.attempt, 2);
  EXPECT_THAT(Ack(first), IsOk());
  EXPECT_THAT(LeaseKeys(), IsEmpty());
  EXPECT_THAT(Ack(again), IsOk());
  Open();
  EXPECT_THAT(Drain(*store_.source), ElementsAre("b"));
}

TEST_F(SqliteQueueTest, LendsOneGroupInOrderWhileOthersGoOn) {
  for (const char* key : {"a1", "b1", "a2", "b2", "a3"}) Put(key, std::string(1, key[0]));
  Put("no group");
  std::vector<Delivery> first = Lease();
  ASSERT_THAT(first, SizeIs(3));
  EXPECT_EQ(first[0].envelope.dedupe_key, "a1");
  EXPECT_EQ(first[1].envelope.dedupe_key, "b1");
  EXPECT_EQ(first[2].envelope.dedupe_key, "no group");
  EXPECT_THAT(LeaseKeys(), IsEmpty());
  ASSERT_THAT(Ack(first[1]), IsOk());
  EXPECT_THAT(LeaseKeys(), ElementsAre("b2")) << "a1 is still out";
  ASSERT_THAT(Ack(first[0]), IsOk());
  EXPECT_THAT(LeaseKeys(), ElementsAre("a2"));
}

TEST_F(SqliteQueueTest, KeepsQueuesApart) {
  Put("a");
  EXPECT_THAT(Lease(1, "other"), IsEmpty());
  EXPECT_THAT(LeaseKeys(), ElementsAre("a"));
}

TEST_F(SqliteQueueTest, LendsAgainWhatIsNotAcknowledgedInTime) {
  Put("a", "g");
  const Delivery first = LeaseOne();
  clock_->Advance(absl::Minutes(5) - absl::Seconds(1));
  EXPECT_THAT(LeaseKeys(), IsEmpty());
  clock_->Advance(absl::Seconds(1));
  const Delivery second = LeaseOne();
  EXPECT_EQ(second.attempt, 2);
  EXPECT_THAT(Ack(first), IsOk()) << "without effect";
  EXPECT_THAT(store_.source->Nack({.receipt = first.receipt}), IsGone());
  EXPECT_THAT(store_.source->Extend({.receipt = first.receipt}), IsGone());
  EXPECT_THAT(store_.source->Nack({.receipt = "nonsense"}), IsGone());
  clock_->Advance(absl::Minutes(5));
  EXPECT_EQ(LeaseOne().attempt, 3);
}

TEST_F(SqliteQueueTest, ExtendsALoan) {
  Put("a");
  const Delivery delivery = LeaseOne();
  clock_->Advance(absl::Minutes(4));
  EXPECT_THAT(store_.source->Extend({.receipt = delivery.receipt, .visibility = absl::Minutes(10)}),
              IsOk());
  clock_->Advance(absl::Minutes(9));
  EXPECT_THAT(LeaseKeys(), IsEmpty());
  EXPECT_THAT(Ack(delivery), IsOk());
  clock_->Advance(absl::Minutes(9));
  EXPECT_THAT(LeaseKeys(), IsEmpty());
}

TEST_F(SqliteQueueTest, DelaysAGroupAndNoOther) {
  Put("a1", "a");
  Put("a2", "a");
  const Delivery delivery = LeaseOne();
  ASSERT_THAT(store_.source->Nack({.receipt = delivery.receipt, .delay = absl::Minutes(1)}),
              IsOk());
  Put("b", "b");
  EXPECT_THAT(LeaseKeys(), ElementsAre("b"));
  Open();
  EXPECT_THAT(LeaseKeys(), ElementsAre("b")) << "the delay outlasts a restart, the loan does not";
  clock_->Advance(absl::Minutes(1));
  EXPECT_THAT(LeaseKeys(), ElementsAre("a1"));
}

TEST_F(SqliteQueueTest, MovesToTheDeadLettersWhatWasTriedTooOften) {
  Put("a", "g");
  Put("b", "g");
  for (int attempt = 1; attempt <= 3; ++attempt) {
    const Delivery delivery = LeaseOne();
    EXPECT_EQ(delivery.envelope.dedupe_key, "a");
    EXPECT_EQ(delivery.attempt, attempt);
    ASSERT_THAT(store_.source->Nack({.receipt = delivery.receipt, .reason = "no such user"}),
                IsOk());
  }
  EXPECT_THAT(LeaseKeys(), ElementsAre("b")) << "the group goes on";
  Open();
  const std::vector<Delivery> dead = Lease(10, "acme:sms:inbound:dead");
  ASSERT_THAT(dead, SizeIs(1));
  EXPECT_EQ(dead[0].envelope.dedupe_key, "a");
  EXPECT_EQ(dead[0].envelope.body, "body of a");
  EXPECT_EQ(dead[0].dead_reason, "no such user");
}

TEST_F(SqliteQueueTest, CountsLoansThatRanOutAsAttempts) {
  Put("a");
  for (int attempt = 1; attempt <= 3; ++attempt) {
    EXPECT_EQ(LeaseOne().attempt, attempt);
    clock_->Advance(absl::Minutes(5));
  }
  EXPECT_THAT(LeaseKeys(), IsEmpty());
  ASSERT_THAT(Lease(1, "acme:sms:inbound:dead"), SizeIs(1));
}

TEST_F(SqliteQueueTest, KeepsDeadLettersHoweverOftenTheyAreRead) {
  options_.max_attempts = 1;
  Open();
  Put("a");
  ASSERT_THAT(store_.source->Nack({.receipt = LeaseOne().receipt}), IsOk());
  for (int i = 0; i < 5; ++i) {
    const std::vector<Delivery> dead = Lease(1, "acme:sms:inbound:dead");
    ASSERT_THAT(dead, SizeIs(1));
    ASSERT_THAT(store_.source->Nack({.receipt = dead[0].receipt}), IsOk());
  }
}

TEST_F(SqliteQueueTest, RedrivesDeadLettersInTheirOrder) {
  options_.max_attempts = 1;
  Open();
  for (const char* key : {"a1", "a2", "b1", "a3"}) Put(key, std::string(1, key[0]));
  for (int i = 0; i < 4; ++i) {
    ASSERT_THAT(store_.source->Nack({.receipt = LeaseOne().receipt}), IsOk());
  }
  EXPECT_THAT(LeaseKeys(), IsEmpty());
  OMNI_ASSERT_OK_AND_ASSIGN(std::size_t moved,
                            store_.source->Redrive({.queue = "acme:sms:inbound", .limit = 3}));
  EXPECT_EQ(moved, 3u);
  OMNI_ASSERT_OK_AND_ASSIGN(moved, store_.source->Redrive({.queue = "acme:sms:inbound"}));
  EXPECT_EQ(moved, 1u);
  OMNI_ASSERT_OK_AND_ASSIGN(moved, store_.source->Redrive({.queue = "acme:sms:inbound"}));
  EXPECT_EQ(moved, 0u);
  const Delivery first = LeaseOne();
  EXPECT_EQ(first.attempt, 1);
  EXPECT_EQ(first.dead_reason, "");
  ASSERT_THAT(Ack(first), IsOk());
  EXPECT_THAT(Drain(*store_.source), ElementsAre("a2", "b1", "a3"));
}

TEST_F(SqliteQueueTest, WakesAConsumerThatWaits) {
  std::thread consumer([&] {
    const auto deliveries =
        store_.source->Lease({.queue = "acme:sms:inbound", .wait = absl::Minutes(10)});
    ASSERT_THAT(deliveries, IsOk());
    EXPECT_THAT(*deliveries, SizeIs(1));
  });
  Put("a");
  consumer.join();
}

TEST_F(SqliteQueueTest, RefusesMoreThanMayWait) {
  options_.max_pending_envelopes = 2;
  Open();
  const Settlement settlement = Enqueue(*store_.sink, Envelopes(3, MakeEnvelope("")));
  ASSERT_THAT(settlement.outcomes, SizeIs(3));
  EXPECT_THAT(settlement.outcomes[0], StatusIs(absl::StatusCode::kUnavailable, _));
  Put("a");
  options_.max_pending_bytes = 1000;
  Open();
  Envelope large = MakeEnvelope("large");
  large.body.assign(2000, 'x');
  EXPECT_THAT(Enqueue(*store_.sink, large), StatusIs(absl::StatusCode::kUnavailable, _));
}

TEST_F(SqliteQueueTest, AcceptsNothingAfterItsDeadline) {
  const Settlement settlement =
      Enqueue(*store_.sink, Envelopes{MakeEnvelope("a")}, clock_->Now() - absl::Seconds(1));
  ASSERT_THAT(settlement.outcomes, SizeIs(1));
  EXPECT_THAT(settlement.outcomes[0], StatusIs(absl::StatusCode::kDeadlineExceeded, _));
}

TEST_F(SqliteQueueTest, LetsACompletionCallAnyPort) {
  std::promise<void> done;
  store_.sink->Enqueue({.envelopes = {MakeEnvelope("a")}}, [&](const Settlement& settlement) {
    EXPECT_THAT(settlement.outcomes[0], IsOk());
    EXPECT_THAT(ClaimKeys(*store_.idempotency, {"other"}, {.now = clock_->Now()}), IsOk());
    EXPECT_THAT(LeaseKeys(), ElementsAre("a"));
    done.set_value();
  });
  done.get_future().wait();
}

TEST_F(SqliteQueueTest, ACompletionMayDropTheStore) {
  std::promise<void> done;
  auto sink = std::make_shared<std::shared_ptr<QueueSink>>(store_.sink);
  store_ = {};
  (*sink)->Enqueue({.envelopes = {MakeEnvelope("a")}}, [sink, &done](const Settlement&) {
    sink->reset();
    done.set_value();
  });
  done.get_future().wait();
}

TEST_F(SqliteQueueTest, WritesWhatWaitsBeforeItCloses) {
  std::atomic<int> accepted = 0;
  for (int i = 0; i < 1000; ++i) {
    store_.sink->Enqueue({.envelopes = {MakeEnvelope(std::to_string(i))}},
                         [&](const Settlement& s) { accepted += s.outcomes.at(0).ok() ? 1 : 0; });
  }
  Open();
  EXPECT_EQ(accepted, 1000);
  EXPECT_THAT(Drain(*store_.source), SizeIs(1000));
}

/// Nothing is withheld by the process itself while it lives.
class OpenUmask {
 public:
  OpenUmask() : before_(umask(0)) {}
  ~OpenUmask() { umask(before_); }
  OpenUmask(const OpenUmask&) = delete;
  OpenUmask& operator=(const OpenUmask&) = delete;

 private:
  const mode_t before_;
};

TEST_F(SqliteQueueTest, MakesFilesForTheirOwnerAlone) {
  const OpenUmask open_umask;
  options_.path = directory_.File("private.db");
  Open();
  Put("a");
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat status = {};
    ASSERT_EQ(stat((options_.path + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << suffix;
  }
}

TEST_F(SqliteQueueTest, LeavesTheRightsOfAFileThatIsThere) {
  store_ = {};
  ASSERT_EQ(chmod(options_.path.c_str(), 0640), 0);
  Open();
  Put("a");
  struct stat status = {};
  ASSERT_EQ(stat(options_.path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST_F(SqliteQueueTest, RefusesASecondOwner) {
  EXPECT_THAT(OpenSqlite(options_), StatusIs(absl::StatusCode::kUnavailable, _));
}

TEST_F(SqliteQueueTest, KeepsTheOrderOfGroupsUnderManyProducersAndConsumers) {
  constexpr int kProducers = 4;
  constexpr int kEvents = 400;
  constexpr int kGroups = 20;
  std::atomic<int> acknowledged = 0;
  std::atomic<int> inversions = 0;
  std::vector<std::atomic<int>> last(kProducers * kGroups);
  std::vector<std::thread> threads;
  for (int producer = 0; producer < kProducers; ++producer) {
    threads.emplace_back([&, producer] {
      for (int i = 0; i < kEvents; ++i) {
        const int group = producer * kGroups + i % kGroups;
        ASSERT_THAT(
            Enqueue(*store_.sink, MakeEnvelope(std::to_string(group) + "/" + std::to_string(i + 1),
                                               std::to_string(group))),
            IsOk());
      }
    });
  }
  for (int consumer = 0; consumer < 3; ++consumer) {
    threads.emplace_back([&] {
      while (acknowledged < kProducers * kEvents) {
        const auto deliveries = store_.source->Lease(
            {.queue = "acme:sms:inbound", .limit = 10, .wait = absl::Milliseconds(50)});
        ASSERT_THAT(deliveries, IsOk());
        for (const Delivery& delivery : *deliveries) {
          const std::string& key = delivery.envelope.dedupe_key;
          const auto group = static_cast<std::size_t>(std::stoi(key));
          const int number = std::stoi(key.substr(key.find('/') + 1));
          if (last[group].exchange(number) >= number) ++inversions;
          ASSERT_THAT(Ack(delivery), IsOk());
          ++acknowledged;
        }
        clock_->Advance(absl::Milliseconds(1));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(inversions, 0);
  EXPECT_EQ(acknowledged, kProducers * kEvents);
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
