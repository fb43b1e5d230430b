#include "base/same_text.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace omni {
namespace {

TEST(SameTextTest, ComparesEveryByteOfEveryLength) {
  for (std::size_t length = 0; length < 40; ++length) {
    // Memory of just that size, for the sanitizer to see what is read beyond it.
    const std::vector<char> a(length, 'x');
    const std::string_view text(a.data(), length);
    EXPECT_TRUE(internal::SameText(text, std::string(length, 'x')));
    EXPECT_FALSE(internal::SameText(text, std::string(length + 1, 'x')));
    for (std::size_t at = 0; at < length; ++at) {
      std::vector<char> b = a;
      b[at] = 'y';
      EXPECT_FALSE(internal::SameText(text, std::string_view(b.data(), length))) << length << at;
    }
  }
}

}  // namespace
}  // namespace omni
