#include <gtest/gtest.h>

#include <utility>

#include "omni/testing/conformance.h"
#include "pigeon_adapter.h"

namespace pigeon {
namespace {

TEST(PigeonConformance, HoldsToEveryCheck) {
  omni::AdapterRegistry::Builder adapters;
  Register(adapters);
  const auto registry = std::move(adapters).Build();
  ASSERT_TRUE(registry.ok());
  const auto factory = registry->Find("pigeon");
  ASSERT_TRUE(factory.ok());
  omni::testing::RunAdapterConformance(**factory, {.vectors = PIGEON_VECTORS});
}

}  // namespace
}  // namespace pigeon
