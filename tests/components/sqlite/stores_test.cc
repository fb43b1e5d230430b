/// \file
/// The stores beside the queue: their contracts, their bounds, and that they outlast a restart.
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <string>
#include <vector>

#include "components/sqlite/harness.h"
#include "contracts/claim_keys.h"
#include "contracts/conversation_store_contract.h"
#include "contracts/fragment_model_contract.h"
#include "contracts/fragment_store_contract.h"
#include "contracts/fragment_vectors_contract.h"
#include "contracts/mapping_store_contract.h"
#include "contracts/quarantine_store_contract.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::_;

/// One file for all contracts; a contract asks for an empty store, so it is emptied each time.
///
/// Thread safety: confined.
class SharedFile {
 public:
  static SharedFile& Get() {
    static SharedFile* const file = new SharedFile();
    static const int registered = std::atexit([] { delete file; });
    EXPECT_EQ(registered, 0);
    return *file;
  }
  const SqliteStore& Empty() {
    for (const char* table : {"fragment_group", "fragment_part", "fragment_room", "fragment_owed",
                              "capsule", "mapping", "conversation", "message", "media"}) {
      Execute(std::string("DELETE FROM ") + table);
    }
    Execute("UPDATE usage SET count = 0, bytes = 0");
    return store_;
  }

 private:
  SharedFile() {
    const std::string path = directory_.File("contracts.db");
    store_ = *OpenSqlite({.path = path, .media_base_url = "https://host.example/media/"});
    EXPECT_EQ(sqlite3_open(path.c_str(), &database_), SQLITE_OK);
    Execute("PRAGMA synchronous = OFF");
  }
  ~SharedFile() { sqlite3_close(database_); }
  void Execute(const std::string& sql) {
    EXPECT_EQ(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sql;
  }

  TemporaryDirectory directory_;
  SqliteStore store_;
  sqlite3* database_ = nullptr;
};

std::shared_ptr<ConversationStore> Conversations() {
  return SharedFile::Get().Empty().conversations;
}
std::shared_ptr<MediaStore> Files() { return SharedFile::Get().Empty().media; }
std::shared_ptr<MappingStore> Mappings() { return SharedFile::Get().Empty().mappings; }
std::shared_ptr<QuarantineStore> Quarantine() { return SharedFile::Get().Empty().quarantine; }
std::shared_ptr<FragmentStore> Fragments() { return SharedFile::Get().Empty().fragments; }

INSTANTIATE_TEST_SUITE_P(Sqlite, ConversationStoreContract, ::testing::Values(Conversations));
INSTANTIATE_TEST_SUITE_P(Sqlite, MediaStoreContract, ::testing::Values(Files));
INSTANTIATE_TEST_SUITE_P(Sqlite, MappingStoreContract, ::testing::Values(Mappings));
INSTANTIATE_TEST_SUITE_P(Sqlite, QuarantineStoreContract, ::testing::Values(Quarantine));
INSTANTIATE_TEST_SUITE_P(Sqlite, FragmentStoreContract, ::testing::Values(Fragments));
INSTANTIATE_TEST_SUITE_P(Sqlite, FragmentVectorsContract, ::testing::Values(Fragments));
// Its hundred thousand orders of parts are too many for a disk; random traffic is below.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FragmentModelContract);

TEST(SqliteFragmentTest, DoesWhatTheModelDoes) {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    ModelledFragmentStore store(Fragments());
    RunTraffic(store, seed, 200, seed % 4 == 0);
    ASSERT_FALSE(HasFailure());
  }
}

class SqliteStoresTest : public SqliteTest {};

auto IsExhausted() { return StatusIs(absl::StatusCode::kResourceExhausted, _); }

