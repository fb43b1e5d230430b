/// \file
/// The file does not grow for ever: keys, dead letters and room are given up in time.
#include <sqlite3.h>

#include "components/sqlite/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

class SqliteUpkeepTest : public SqliteTest {
 protected:
  std::int64_t Ask(const std::string& sql) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(options_.path.c_str(), &database), SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
    const std::int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return value;
  }
  /// Lets so many steps of upkeep happen: each with a call of the store.
  void RunSteps(int count) {
    clock_->Advance(absl::Minutes(1));
    for (int i = 0; i < count; ++i) {
      clock_->Advance(absl::Milliseconds(20));
      Lease(1, "no such queue");
    }
    Lease(1, "no such queue");  // the step after the last call is over
  }
  void PutAndTake(int count) {
    Envelopes envelopes;
    for (int i = 0; i < count; ++i) {
      envelopes.push_back(MakeEnvelope(std::to_string(i)));
    }
    for (const absl::Status& outcome : Enqueue(*store_.sink, std::move(envelopes)).outcomes) {
      ASSERT_THAT(outcome, IsOk());
    }
    ASSERT_EQ(Drain(*store_.source).size(), static_cast<std::size_t>(count));
  }
};

TEST_F(SqliteUpkeepTest, ForgetsKeysALittleAtATime) {
  Open();
  PutAndTake(1000);
  RunSteps(10);
  EXPECT_EQ(Ask("SELECT count(*) FROM entry"), 1000);
  clock_->Advance(options_.keep_keys);
  RunSteps(2);
  EXPECT_GT(Ask("SELECT count(*) FROM entry"), 0);
  RunSteps(10);
  EXPECT_EQ(Ask("SELECT count(*) FROM entry"), 0);
  EXPECT_EQ(Ask("SELECT count(*) FROM body"), 0);
}

TEST_F(SqliteUpkeepTest, KeepsWhatStillWaits) {
  Open();
  Put("waits");
  clock_->Advance(options_.keep_keys + options_.keep_dead);
  RunSteps(5);
  Open();
  EXPECT_THAT(LeaseKeys(), ::testing::ElementsAre("waits"));
}

TEST_F(SqliteUpkeepTest, ForgetsTheOldestKeysBeyondTheirNumber) {
  options_.max_keys = 100;
  Open();
  Put("first");
  Drain(*store_.source);
  PutAndTake(500);
  RunSteps(10);
  EXPECT_EQ(Ask("SELECT count(*) FROM entry"), 100);
  EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope("first")), IsOk());
}

TEST_F(SqliteUpkeepTest, ForgetsTheFasterTheMoreKeysAreTooMany) {
  options_.max_keys = 100;
  Open();
  PutAndTake(20'000);
  RunSteps(50);
  EXPECT_LT(Ask("SELECT count(*) FROM entry"), 9'500) << "with 200 a step it would be 10,000";
  RunSteps(100);
  EXPECT_EQ(Ask("SELECT count(*) FROM entry"), 100);
}

TEST_F(SqliteUpkeepTest, DeletesDeadLettersInTime) {
  options_.max_attempts = 1;
  Open();
  Put("a", "g");
  ASSERT_THAT(store_.source->Nack({.receipt = Lease(1).at(0).receipt}), IsOk());
  clock_->Advance(options_.keep_dead - absl::Hours(1));
  RunSteps(3);
  EXPECT_EQ(Ask("SELECT count(*) FROM body"), 1);
  clock_->Advance(absl::Hours(1));
  RunSteps(3);
  EXPECT_EQ(Ask("SELECT count(*) FROM body"), 0);
  EXPECT_THAT(Lease(1, "acme:sms:inbound:dead"), ::testing::IsEmpty());
}

TEST_F(SqliteUpkeepTest, GivesRoomBackToTheDisk) {
  Open();
  for (int i = 0; i < 10; ++i) {
    Envelopes envelopes(200, MakeEnvelope(""));
    for (Envelope& envelope : envelopes) envelope.body.assign(20'000, 'x');
    Enqueue(*store_.sink, std::move(envelopes));
  }
  const std::int64_t full = Ask("PRAGMA page_count");
  EXPECT_GT(full, 4000);
  ASSERT_EQ(Drain(*store_.source).size(), 2000u);
  RunSteps(200);
  EXPECT_LT(Ask("PRAGMA page_count"), 1000);
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
