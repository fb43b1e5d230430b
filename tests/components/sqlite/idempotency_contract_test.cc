#include "components/sqlite/harness.h"
#include "contracts/idempotency_store_contract.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

/// A file of its own, which goes with the store.
IdempotencySubject Subject() {
  auto directory = std::make_shared<TemporaryDirectory>();
  const auto clock = std::make_shared<FakeClock>();
  auto store = OpenSqlite({.path = directory->File("queue.db"), .clock = clock});
  EXPECT_THAT(store, IsOk());
  auto idempotency = store->idempotency;
  IdempotencyStore* const raw = idempotency.get();
  const auto close = [directory, idempotency](IdempotencyStore*) mutable {
    idempotency.reset();
    directory.reset();
  };
  return {.store = std::shared_ptr<IdempotencyStore>(raw, close),
          .now = [clock] { return clock->Now(); },
          .pass = [clock](absl::Duration time) { clock->Advance(time); }};
}
INSTANTIATE_TEST_SUITE_P(Sqlite, IdempotencyStoreContract, ::testing::Values(Subject));

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
