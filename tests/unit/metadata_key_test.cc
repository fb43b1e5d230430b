#include "omni/support/metadata_key.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace omni {
namespace {

TEST(MetadataKeyTest, IsInCamelCase) {
  EXPECT_EQ(MetadataKey("", "date_utc"), "dateUtc");
  EXPECT_EQ(MetadataKey("", "FromCity"), "fromCity");
  EXPECT_EQ(MetadataKey("", "price[amount]"), "priceAmount");
  EXPECT_EQ(MetadataKey("", "--A..b9--"), "aB9");
  EXPECT_EQ(MetadataKey("", "9lives"), "9lives");
  EXPECT_EQ(MetadataKey("", "_\u00e9t\u00e9"), "\u00e9t\u00e9");
}

TEST(MetadataKeyTest, GoesBehindAPrefix) {
  EXPECT_EQ(MetadataKey("failure", "code"), "failureCode");
  EXPECT_EQ(MetadataKey("failure", "_code"), "failureCode");
  EXPECT_EQ(MetadataKey("Failure", "Code"), "FailureCode");
  EXPECT_EQ(MetadataKey("failure", ""), "failure");
  EXPECT_EQ(MetadataKey("failure", "-"), "failure");
}

TEST(MetadataKeyTest, IsNeverEmpty) {
  EXPECT_EQ(MetadataKey("", ""), "other");
  EXPECT_EQ(MetadataKey("", "-"), "other");
  EXPECT_EQ(MetadataKey("", "[]--[]--"), "other");
}

TEST(MetadataKeyTest, IsMadeAlikeInTheSameMemory) {
  MetadataKeyMaker keys;
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string name = "A_" + std::string(size, 'b');
    EXPECT_EQ(keys.Make("", name), MetadataKey("", name));
    EXPECT_EQ(keys.Make(name, "c-d"), MetadataKey(name, "c-d"));
  }
  EXPECT_EQ(keys.Make("", "-"), "other");
}

}  // namespace
}  // namespace omni