TEST_F(SqliteStoresTest, FragmentsGiveUpTheOldestAsTheModelDoes) {
  options_.max_fragment_groups = 4;
  options_.max_fragment_groups_per_tenant = 3;
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    options_.path = directory_.File(std::to_string(seed));
    Open();
    ModelledFragmentStore store(store_.fragments, {.groups = 4, .groups_per_tenant = 3});
    RunTraffic(store, seed, 200, true);
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(SqliteStoresTest, PartsAreRefusedWhileNothingIsRemoved) {
  options_.max_fragment_groups_per_tenant = 10;
  Open();
  const auto put = [&](const std::string& key) {
    return store_.fragments->Put({.key = key,
                                  .tenant = "t",
                                  .total = 2,
                                  .part = {.number = 1, .id = key, .content = key},
                                  .now = clock_->Now()});
  };
  int taken = 0;
  while (put(std::to_string(taken)).ok()) ++taken;
  EXPECT_EQ(taken, 20);
  OMNI_ASSERT_OK_AND_ASSIGN(const auto groups, store_.fragments->Due({.now = clock_->Now()}));
  ASSERT_EQ(groups.size(), 10u);
  EXPECT_THAT(store_.fragments->Remove(groups[0].id), IsOk());
  EXPECT_THAT(put("more"), IsOk());
}

TEST_F(SqliteStoresTest, AllOutlastARestart) {
  Open();
  const Event event{.tenant = "acme", .conversation = "chat", .dedupe_key = "k"};
  const Capsule capsule{.id = "1", .request = {.body = "body"}};
  ASSERT_THAT(store_.conversations->Append({.events = std::span(&event, 1)}), IsOk());
  ASSERT_THAT(store_.quarantine->Put(capsule), IsOk());
  ASSERT_THAT(store_.mappings->Change({}, {.account = "1", .target_url = "t"}, clock_->Now()),
              IsOk());
  ASSERT_THAT(
      store_.fragments->Put(
          {.key = "k", .total = 2, .part = {.number = 1, .content = "a"}, .now = clock_->Now()}),
      IsOk());
  OMNI_ASSERT_OK_AND_ASSIGN(const StoredMedia file, store_.media->Put({.content = "file"}));
  Open();
  OMNI_ASSERT_OK_AND_ASSIGN(const HistoryPage page,
                            store_.conversations->Read({.tenant = "acme", .conversation = "chat"}));
  EXPECT_EQ(page.messages.size(), 1u);
  EXPECT_THAT(store_.quarantine->Get("1"), IsOk());
  OMNI_ASSERT_OK_AND_ASSIGN(const auto mapping, store_.mappings->Find({}, "1"));
  EXPECT_TRUE(mapping.has_value());
  OMNI_ASSERT_OK_AND_ASSIGN(const auto content, store_.media->Find(file.id));
  ASSERT_TRUE(content.has_value());
  EXPECT_EQ(content->content, "file");
  OMNI_ASSERT_OK_AND_ASSIGN(
      const auto groups,
      store_.fragments->Put(
          {.key = "k", .total = 2, .part = {.number = 2, .content = "b"}, .now = clock_->Now()}));
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].state, FragmentGroup::State::kComplete);
}

TEST_F(SqliteStoresTest, RefuseWhatIsBeyondTheirRoom) {
  options_.max_capsules = 1;
  options_.max_mappings = 1;
  options_.max_media_file_bytes = 10;
  options_.max_media_bytes = 1000;
  Open();
  EXPECT_THAT(store_.quarantine->Put({.id = "1", .request = {.body = "1"}}), IsOk());
  EXPECT_THAT(store_.quarantine->Put({.id = "2", .request = {.body = "2"}}), IsExhausted());
  const auto map = [&](const std::string& account) {
    return store_.mappings->Change({}, {.account = account, .target_url = "t"}, clock_->Now());
  };
  EXPECT_THAT(map("1"), IsOk());
  EXPECT_THAT(map("2"), IsExhausted());
  EXPECT_THAT(map("1"), IsOk());
  EXPECT_THAT(store_.mappings->Remove({}, "1"), IsOk());
  EXPECT_THAT(map("2"), IsOk());
  EXPECT_THAT(store_.media->Put({.content = std::string(11, 'x')}), IsExhausted());
  EXPECT_THAT(store_.media->Put({.content = "1"}), IsOk());
  EXPECT_THAT(store_.media->Put({.content = "2"}), IsExhausted());
}

