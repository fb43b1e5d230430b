#include "support/copy_until.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace omni {
namespace {

using ::omni::internal::CopyUntil;
using ::omni::internal::HasByte;

constexpr std::size_t kMaxSize = 70;  // some blocks of sixteen, one of eight and single bytes

/// Copies `text` to memory of just that size, and returns what was copied.
template <char... Stops>
std::string Copied(std::string_view text) {
  std::string room(text.size(), '?');
  char* out = room.data();
  const char* const end = text.data() + text.size();
  const char* const stop = CopyUntil<Stops...>(text.data(), end, out);
  EXPECT_EQ(stop - text.data(), out - room.data());
  return room.substr(0, static_cast<std::size_t>(out - room.data()));
}

std::string Plain(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('A' + i % 26);
  return text;
}

TEST(CopyUntilTest, CopiesTextOfEverySizeWithoutAStop) {
  for (std::size_t size = 0; size < kMaxSize; ++size) {
    EXPECT_EQ((Copied<'%', '+', '&', '='>(Plain(size))), Plain(size));
  }
}

TEST(CopyUntilTest, StopsAtEveryPlace) {
  for (std::size_t size = 1; size < kMaxSize; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (char stop : {'%', '+', '&', '='}) {
        std::string text = Plain(size);
        text[at] = stop;
        EXPECT_EQ((Copied<'%', '+', '&', '='>(text)), Plain(at));
        text.back() = '%';  // another one behind it
        EXPECT_EQ((Copied<'%', '+', '&', '='>(text)), Plain(at));
      }
    }
  }
}

TEST(CopyUntilTest, StopsAtNoOtherByte) {
  for (int byte = 0; byte < 256; ++byte) {
    std::string text = Plain(40);
    text[3] = text[20] = text[39] = static_cast<char>(byte);
    EXPECT_EQ(Copied<'%'>(text), byte == '%' ? Plain(3) : text);
    EXPECT_EQ(Copied<'\xff'>(text), byte == 0xff ? Plain(3) : text);
  }
}

TEST(CopyUntilTest, SeesAByteInAnyPlaceOfAWord) {
  for (int place = 0; place < 8; ++place) {
    const std::uint64_t word = std::uint64_t{'%'} << 8 * place;
    EXPECT_TRUE(HasByte(word, '%'));
    EXPECT_FALSE(HasByte(word, '&'));
    EXPECT_FALSE(HasByte(word | std::uint64_t{0xff} << (8 * place), '%'));
  }
}

}  // namespace
}  // namespace omni
