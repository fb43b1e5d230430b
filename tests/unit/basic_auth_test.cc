#include "omni/support/basic_auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omni/support/encoding.h"

namespace omni {
namespace {

using ::testing::Eq;
using ::testing::Optional;

struct BasicCase {
  std::string header;
  std::string_view username;
  std::string_view password;
};

TEST(BasicAuthTest, ReadsUserAndPassword) {
  const BasicCase cases[] = {
      {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
      {"basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
      {" BASIC   QWxhZGRpbjpvcGVuIHNlc2FtZQ== ", "Aladdin", "open sesame"},
      {"Basic " + Base64Encode("u:p:with:colons"), "u", "p:with:colons"},
      {"Basic " + Base64Encode(":"), "", ""},
      {"Basic " + Base64Encode("\u00fc:\u20ac"), "\u00fc", "\u20ac"},
  };
  for (const BasicCase& test : cases) {
    const std::optional<BasicCredentials> credentials = ParseBasic(test.header);
    ASSERT_TRUE(credentials.has_value()) << test.header;
    EXPECT_EQ(credentials->username, test.username);
    EXPECT_EQ(credentials->password.Reveal(), test.password);
  }
}

TEST(BasicAuthTest, RefusesWhatIsNoBasicHeader) {
  for (const std::string& header :
       {std::string(), std::string("Basic"), std::string("Basic "), std::string("Basic !!!"),
        std::string("BasicQWxhZGRpbjpvcGVuIHNlc2FtZQ=="), std::string("Bearer QTpC"),
        std::string("Basic QTpC QTpC"), std::string("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ"),
        "Basic " + Base64Encode("no colon"), "Basic " + Base64Encode("user:line\nbreak"),
        "Basic " + Base64Encode(std::string_view("u\0:p", 4))}) {
    EXPECT_FALSE(ParseBasic(header).has_value()) << header;
  }
}

TEST(BasicAuthTest, ReadsABearerToken) {
  EXPECT_THAT(ParseBearer("Bearer abc.DEF-_~+/="), Optional(Eq("abc.DEF-_~+/=")));
  EXPECT_THAT(ParseBearer("bearer  x "), Optional(Eq("x")));
  for (std::string_view header :
       {"", "Bearer", "Bearer ", "Bearerx", "Basic x", "Bearer a b", "Bearer a\nb", "x"}) {
    EXPECT_FALSE(ParseBearer(header).has_value()) << header;
  }
}

TEST(BasicAuthTest, TheChallengeQuotesItsRealm) {
  EXPECT_EQ(BasicChallenge("omni"), R"(Basic realm="omni", charset="UTF-8")");
  EXPECT_EQ(BasicChallenge("a\"b\\c\r\nd"), R"(Basic realm="a\"b\\cd", charset="UTF-8")");
}

}  // namespace
}  // namespace omni
