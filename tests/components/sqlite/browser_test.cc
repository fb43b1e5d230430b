/// \file
/// Looking into the queues: as the owner of the file, and as a visitor beside it.

#include "components/sqlite/harness.h"
#include "omni/ports/queue_browser.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Keys(QueueBrowser& browser, const QueueBrowser::BrowseParams& params) {
  const auto found = browser.Browse(params);
  EXPECT_THAT(found, IsOk());
  std::vector<std::string> keys;
  for (const QueuedEnvelope& each : found.ok() ? *found : std::vector<QueuedEnvelope>{}) {
    keys.push_back(each.envelope.dedupe_key);
  }
  return keys;
}

class SqliteBrowserTest : public SqliteTest {
 protected:
  void SetUp() override { Open(); }

  std::shared_ptr<QueueBrowser> Visit() {
    auto browser = OpenSqliteBrowser(options_.path);
    EXPECT_THAT(browser, IsOk());
    return browser.ok() ? *std::move(browser) : nullptr;
  }
  void MakeDead(const std::string& key) {
    Put(key);
    for (int i = 0; i < options_.max_attempts; ++i) {
      const auto deliveries = Lease(1);
      ASSERT_THAT(deliveries, SizeIs(1));
      ASSERT_THAT(store_.source->Nack({.receipt = deliveries[0].receipt, .reason = "no"}), IsOk());
    }
  }
};

TEST_F(SqliteBrowserTest, ShowsAnEnvelopeAsItIs) {
  Put("a", "group");
  for (const auto& browser : {store_.browser, Visit()}) {
    const auto found = browser->Browse({.queue = "acme:sms:inbound"});
    ASSERT_THAT(found, IsOk());
    ASSERT_THAT(*found, SizeIs(1));
    const Envelope expected = MakeEnvelope("a", "group");
    const Envelope& envelope = found->front().envelope;
    EXPECT_EQ(envelope.queue, expected.queue);
    EXPECT_EQ(envelope.group, expected.group);
    EXPECT_EQ(envelope.event_id, expected.event_id);
    EXPECT_EQ(envelope.body, expected.body);
    EXPECT_EQ(envelope.headers, expected.headers);
    EXPECT_EQ(found->front().attempts, 0);
  }
}

TEST_F(SqliteBrowserTest, AVisitorSeesWhatComesAndWhatGoes) {
  const auto browser = Visit();
  EXPECT_THAT(Keys(*browser, {}), IsEmpty());
  Put("a");
  Put("b");
  EXPECT_THAT(Keys(*browser, {}), ElementsAre("a", "b"));
  ASSERT_THAT(Ack(Lease(1)[0]), IsOk());
  EXPECT_THAT(Keys(*browser, {}), ElementsAre("b"));
}

TEST_F(SqliteBrowserTest, ShowsWhatIsLentAndChangesNothing) {
  Put("a");
  const Delivery lent = Lease(1)[0];
  const auto browser = Visit();
  EXPECT_THAT(Keys(*browser, {}), ElementsAre("a"));
  const auto found = browser->Browse({});
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->front().attempts, 1);
  EXPECT_THAT(Ack(lent), IsOk()) << "still the same loan";
}

TEST_F(SqliteBrowserTest, GoesOnFromAPosition) {
  for (const char* key : {"a", "b", "c"}) Put(key);
  const auto page = store_.browser->Browse({.limit = 2});
  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(*page, SizeIs(2));
  EXPECT_THAT(Keys(*store_.browser, {.after = page->back().position}), ElementsAre("c"));
  EXPECT_THAT(store_.browser->Browse({.after = "x"}),
              StatusIs(absl::StatusCode::kInvalidArgument, _));
}

TEST_F(SqliteBrowserTest, KeepsDeadLettersApart) {
  MakeDead("dead");
  Put("alive");
  const auto browser = Visit();
  EXPECT_THAT(Keys(*browser, {}), ElementsAre("alive"));
  EXPECT_THAT(Keys(*browser, {.dead_letters = true}), ElementsAre("dead"));
  EXPECT_THAT(Keys(*browser, {.queue = "acme:sms:inbound:dead"}), ElementsAre("dead"));
  EXPECT_THAT(Keys(*browser, {.queue = "nobody's"}), IsEmpty());
  const auto letters = browser->Browse({.dead_letters = true});
  ASSERT_THAT(letters, IsOk());
  EXPECT_EQ(letters->front().dead_reason, "no");
}

TEST_F(SqliteBrowserTest, CountsWhatEachQueueHolds) {
  EXPECT_THAT(*Visit()->Depths(), IsEmpty());
  const absl::Time first = clock_->Now();
  MakeDead("dead");
  Put("a");
  Put("b");
  ASSERT_THAT(Ack(Lease(1)[0]), IsOk());
  for (const auto& browser : {store_.browser, Visit()}) {
    const auto depths = browser->Depths();
    ASSERT_THAT(depths, IsOk());
    ASSERT_THAT(*depths, SizeIs(2));
    EXPECT_EQ((*depths)[0].queue, "acme:sms:inbound");
    EXPECT_EQ((*depths)[0].envelopes, 1U);
    EXPECT_EQ((*depths)[1].queue, "acme:sms:inbound:dead");
    EXPECT_EQ((*depths)[1].oldest, absl::FromUnixMicros(absl::ToUnixMicros(first)));
  }
}

TEST_F(SqliteBrowserTest, CountsWhatIsLent) {
  for (const char* key : {"a", "b", "c"}) Put(key, key);
  const auto leased = [](QueueBrowser& browser) {
    const auto depths = browser.Depths();
    EXPECT_THAT(depths, IsOk());
    EXPECT_THAT(*depths, SizeIs(1));
    return depths->front().leased;
  };
  EXPECT_EQ(leased(*store_.browser), 0U);
  EXPECT_EQ(leased(*Visit()), std::nullopt) << "only the owner knows";
  const std::vector<Delivery> lent = Lease(2);
  EXPECT_EQ(leased(*store_.browser), 2U);
  ASSERT_THAT(Ack(lent[0]), IsOk());
  EXPECT_EQ(leased(*store_.browser), 1U);
  clock_->Advance(absl::Hours(1));
  EXPECT_EQ(leased(*store_.browser), 0U) << "the loan has run out";
}

TEST_F(SqliteBrowserTest, VisitsAFileThatNobodyHas) {
  Put("a");
  store_ = {};
  EXPECT_THAT(Keys(*Visit(), {}), ElementsAre("a"));
  Open();
  EXPECT_THAT(LeaseKeys(), ElementsAre("a")) << "a visitor locks nobody out";
}

TEST_F(SqliteBrowserTest, RefusesWhatItCannotRead) {
  EXPECT_THAT(OpenSqliteBrowser(directory_.File("none.db")),
              StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_NE(std::filesystem::exists(directory_.File("none.db")), true) << "and makes nothing";
  const std::string empty = directory_.File("empty.db");
  std::fclose(std::fopen(empty.c_str(), "w"));
  EXPECT_THAT(OpenSqliteBrowser(empty), StatusIs(absl::StatusCode::kNotFound, _));
  const std::string other = directory_.File("other.db");
  std::FILE* const file = std::fopen(other.c_str(), "w");
  std::fputs("this is no database, but it is long enough to look at it as if it were one", file);
  std::fclose(file);
  EXPECT_THAT(OpenSqliteBrowser(other), StatusIs(absl::StatusCode::kDataLoss, _));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
