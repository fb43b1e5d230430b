#include "contracts/idempotency_store_contract.h"
#include "omni/components/memory.h"
#include "omni/testing/fakes.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

IdempotencySubject Subject() {
  const auto clock = std::make_shared<FakeClock>();
  return {.store = MakeMemoryIdempotencyStore({}),
          .now = [clock] { return clock->Now(); },
          .pass = [clock](absl::Duration time) { clock->Advance(time); }};
}
INSTANTIATE_TEST_SUITE_P(Memory, IdempotencyStoreContract, ::testing::Values(Subject));

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
