/// \file
/// The queue against the contract that every engine meets.
#include "components/sqlite/harness.h"
#include "contracts/queue_contract.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

/// Thread safety: confined.
class SqliteQueueHarness final : public QueueHarness {
 public:
  [[nodiscard]] QueueTraits traits() const override { return {.deduplicates = true}; }
  [[nodiscard]] Ports Open() override {
    const auto store = OpenSqlite({.path = directory_.File("queue.db")});
    EXPECT_THAT(store, IsOk());
    return store.ok() ? Ports{.sink = store->sink, .source = store->source} : Ports{};
  }

 private:
  TemporaryDirectory directory_;
};

std::unique_ptr<QueueHarness> MakeHarness() { return std::make_unique<SqliteQueueHarness>(); }

INSTANTIATE_TEST_SUITE_P(Sqlite, QueueContract, ::testing::Values(MakeHarness));

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
