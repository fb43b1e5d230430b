// `MessageBird-Signature` with `MessageBird-Request-Timestamp`: of query and body, or of URL and
// body.

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "messagebird_test_signatures.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::omni::testing::IsOk;

TEST(MessageBirdTimestamped, TheOlderSchemeCoversQueryAndBodyButNotTheUrl) {
  const auto result =
      Verify(WithTimestamp({.url = std::string(kUrl) + "?a=1", .body = kSms}, "a=1"));
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->coverage.body);
  EXPECT_TRUE(result->coverage.query);
  EXPECT_FALSE(result->coverage.url);
  EXPECT_EQ(result->nonce, "");
}

TEST(MessageBirdTimestamped, TheOlderSchemeNeedsNoKnownUrl) {
  Presented presented = WithTimestamp({.body = kSms}, "");
  presented.url = "/messagebird";
  EXPECT_THAT(Verify(presented), IsOk());
}

TEST(MessageBirdTimestamped, TheOlderSchemeSortsAndEscapesAnew) {
  struct Case {
    std::string_view signed_query;
    std::string_view query;
    bool accepted;
  };
  constexpr Case kCases[] = {
      {"", "", true},
      {"b=2&a=1", "b=2&a=1", true},  // as it is on the wire
      {"a=1&b=2", "b=2&a=1", true},  // sorted by name
      {"a=1&a-b=2", "a-b=2&a=1", true},
      {"id=7&id2=8", "id2=8&id=7", true},
      {"a=2&a=1", "a=2&a=1", true},  // the order of values is not touched
      {"a=1&a=2", "a=2&a=1", false},
      {"a=x+y", "a=x%20y", true},  // as Go escapes
      {"a=x%20y", "a=x+y", true},  // as Node escapes
      {"a=it's", "a=it%27s", true},
      {"a=it%27s", "a=it's", true},
      {"a=~", "a=%7E", true},
      {"a=%5B%5D", "a=[]", true},
      {"a=%5B%5D", "a=%5b%5d", true},
      {"a=%C3%A9", "a=%c3%a9", true},
      {"a=", "a", true},
      {"statusDatetime=2024-01-15T10%3A30%3A03%2B00%3A00",
       "statusDatetime=2024-01-15T10:30:03+00:00", true},  // decoded once too often
      {"a=x%2By", "a=x+y", false},
      {"a=1", "a=1&b=2", false},
      {"a=1&b=2", "a=1", false},
      {"a=1", "A=1", false},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.query);
    Presented presented = WithTimestamp({.body = kSms}, c.signed_query);
    if (!c.query.empty()) presented.url += "?" + std::string(c.query);
    EXPECT_EQ(ReasonOf(Verify(presented)), c.accepted ? "ok" : "signature_mismatch");
  }
}

TEST(MessageBirdTimestamped, AQueryBeyondItsLimitsIsTriedAsItIsOnly) {
  std::string query = "b=1&a=1";
  for (int i = 0; i < 1'000; ++i) query += "&a=1";
  Presented presented = WithTimestamp({.body = kSms}, query);
  presented.url += "?" + query;
  EXPECT_THAT(Verify(presented), IsOk());
  presented = WithTimestamp({.body = kSms}, "a=1");
  presented.url += "?" + query;
  EXPECT_EQ(ReasonOf(Verify(presented)), "signature_mismatch");
}

TEST(MessageBirdTimestamped, EachTextOfTheOlderHeadersHasAWindowOfItsOwn) {
  const auto with_query = [](std::int64_t age) {
    return ReasonOf(Verify(WithTimestamp({.body = kSms}, "", age)));
  };
  EXPECT_EQ(with_query(300), "ok");
  EXPECT_EQ(with_query(301), "timestamp_out_of_window");
  EXPECT_EQ(with_query(-300), "ok");
  EXPECT_EQ(with_query(-301), "timestamp_out_of_window");
  const auto with_url = [](std::int64_t age) {
    return ReasonOf(Verify(WithTimestamp({.body = kSms}, kUrl, age)));
  };
  EXPECT_EQ(with_url(24 * 3'600), "ok");
  EXPECT_EQ(with_url(24 * 3'600 + 1), "timestamp_out_of_window");
  EXPECT_EQ(with_url(-300), "ok");
  EXPECT_EQ(with_url(-301), "timestamp_out_of_window");
}

TEST(MessageBirdTimestamped, WindowsAreOptions) {
  const Options options = {.clock_skew = absl::ZeroDuration(),
                           .max_age = absl::Seconds(10),
                           .redelivery_age = absl::Seconds(20)};
  EXPECT_EQ(ReasonOf(Verify(WithTimestamp({.body = kSms}, "", 11), options)),
            "timestamp_out_of_window");
  EXPECT_EQ(ReasonOf(Verify(WithTimestamp({.body = kSms}, kUrl, 11), options)), "ok");
  EXPECT_EQ(ReasonOf(Verify(WithTimestamp({.body = kSms}, kUrl, 21), options)),
            "timestamp_out_of_window");
  Presented presented = WithToken({.body = kSms});
  presented.now += absl::Seconds(59);
  EXPECT_EQ(ReasonOf(Verify(presented)), "ok");
  EXPECT_EQ(ReasonOf(Verify(presented, options)), "jwt_expired");
}

TEST(MessageBirdTimestamped, AWrongKeyIsToldFromAnOldRedelivery) {
  Presented presented = WithTimestamp({.body = kSms}, "", 100'000);
  EXPECT_EQ(ReasonOf(Verify(presented)), "timestamp_out_of_window");
  presented.keys = {"another"};
  EXPECT_EQ(ReasonOf(Verify(presented)), "signature_mismatch");
}

TEST(MessageBirdTimestamped, AnOlderSignatureNeedsItsTimestamp) {
  const auto reason = [](std::optional<std::string_view> timestamp) {
    Presented presented = WithTimestamp({.body = kSms}, "");
    HttpHeaders headers;
    for (const auto& [name, value] : presented.headers) {
      if (name != "MessageBird-Request-Timestamp") headers.Add(name, value);
    }
    if (timestamp) headers.Add("MessageBird-Request-Timestamp", std::string(*timestamp));
    presented.headers = headers;
    return ReasonOf(Verify(presented));
  };
  EXPECT_EQ(reason(std::nullopt), "timestamp_missing");
  for (std::string_view text : {"", "soon", "-1705314602", "+1705314602", " 1705314602",
                                "1705314602.0", "0x65a50000", "99999999999999999999"}) {
    EXPECT_EQ(reason(text), "timestamp_malformed") << text;
  }
  EXPECT_EQ(reason("1705314601"), "signature_mismatch");
}

TEST(MessageBirdTimestamped, AnOlderSignatureHasOneSpelling) {
  const Presented genuine = WithTimestamp({.body = kSms}, "");
  const std::string signature(*genuine.headers.Find("MessageBird-Signature"));
  for (const std::string& other :
       {std::string(), signature.substr(1), signature + "=", " " + signature, signature + "\n",
        signature.substr(0, 43), HexEncode(*Base64Decode(signature))}) {
    Presented presented = genuine;
    presented.headers.Set("MessageBird-Signature", other);
    EXPECT_EQ(ReasonOf(Verify(presented)), "signature_malformed") << other;
  }
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
