#include "omni/short_text.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>

namespace omni::inline v0_1 {
namespace testing {
namespace {

std::string Of(std::size_t size) { return std::string(size, 'x'); }

TEST(ShortTextTest, HoldsAnyLength) {
  EXPECT_TRUE(ShortText().empty());
  EXPECT_TRUE(ShortText("").empty());
  for (const std::size_t size :
       {std::size_t{1}, ShortText::kRoom, ShortText::kRoom + 1, std::size_t{5000}}) {
    const ShortText text(Of(size));
    EXPECT_EQ(text, Of(size));
    EXPECT_FALSE(text.empty());
    EXPECT_FALSE(text == Of(size - 1));
  }
}

TEST(ShortTextTest, OwnsItsText) {
  ShortText text = Of(3);
  const ShortText copy = text;
  text = Of(100);
  EXPECT_EQ(copy, "xxx");
  const ShortText moved = std::move(text);
  EXPECT_EQ(moved, Of(100));
  EXPECT_EQ(moved, ShortText(Of(100)));
  EXPECT_NE(moved, copy);
}

TEST(ShortTextTest, ALongTextMakesRoomForAShortOne) {
  ShortText text = Of(100);
  text = "short";
  EXPECT_EQ(text, "short");
  text = "";
  EXPECT_TRUE(text.empty());
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
