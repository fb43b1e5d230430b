#include "omni/secret.h"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

namespace omni {
namespace {

TEST(SecretTest, PrintsAsRedacted) {
  std::ostringstream out;
  out << Secret("hunter2");
  EXPECT_EQ(out.str(), "[redacted]");
}

TEST(SecretTest, MovesAndLeavesNothingBehind) {
  Secret a("short");
  const char* const bytes = a.Reveal().data();
  Secret b = std::move(a);
  EXPECT_EQ(b.Reveal(), "short");
  EXPECT_EQ(b.Reveal().data(), bytes) << "the bytes were copied, so the old ones were left behind";
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): what a move leaves is the point

  Secret c("other");
  c = std::move(b);
  EXPECT_EQ(c.Reveal(), "short");
  EXPECT_EQ(c.Clone().Reveal(), "short");
}

TEST(ConstantTimeEqualsTest, ComparesWholeStrings) {
  EXPECT_TRUE(ConstantTimeEquals("", ""));
  EXPECT_TRUE(ConstantTimeEquals("abc", "abc"));
  EXPECT_FALSE(ConstantTimeEquals("abc", "abd"));
  EXPECT_FALSE(ConstantTimeEquals("abc", "ab"));
  EXPECT_FALSE(ConstantTimeEquals("ab", "abc"));
  EXPECT_FALSE(ConstantTimeEquals(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(ConstantTimeEqualsTest, SeesEveryBitOfEveryByte) {
  for (const std::size_t size : {1U, 7U, 8U, 9U, 16U, 32U, 43U, 64U}) {
    const std::string text(size, 'x');
    EXPECT_TRUE(ConstantTimeEquals(text, std::string(text)));
    for (std::size_t i = 0; i < size; ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string other = text;
        other[i] = static_cast<char>(other[i] ^ (1 << bit));
        EXPECT_FALSE(ConstantTimeEquals(text, other)) << size << ", byte " << i << ", bit " << bit;
      }
    }
  }
}

}  // namespace
}  // namespace omni