TEST_F(SqliteStoresTest, ConversationsForgetTheOldest) {
  options_.max_conversations = 2;
  options_.max_messages_per_conversation = 3;
  Open();
  const auto say = [&](const std::string& chat, int second) {
    const Event event{.tenant = "acme",
                      .conversation = chat,
                      .occurred_at = absl::FromUnixSeconds(second),
                      .dedupe_key = std::to_string(second)};
    ASSERT_THAT(store_.conversations->Append({.events = std::span(&event, 1)}), IsOk());
  };
  const auto read = [&](const std::string& chat) {
    return store_.conversations->Read({.tenant = "acme", .conversation = chat});
  };
  for (const int second : {5, 1, 4, 2, 3}) say("a", second);
  OMNI_ASSERT_OK_AND_ASSIGN(const HistoryPage page, read("a"));
  ASSERT_EQ(page.messages.size(), 3u);
  EXPECT_EQ(page.messages.front().dedupe_key, "3");
  say("b", 1);
  say("a", 6);
  say("c", 1);
  EXPECT_THAT(read("a"), IsOk());
  EXPECT_THAT(read("b"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_THAT(read("c"), IsOk());
}

/// A gateway appends while the sink tells it that the message is accepted, and answers at once.
TEST_F(SqliteStoresTest, MessagesOfAFileFromBeforeRevisionsCanBeRevised) {
  Open();
  const auto say = [](const char* id) {
    return Event{.kind = EventKind::kMessage,
                 .tenant = "acme",
                 .conversation = "chat",
                 .carrier_message_id = id,
                 .dedupe_key = id,
                 .message = Message{.text = "hi"}};
  };
  const std::vector<Event> events = {say("1"), say("2")};
  ASSERT_THAT(store_.conversations->Append({.events = events}), IsOk());
  store_ = {};
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(options_.path.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database,
                         "DROP INDEX message_revised; ALTER TABLE message DROP COLUMN revised;"
                         "PRAGMA user_version = 1",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  Open();
  Event deletion = say("1");
  deletion.message.reset();
  ASSERT_THAT(store_.conversations->Revise({.events = std::span(&deletion, 1)}), IsOk());
  ASSERT_THAT(store_.conversations->Append({.events = events}), IsOk());
  Open();
  OMNI_ASSERT_OK_AND_ASSIGN(const HistoryPage page,
                            store_.conversations->Read({.tenant = "acme", .conversation = "chat"}));
  ASSERT_EQ(page.messages.size(), 1u);
  EXPECT_EQ(page.messages[0].dedupe_key, "2");
}

TEST_F(SqliteStoresTest, WhatACompletionAppendsIsReadAtOnce) {
  Open();
  const auto say = [this](int second) {
    const Event event{.tenant = "acme",
                      .conversation = "a",
                      .occurred_at = absl::FromUnixSeconds(second),
                      .dedupe_key = std::to_string(second)};
    return store_.conversations->Append({.events = std::span(&event, 1)});
  };
  for (int second = 1; second <= 50; ++second) {
    std::promise<absl::Status> appended;
    store_.sink->Enqueue({.envelopes = {MakeEnvelope(std::to_string(second))}},
                         [&](const Settlement&) { appended.set_value(say(second)); });
    ASSERT_THAT(appended.get_future().get(), IsOk());
    OMNI_ASSERT_OK_AND_ASSIGN(
        const HistoryPage page,
        store_.conversations->Read({.tenant = "acme", .conversation = "a", .limit = 100}));
    EXPECT_EQ(page.messages.size(), static_cast<std::size_t>(second));
  }
  Open();
  OMNI_ASSERT_OK_AND_ASSIGN(
      const HistoryPage page,
      store_.conversations->Read({.tenant = "acme", .conversation = "a", .limit = 100}));
  EXPECT_EQ(page.messages.size(), 50u);
}

class SqliteIdempotencyTest : public SqliteTest {
 protected:
  void SetUp() override { Open(); }
  Claim Begin(const std::string& key) {
    const auto claims = ClaimKeys(*store_.idempotency, {key}, {.now = clock_->Now()});
    EXPECT_THAT(claims, IsOk());
    return claims.ok() ? claims->front() : Claim{};
  }
  void Complete(const std::string& key, const Claim& claim) {
    const std::vector<IdempotencyStore::Held> held = {{key, claim.token}};
    EXPECT_THAT(store_.idempotency->Complete({.claims = held, .now = clock_->Now()}), IsOk());
  }
  void Abandon(const std::string& key, const Claim& claim) {
    const std::vector<IdempotencyStore::Held> held = {{key, claim.token}};
    EXPECT_THAT(store_.idempotency->Abandon({.claims = held}), IsOk());
  }
};

TEST_F(SqliteIdempotencyTest, AKeyIsNewThenInFlightThenDone) {
  const Claim claim = Begin("k");
  EXPECT_EQ(claim.state, ClaimState::kNew);
  EXPECT_EQ(Begin("k").state, ClaimState::kInFlight);
  Complete("k", claim);
  EXPECT_EQ(Begin("k").state, ClaimState::kDone);
  Open();
  EXPECT_EQ(Begin("k").state, ClaimState::kDone);
  clock_->Advance(absl::Hours(24 * 8));
  EXPECT_EQ(Begin("k").state, ClaimState::kNew);
}

TEST_F(SqliteIdempotencyTest, AnAbandonedKeyIsNew) {
  Abandon("k", Begin("k"));
  EXPECT_EQ(Begin("k").state, ClaimState::kNew);
}

TEST_F(SqliteIdempotencyTest, AClaimIsVoidAfterItsLeaseAndARestart) {
  const Claim first = Begin("k");
  clock_->Advance(absl::Minutes(1));
  const Claim second = Begin("k");
  EXPECT_EQ(second.state, ClaimState::kNew);
  Complete("k", first);
  Abandon("k", first);
  EXPECT_EQ(Begin("k").state, ClaimState::kInFlight) << "the first holder has lost it";
  Open();
  EXPECT_EQ(Begin("k").state, ClaimState::kNew);
}

TEST_F(SqliteIdempotencyTest, KnowsWhatTheSinkHasAccepted) {
  const Claim claim = Begin("k");
  Put("k");
  EXPECT_EQ(Begin("k").state, ClaimState::kDone);
  Complete("k", claim);
  EXPECT_EQ(Begin("k").state, ClaimState::kDone);
  EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope("k")),
              StatusIs(absl::StatusCode::kAlreadyExists, _));
}

TEST_F(SqliteIdempotencyTest, KnowsWhatTheSinkHasAcceptedAfterARestart) {
  const Claim claim = Begin("k");
  Put("k");
  Complete("k", claim);
  Open();
  EXPECT_EQ(Begin("k").state, ClaimState::kDone);
}

TEST_F(SqliteIdempotencyTest, KnowsAKeyForAsLongAsItWasToldTo) {
  options_.keep_keys = absl::Hours(24);  // less than Complete asks for
  Open();
  const Claim claim = Begin("k");
  Put("k");
  Complete("k", claim);
  EXPECT_THAT(Drain(*store_.source), ::testing::ElementsAre("k"));
  clock_->Advance(absl::Hours(24 * 7));
  EXPECT_EQ(Begin("k").state, ClaimState::kDone);
  clock_->Advance(absl::Hours(24 * 2));
  EXPECT_EQ(Begin("k").state, ClaimState::kNew);
}

TEST_F(SqliteIdempotencyTest, TheSinkKnowsWhatWasCompleted) {
  Complete("k", Begin("k"));
  EXPECT_THAT(Enqueue(*store_.sink, MakeEnvelope("k")),
              StatusIs(absl::StatusCode::kAlreadyExists, _));
}

/// The thread that reads requests asks for claims. If it waited for commits, no commit would have
/// more than its one request.
TEST_F(SqliteIdempotencyTest, AClaimDoesNotWaitForTheWriter) {
  std::promise<void> is_busy;
  std::promise<void> may_go_on;
  store_.sink->Enqueue({.envelopes = {MakeEnvelope("other")}}, [&](const Settlement&) {
    is_busy.set_value();
    may_go_on.get_future().wait();
  });
  is_busy.get_future().wait();
  auto states = std::async(std::launch::async, [&] {
    const Claim claim = Begin("k");
    Complete("k", claim);
    return std::vector<ClaimState>{claim.state, Begin("k").state, Begin("other").state};
  });
  const bool answered = states.wait_for(std::chrono::minutes(1)) == std::future_status::ready;
  may_go_on.set_value();
  EXPECT_TRUE(answered);
  EXPECT_THAT(states.get(), ElementsAre(ClaimState::kNew, ClaimState::kDone, ClaimState::kDone));
}

TEST_F(SqliteIdempotencyTest, RefusesClaimsBeyondItsRoom) {
  options_.max_claims = 1;
  Open();
  Begin("a");
  EXPECT_THAT(ClaimKeys(*store_.idempotency, {"b"}, {.now = clock_->Now()}),
              StatusIs(absl::StatusCode::kUnavailable, _));
  clock_->Advance(absl::Minutes(1));
  EXPECT_EQ(Begin("b").state, ClaimState::kNew);
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
