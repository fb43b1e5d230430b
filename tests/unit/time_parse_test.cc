#include "omni/support/time_parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omni/testing/status_matchers.h"

namespace omni {
namespace {

using ::testing::Eq;
using ::testing::Optional;

TEST(TimeParseTest, TellsSecondsFromMilliseconds) {
  EXPECT_THAT(ParseUnixTime("1705314600"), Optional(absl::FromUnixSeconds(1705314600)));
  EXPECT_THAT(ParseUnixTime("1705314600123"), Optional(absl::FromUnixMillis(1705314600123)));
  EXPECT_THAT(ParseUnixTime("1000000000000"), Optional(absl::FromUnixMillis(1000000000000)));
  EXPECT_THAT(ParseUnixTime("0"), Optional(absl::UnixEpoch()));
}

TEST(TimeParseTest, UnixTimeEndsWithTheYear9999) {
  EXPECT_THAT(ParseUnixTime("253402300799"), Optional(absl::FromUnixSeconds(253402300799)));
  EXPECT_EQ(ParseUnixTime("253402300800"), std::nullopt);
  EXPECT_EQ(ParseUnixTime("999999999999"), std::nullopt);
  EXPECT_THAT(ParseUnixTime("253402300799999"), Optional(absl::FromUnixMillis(253402300799999)));
  EXPECT_EQ(ParseUnixTime("253402300800000"), std::nullopt);
}

TEST(TimeParseTest, UnixTimeIsDigitsOnly) {
  for (std::string_view text :
       {"", "+1705314600", "-1705314600", "-0", " 1705314600", "1705314600 ", "1705314600.5", "1e9",
        "0x10", "now", "9223372036854775808", "99999999999999999999999999"}) {
    EXPECT_EQ(ParseUnixTime(text), std::nullopt) << text;
  }
}

TEST(TimeParseTest, ReadsJsonStringsAndNumbers) {
  OMNI_ASSERT_OK_AND_ASSIGN(
      const JsonDocument document,
      JsonDocument::Parse(R"({"s":"1705314600","n":1705314600123,"f":1.5,"b":true,"z":null})"));
  const JsonValue root = document.root();
  EXPECT_THAT(ParseUnixTime(root["s"]), Optional(absl::FromUnixSeconds(1705314600)));
  EXPECT_THAT(ParseUnixTime(root["n"]), Optional(absl::FromUnixMillis(1705314600123)));
  for (std::string_view key : {"f", "b", "z", "absent"}) {
    EXPECT_EQ(ParseUnixTime(root[key]), std::nullopt) << key;
  }
}

TEST(TimeParseTest, ReadsIsoTimes) {
  const absl::Time time = absl::FromUnixSeconds(1705314600);
  for (std::string_view text :
       {"2024-01-15T10:30:00Z", "2024-01-15t10:30:00z", "2024-01-15 10:30:00Z",
        "2024-01-15T10:30:00+00:00", "2024-01-15T10:30:00+0000", "2024-01-15T11:30:00+01:00",
        "2024-01-15T05:00:00-0530", "2024-01-15T10:30:00.000Z", "2024-01-15T10:29:60Z"}) {
    EXPECT_THAT(ParseIsoTime(text), Optional(time)) << text;
  }
}

TEST(TimeParseTest, ReadsAnyFraction) {
  const absl::Time second = absl::FromUnixSeconds(1705314600);
  EXPECT_THAT(ParseIsoTime("2024-01-15T10:30:00.5Z"), Optional(second + absl::Milliseconds(500)));
  EXPECT_THAT(ParseIsoTime("2024-01-15T10:30:00.123456Z"),
              Optional(second + absl::Microseconds(123456)));
  EXPECT_THAT(ParseIsoTime("2024-01-15T10:30:00.000000001999Z"),
              Optional(second + absl::Nanoseconds(1)));
}

TEST(TimeParseTest, KnowsTheCalendar) {
  EXPECT_TRUE(ParseIsoTime("2024-02-29T00:00:00Z").has_value());
  EXPECT_EQ(ParseIsoTime("2023-02-29T00:00:00Z"), std::nullopt);
  EXPECT_EQ(ParseIsoTime("2023-04-31T00:00:00Z"), std::nullopt);
  EXPECT_THAT(ParseIsoTime("1969-12-31T23:59:59Z"), Optional(absl::FromUnixSeconds(-1)));
}

TEST(TimeParseTest, IsoTimeEndsWithTheYear9999) {
  EXPECT_THAT(ParseIsoTime("9999-12-31T23:59:59Z"), Optional(absl::FromUnixSeconds(253402300799)));
  EXPECT_EQ(ParseIsoTime("9999-12-31T23:59:60Z"), std::nullopt);
  EXPECT_EQ(ParseIsoTime("9999-12-31T23:59:59-00:01"), std::nullopt);
}

TEST(TimeParseTest, RefusesWhatIsNoIsoTime) {
  for (std::string_view text : {"",
                                "2024-01-15",
                                "2024-01-15T10:30Z",
                                "2024-01-15T10:30:00",
                                "2024-01-15T10:30:00.Z",
                                "2024-01-15T10:30:00,5Z",
                                "2024-01-15T24:00:00Z",
                                "2024-01-15T10:60:00Z",
                                "2024-01-15T10:30:61Z",
                                "2024-13-15T10:30:00Z",
                                "2024-00-15T10:30:00Z",
                                "2024-01-00T10:30:00Z",
                                "2024-1-15T10:30:00Z",
                                "24-01-15T10:30:00Z",
                                " 2024-01-15T10:30:00Z",
                                "2024-01-15T10:30:00Z ",
                                "+2024-01-15T10:30:00Z",
                                "2024-01-15T10:30:00+24:00",
                                "2024-01-15T10:30:00+01:60",
                                "2024-01-15T10:30:00+1:00",
                                "2024-01-15T10:30:00+01",
                                "2024-01-15T10:30:00UTC",
                                "2024-01-15T10:30:00 Z",
                                "2024-01-15_10:30:00Z",
                                "2024/01/15T10:30:00Z"}) {
    EXPECT_EQ(ParseIsoTime(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace omni
