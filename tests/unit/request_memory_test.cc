#include "base/request_memory.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/mask.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

TEST(RequestMemoryTest, KeepsCopiesBeyondItsOwnRoom) {
  RequestMemory memory;
  std::vector<std::string_view> copies;
  for (std::size_t i = 0; i < 200; ++i)
    copies.push_back(CopyTo(memory, std::to_string(i), "-behind"));
  for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(copies[i], std::to_string(i) + "-behind");
  EXPECT_EQ(CopyTo(memory, std::string(5000, 'x')), std::string(5000, 'x'));
  EXPECT_TRUE(CopyTo(memory, "").empty());
}

TEST(MaskDigitsInTest, CopiesOnlyWhatIsMasked) {
  RequestMemory memory;
  const std::string plain = "/hooks/123456/receive";
  EXPECT_EQ(MaskDigitsIn(memory, plain).data(), plain.data());
  EXPECT_EQ(MaskDigitsIn(memory, "/hooks/15551234567/x"), "/hooks/***4567/x");
  EXPECT_EQ(MaskDigitsIn(memory, "1234567"), "***4567");
  EXPECT_EQ(MaskDigitsIn(memory, "ends in 1234567"), "ends in ***4567");
  EXPECT_TRUE(MaskDigitsIn(memory, "").empty());
}

}  // namespace
}  // namespace internal
}  // namespace omni::inline v0_1
