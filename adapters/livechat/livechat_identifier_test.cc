#include "livechat_identifier.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "livechat_test_gateway.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/url.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using ::omni::testing::IsOk;

std::string ErrorCode(const HttpResponse& response) {
  const auto body = JsonDocument::Parse(response.body);
  return body.ok() ? std::string(body->root()["code"].text()) : "not JSON";
}

TEST(IdentifierTest, TakesAndRefusesEveryCaseOfTheFixture) {
  const JsonValue cases = Fixture("identifiers")["cases"];
  ASSERT_EQ(cases.size(), 30U);
  for (const JsonValue row : cases.elements()) {
    SCOPED_TRACE(row["name"].text());
    const auto identifier = DecodeIdentifier(PercentDecode(row["segment"].text()));
    ASSERT_EQ(identifier.has_value(), row["expect"].text() == "accept");
    if (!identifier) continue;
    const JsonValue parts = row["components"];
    EXPECT_EQ(identifier->org, parts.At(0).text());
    EXPECT_EQ(identifier->user, parts.At(1).text());
    EXPECT_EQ(identifier->livechat, parts.At(2).text());
  }
}

TEST(IdentifierTest, IsCheckedBeforeTheCredentialOnBothPaths) {
  TestGateway gateway({R"({"adapter":"livechat","webhookSecret":"s","apiToken":"t"})"});
  ASSERT_THAT(gateway.status(), IsOk());
  for (const JsonValue row : Fixture("identifiers")["cases"].elements()) {
    SCOPED_TRACE(row["name"].text());
    const bool good = row["expect"].text() == "accept";
    const std::string segment(row["segment"].text());
    const bool split = segment.find('/') != std::string::npos;
    for (std::string_view path : {"/webhooks/livechat/", "/livechat/"}) {
      for (std::string_view query : {"", "?action=fetch_messages&chat_id=c"}) {
        const HttpResponse response =
            gateway.Handle(BarePost(std::string(path) + segment + std::string(query), "{}"));
        EXPECT_EQ(response.status, split ? 404 : good ? 401 : 400);
        EXPECT_EQ(ErrorCode(response), split  ? "NOT_FOUND"
                                       : good ? "UNAUTHORIZED"
                                              : "INVALID_IDENTIFIER");
      }
    }
  }
}

TEST(IdentifierTest, IsCheckedInAnInsecureChannelToo) {
  TestGateway gateway({R"({"adapter":"livechat","insecure":true})"});
  ASSERT_THAT(gateway.status(), IsOk());
  const HttpResponse response = gateway.Handle(BarePost("/livechat/nonsense!", "{}"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(ErrorCode(response), "INVALID_IDENTIFIER");
}

TEST(IdentifierTest, HasOneSpellingOnlyPerAlphabetAndPadding) {
  const std::string canonical = Base64UrlEncode("org1:user2:lc-333");
  const Identifier expected{"org1", "user2", "lc-333"};
  EXPECT_EQ(DecodeIdentifier(canonical), expected);
  EXPECT_EQ(ToText(expected), "org1:user2:lc-333");
  // Every other last digit differs in stray bits, or in what it says.
  for (char c = '!'; c <= '~'; ++c) {
    std::string other = canonical;
    if (c == other.back()) continue;
    other.back() = c;
    EXPECT_NE(DecodeIdentifier(other), expected) << c;
  }
  EXPECT_FALSE(DecodeIdentifier(""));
  EXPECT_FALSE(DecodeIdentifier("="));
  EXPECT_FALSE(DecodeIdentifier(canonical + "=="));
  EXPECT_FALSE(DecodeIdentifier(canonical + "===="));
}

TEST(IdentifierTest, BoundsTheLengthOfItsParts) {
  const std::string longest(128, 'a');
  EXPECT_TRUE(ParseIdentifier(longest + ":u:l"));
  EXPECT_FALSE(ParseIdentifier(longest + "a:u:l"));
  EXPECT_FALSE(ParseIdentifier("o:u:" + longest + "a"));
}

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1
