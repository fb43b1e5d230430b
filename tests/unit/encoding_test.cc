#include "omni/support/encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/random_bytes.h"

namespace omni {
namespace {

using ::testing::Eq;
using ::testing::Optional;

struct Vector {
  std::string_view bytes;
  std::string_view base64;
  std::string_view base64_url;
  std::string_view hex;
};

constexpr Vector kVectors[] = {
    {"", "", "", ""},
    {"f", "Zg==", "Zg", "66"},
    {"fo", "Zm8=", "Zm8", "666f"},
    {"foo", "Zm9v", "Zm9v", "666f6f"},
    {"foob", "Zm9vYg==", "Zm9vYg", "666f6f62"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE", "666f6f6261"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy", "666f6f626172"},
    {"\xfb\xff\xbf", "+/+/", "-_-_", "fbffbf"},
};

TEST(EncodingTest, EncodesAndDecodesKnownVectors) {
  for (const Vector& vector : kVectors) {
    EXPECT_EQ(Base64Encode(vector.bytes), vector.base64);
    EXPECT_EQ(Base64UrlEncode(vector.bytes), vector.base64_url);
    EXPECT_EQ(HexEncode(vector.bytes), vector.hex);
    EXPECT_THAT(Base64Decode(vector.base64), Optional(Eq(vector.bytes)));
    EXPECT_THAT(Base64UrlDecode(vector.base64_url), Optional(Eq(vector.bytes)));
    EXPECT_THAT(HexDecode(vector.hex), Optional(Eq(vector.bytes)));
  }
}

TEST(EncodingTest, RandomBytesComeBack) {
  testing::RandomBytes random;
  for (int round = 0; round < 2000; ++round) {
    const std::string bytes = random.NextUpTo(100);
    ASSERT_THAT(Base64Decode(Base64Encode(bytes)), Optional(bytes));
    ASSERT_THAT(Base64UrlDecode(Base64UrlEncode(bytes)), Optional(bytes));
    ASSERT_THAT(HexDecode(HexEncode(bytes)), Optional(bytes));
  }
}

// Whatever decodes is the only spelling of its bytes.
TEST(EncodingTest, EveryAcceptedTextIsCanonical) {
  constexpr std::string_view kCharacters = "ABgw0/+-_= ";
  std::string text(4, ' ');
  const auto check = [&text] {
    if (const auto bytes = Base64Decode(text)) {
      ASSERT_EQ(Base64Encode(*bytes), text);
    }
    if (const auto bytes = Base64UrlDecode(text)) {
      ASSERT_EQ(Base64UrlEncode(*bytes), text.substr(0, text.find('=')));
    }
  };
  for (char a : kCharacters) {
    for (char b : kCharacters) {
      for (char c : kCharacters) {
        for (char d : kCharacters) {
          text = {a, b, c, d};
          check();
        }
      }
    }
  }
}

TEST(EncodingTest, Base64RefusesWhatIsNotExactlyBase64) {
  for (std::string_view text :
       {"Zg", "Zg=", "Zg===", "Z", "=", "==", "====", "Zg==Zg==", "Zm9=", "Zh==", "Zm8=\n",
        " Zm8=", "Zm 8", "Zm8-", "Zm8_", "Zm=8", "Zm9v====", "Zm9vA===", "Zm9\xc3"}) {
    EXPECT_EQ(Base64Decode(text), std::nullopt) << text;
  }
  EXPECT_EQ(Base64Decode(std::string_view("Zm9\0", 4)), std::nullopt);
}

TEST(EncodingTest, Base64UrlTakesPaddingOnlyWhereItBelongs) {
  EXPECT_THAT(Base64UrlDecode("Zg=="), Optional(Eq("f")));
  EXPECT_THAT(Base64UrlDecode("Zm8="), Optional(Eq("fo")));
  for (std::string_view text : {"Zg=", "Zg===", "Zm8==", "Zm9v=", "Zm9v==", "Zm9v====", "Z", "A",
                                "Zm9vA", "Zh", "Zm9", "Zm8+", "Zm8/", "Zm 8", "="}) {
    EXPECT_EQ(Base64UrlDecode(text), std::nullopt) << text;
  }
}

TEST(EncodingTest, HexTakesEitherCaseAndNothingElse) {
  EXPECT_THAT(HexDecode("DEadBEef"), Optional(Eq("\xde\xad\xbe\xef")));
  for (std::string_view text : {"d", "dea", "0x12", "gg", "1 ", " 1", "1g"}) {
    EXPECT_EQ(HexDecode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace omni
