#include "omni/support/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/random_bytes.h"

namespace omni {
namespace {

struct SplitCase {
  std::string_view url;
  UrlView parts;
};

const SplitCase kSplits[] = {
    {"https://h", {.scheme = "https", .host = "h"}},
    {"HTTP://Example.COM/", {.scheme = "HTTP", .host = "Example.COM", .path = "/"}},
    {"https://h:8443/a/b?x=1&y=%c3#f?g",
     {.scheme = "https",
      .host = "h",
      .port = "8443",
      .path = "/a/b",
      .query = "?x=1&y=%c3",
      .fragment = "#f?g"}},
    {"https://h?", {.scheme = "https", .host = "h", .query = "?"}},
    {"https://h#", {.scheme = "https", .host = "h", .fragment = "#"}},
    {"https://h?a=/b", {.scheme = "https", .host = "h", .query = "?a=/b"}},
    {"https://u:p@h/x", {.scheme = "https", .userinfo = "u:p", .host = "h", .path = "/x"}},
    {"https://a@b@h/x", {.scheme = "https", .userinfo = "a@b", .host = "h", .path = "/x"}},
    {"https://@h", {.scheme = "https", .host = "h"}},
    {"https://h/x@y", {.scheme = "https", .host = "h", .path = "/x@y"}},
    {"https://[2001:db8::1]:443/",
     {.scheme = "https", .host = "[2001:db8::1]", .port = "443", .path = "/"}},
    {"https://[::ffff:192.0.2.1]", {.scheme = "https", .host = "[::ffff:192.0.2.1]"}},
    {"https://192.0.2.1:1", {.scheme = "https", .host = "192.0.2.1", .port = "1"}},
    {"https://h:65535", {.scheme = "https", .host = "h", .port = "65535"}},
    {"https://h/a b\\c", {.scheme = "https", .host = "h", .path = "/a b\\c"}},
    {"https://b\u00fccher.example/\u00e9",
     {.scheme = "https", .host = "b\u00fccher.example", .path = "/\u00e9"}},
};

std::string Join(const UrlView& url) {
  std::string text(url.scheme);
  text.append("://");
  if (!url.userinfo.empty()) text.append(url.userinfo).append("@");
  text.append(url.host);
  if (!url.port.empty()) text.append(":").append(url.port);
  return text.append(url.path).append(url.query).append(url.fragment);
}

TEST(UrlTest, SplitsWithoutChangingAByte) {
  for (const SplitCase& split : kSplits) {
    const std::optional<UrlView> url = SplitUrl(split.url);
    ASSERT_TRUE(url.has_value()) << split.url;
    EXPECT_EQ(url->scheme, split.parts.scheme) << split.url;
    EXPECT_EQ(url->userinfo, split.parts.userinfo) << split.url;
    EXPECT_EQ(url->host, split.parts.host) << split.url;
    EXPECT_EQ(url->port, split.parts.port) << split.url;
    EXPECT_EQ(url->path, split.parts.path) << split.url;
    EXPECT_EQ(url->query, split.parts.query) << split.url;
    EXPECT_EQ(url->fragment, split.parts.fragment) << split.url;
  }
}

TEST(UrlTest, RefusesWhatIsNoAbsoluteHttpUrl) {
  for (std::string_view url : {"",
                               "h",
                               "/path",
                               "//h/x",
                               "ftp://h",
                               "https:/h",
                               "https:h",
                               "https//h",
                               "https://",
                               "https:///x",
                               "https://?x",
                               "https://:443",
                               "https://u@",
                               "https://u@:80",
                               "https://h:",
                               "https://h:0",
                               "https://h:65536",
                               "https://h:123456",
                               "https://h:8a",
                               "https://h:+80",
                               "https://h:-1",
                               "https://h:80:80",
                               "https://h\\@evil",
                               "https://h\\x",
                               "https://h h/",
                               "https://h\t/",
                               "https://h\n",
                               "https://u p@h",
                               "https://h\x7f",
                               "https://[::1",
                               "https://[]",
                               "https://[::1]x",
                               "https://[::1]x80",
                               "https://u\x7f@h",
                               "https://[1.2.3.4]",
                               "https://[::g]",
                               "https://[fe80::1%25e]",
                               "https://::1",
                               "https://h<",
                               "https://h]",
                               "https://h[0]",
                               "xhttps://h",
                               "https ://h"}) {
    EXPECT_FALSE(SplitUrl(url).has_value()) << url;
  }
  EXPECT_FALSE(SplitUrl(std::string_view("https://h\0x", 11)).has_value());
}

TEST(UrlTest, WhateverSplitsJoinsAgain) {
  constexpr std::string_view kCharacters = "ah:/?#@[]%.\\ 1=&";
  testing::RandomBytes random;
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "https://";
    for (char c : random.NextUpTo(12)) {
      text.push_back(kCharacters[static_cast<unsigned char>(c) % kCharacters.size()]);
    }
    const std::optional<UrlView> url = SplitUrl(text);
    if (!url || text.starts_with("https://@")) continue;  // an empty user-info leaves no trace
    ++accepted;
    ASSERT_EQ(Join(*url), text);
  }
  EXPECT_GT(accepted, 1000);
}

TEST(UrlTest, DecodesPercentAndNothingElse) {
  EXPECT_EQ(PercentDecode("a%20b+c%2B%e2%82%ac"), "a b+c+\u20ac");
  EXPECT_EQ(PercentDecode("%"), "%");
  EXPECT_EQ(PercentDecode("%2"), "%2");
  EXPECT_EQ(PercentDecode("%2x%%41"), "%2x%A");
  EXPECT_EQ(PercentDecode("%00"), std::string(1, '\0'));
  EXPECT_EQ(PercentDecode(""), "");
}

TEST(UrlTest, EncodesAllButTheUnreserved) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(PercentEncode(" +/?&=%*'(\u20ac"), "%20%2B%2F%3F%26%3D%25%2A%27%28%E2%82%AC");
}

TEST(UrlTest, EncodedRandomBytesComeBack) {
  testing::RandomBytes random;
  for (int round = 0; round < 500; ++round) {
    const std::string bytes = random.NextUpTo(60);
    ASSERT_EQ(PercentDecode(PercentEncode(bytes)), bytes);
  }
}

TEST(UrlTest, ShowsNoSecretPartOfAUrl) {
  EXPECT_EQ(RedactUrl("https://user:pw@h:8443/p?token=s3cret&n=&flag#frag"),
            "https://h:8443/p?token=[6]&n=&[4]");
  EXPECT_EQ(RedactUrl("/webhook?hub.verify_token=abc&x=1=2"),
            "/webhook?hub.verify_token=[3]&x=[3]");
  EXPECT_EQ(RedactUrl("https://h/p"), "https://h/p");
  EXPECT_EQ(RedactUrl("https://h?"), "https://h?");
  EXPECT_EQ(RedactUrl("https://h?&&a=1"), "https://h?&&a=[1]");
  EXPECT_EQ(RedactUrl("s3cret"), "[not a URL]");
  EXPECT_EQ(RedactUrl("ftp://u:s3cret@h"), "[not a URL]");
}

}  // namespace
}  // namespace omni
