#include "omni/uuid.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace omni {
namespace {

constexpr std::array<std::uint8_t, 10> kEntropy = {0xFC, 0xC3, 0xD8, 0xC4, 0xDC,
                                                   0x0C, 0x0C, 0x07, 0x39, 0x8F};

TEST(UuidTest, MatchesTheExampleOfTheRfc) {
  // RFC 9562, appendix A.6.
  EXPECT_EQ(MakeUuidV7(absl::FromUnixMillis(0x017F22E279B0), kEntropy),
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(UuidTest, FixesVersionAndVariantAndKeepsTheOtherBits) {
  const absl::Time time = absl::FromUnixMillis(0x0123456789AB);
  std::array<std::uint8_t, 10> entropy;
  entropy.fill(0xFF);
  EXPECT_EQ(MakeUuidV7(time, entropy), "01234567-89ab-7fff-bfff-ffffffffffff");
  entropy.fill(0x00);
  EXPECT_EQ(MakeUuidV7(time, entropy), "01234567-89ab-7000-8000-000000000000");
}

TEST(UuidTest, SortsByTime) {
  std::array<std::uint8_t, 10> high;
  high.fill(0xFF);
  const absl::Time time = absl::FromUnixMillis(1'705'314'600'000);
  EXPECT_LT(MakeUuidV7(time, high), MakeUuidV7(time + absl::Milliseconds(1), {}));
}

TEST(UuidTest, TimesOutOfRangeAreTheNearestWithin) {
  EXPECT_EQ(MakeUuidV7(absl::InfinitePast(), {}), "00000000-0000-7000-8000-000000000000");
  EXPECT_EQ(MakeUuidV7(absl::InfiniteFuture(), {}), "ffffffff-ffff-7000-8000-000000000000");
}

}  // namespace
}  // namespace omni
