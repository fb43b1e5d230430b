#include "omni/support/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omni/error.h"
#include "omni/testing/status_matchers.h"

namespace omni {
namespace {

using ::omni::testing::IsOk;
using ::omni::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

enum class Mode { kEnforce, kShadow, kEnforceAfter };
BOOST_DESCRIBE_ENUM(Mode, kEnforce, kShadow, kEnforceAfter)

struct Listen {
  std::string host = "127.0.0.1";
  std::int64_t port = 8080;
};
BOOST_DESCRIBE_STRUCT(Listen, (), (host, port))

struct Account {
  std::string account_sid = {};
  std::vector<std::string> tags = {};
};
BOOST_DESCRIBE_STRUCT(Account, (), (account_sid, tags))

struct Options {
  bool enabled = true;
  std::int64_t max_events = 100;
  double ratio = 0.5;
  std::string public_url = {};
  absl::Time start = absl::UnixEpoch();
  absl::Duration timeout = absl::Seconds(5);
  Mode mode = Mode::kEnforce;
  Listen listen = {};
  std::optional<std::int64_t> limit = {};
  std::optional<Listen> admin = {};
  std::vector<Account> accounts = {};
  std::vector<Mode> modes = {};
};
BOOST_DESCRIBE_STRUCT(Options, (),
                      (enabled, max_events, ratio, public_url, start, timeout, mode, listen, limit,
                       admin, accounts, modes))

// What one reading gave.
struct Reading {
  Options options;
  std::vector<std::string> problems;
};

Reading Read(std::string_view json, std::string_view path = "") {
  const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(json);
  EXPECT_THAT(document, IsOk());
  ConfigReader reader(document->root(), path);
  Reading reading;
  reader.Read(reading.options);
  reader.RejectUnknown({});
  reading.problems = reader.problems();
  return reading;
}

TEST(JsonNameTest, IsTheCamelCaseOfACppName) {
  EXPECT_EQ(JsonName("account_sid"), "accountSid");
  EXPECT_EQ(JsonName("class_"), "class");
  EXPECT_EQ(JsonName("kOptedOut"), "optedOut");
  EXPECT_EQ(JsonName("kUnknown"), "unknown");
  EXPECT_EQ(JsonName("sha256"), "sha256");
  EXPECT_EQ(JsonName("kind"), "kind");
  EXPECT_EQ(JsonName("keep_raw_2"), "keepRaw2");
  EXPECT_EQ(JsonName("k"), "k");
  EXPECT_EQ(JsonName(""), "");
}

TEST(ConfigReaderTest, KeepsDefaultsOfAbsentMembers) {
  const Reading reading = Read("{}");
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_TRUE(reading.options.enabled);
  EXPECT_EQ(reading.options.max_events, 100);
  EXPECT_EQ(reading.options.timeout, absl::Seconds(5));
  EXPECT_EQ(reading.options.limit, std::nullopt);
  EXPECT_FALSE(reading.options.admin.has_value());
}

TEST(ConfigReaderTest, ReadsEveryKindOfMember) {
  const auto [options, problems] = Read(R"({
    "enabled": false, "maxEvents": 7, "ratio": 2, "publicUrl": "https://h",
    "start": "2026-01-31T12:00:00Z", "timeout": "1m30s", "mode": "enforceAfter",
    "listen": {"port": 9090}, "limit": -3, "admin": {"host": "::1"},
    "accounts": [{"accountSid": "AC1", "tags": ["a", "b"]}, {}], "modes": ["shadow", "enforce"]})");
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_FALSE(options.enabled);
  EXPECT_EQ(options.max_events, 7);
  EXPECT_EQ(options.ratio, 2);
  EXPECT_EQ(options.public_url, "https://h");
  EXPECT_EQ(options.start, absl::FromUnixSeconds(1769860800));
  EXPECT_EQ(options.timeout, absl::Seconds(90));
  EXPECT_EQ(options.mode, Mode::kEnforceAfter);
  EXPECT_EQ(options.listen.host, "127.0.0.1");
  EXPECT_EQ(options.listen.port, 9090);
  EXPECT_THAT(options.limit, Optional(-3));
  ASSERT_TRUE(options.admin.has_value());
  EXPECT_EQ(options.admin->host, "::1");
  EXPECT_EQ(options.admin->port, 8080);
  ASSERT_EQ(options.accounts.size(), 2U);
  EXPECT_EQ(options.accounts[0].account_sid, "AC1");
  EXPECT_THAT(options.accounts[0].tags, ElementsAre("a", "b"));
  EXPECT_THAT(options.modes, ElementsAre(Mode::kShadow, Mode::kEnforce));
}

TEST(ConfigReaderTest, ReportsEveryMistakeWithItsPath) {
  EXPECT_THAT(Read(R"({
    "enabled": "yes", "maxEvents": 1.5, "ratio": "1", "publicUrl": 1,
    "start": "yesterday", "timeout": 5, "mode": "strict",
    "listen": {"port": "80", "hots": "h"}, "limit": true, "admin": [],
    "accounts": [{}, {"acountSid": "AC1", "tags": [1]}, 3], "modes": {}})")
                  .problems,
              ElementsAre("enabled: expected true or false",  //
                          "maxEvents: expected an integer",   //
                          "ratio: expected a number",         //
                          "publicUrl: expected a string",     //
                          "start: expected a time, as \"2026-01-31T12:00:00Z\"",
                          "timeout: expected a duration, as \"500ms\", \"5s\" or \"2m\"",
                          "mode: expected one of enforce, shadow, enforceAfter",
                          "listen.port: expected an integer",
                          "listen.hots: unknown key; did you mean host?",
                          "limit: expected an integer",  //
                          "admin: expected an object",   //
                          "accounts[1].tags[0]: expected a string",
                          "accounts[1].acountSid: unknown key; did you mean accountSid?",
                          "accounts[2]: expected an object",  //
                          "modes: expected a list"));
}

TEST(ConfigReaderTest, SuggestsTheNearestWord) {
  EXPECT_THAT(Read(R"({"mode": "Shadow"})").problems,
              ElementsAre("mode: expected one of enforce, shadow, enforceAfter; "
                          "did you mean shadow?"));
  EXPECT_THAT(Read(R"({"mode": null})").problems,
              ElementsAre("mode: expected one of enforce, shadow, enforceAfter"));
}

TEST(ConfigReaderTest, RefusesDurationsThatNobodyCanWait) {
  for (std::string_view json :
       {R"({"timeout": "-5s"})", R"({"timeout": "inf"})", R"({"timeout": "5"})",
        R"({"timeout": ""})", R"({"timeout": "5 s"})"}) {
    EXPECT_THAT(Read(json).problems, ElementsAre(::testing::StartsWith("timeout: "))) << json;
  }
  EXPECT_EQ(Read(R"({"timeout": "500ms"})").options.timeout, absl::Milliseconds(500));
}

TEST(ConfigReaderTest, PutsItsOwnPathInFront) {
  EXPECT_THAT(Read(R"({"maxEvents": "x", "maxEvent": 1})", "channels[0]").problems,
              ElementsAre("channels[0].maxEvents: expected an integer",
                          "channels[0].maxEvent: unknown key; did you mean maxEvents?"));
}

TEST(ConfigReaderTest, ReportsWhatIsNoObject) {
  EXPECT_THAT(Read("[]", "channels[0]").problems, ElementsAre("channels[0]: expected an object"));
  EXPECT_THAT(Read("3").problems, ElementsAre("expected an object"));
}

TEST(ConfigReaderTest, AnAbsentObjectIsAnEmptyOne) {
  ConfigReader reader(JsonValue(), "channels[0]");
  Options options;
  reader.Read(options);
  reader.RejectUnknown({});
  EXPECT_TRUE(reader.ok());
  EXPECT_THAT(reader.status(), IsOk());
}

TEST(ConfigReaderTest, ReservedAndKnownKeysAreNotUnknown) {
  OMNI_ASSERT_OK_AND_ASSIGN(const JsonDocument document,
                            JsonDocument::Parse(R"({"id": 1, "secrets": {}, "idd": 2})"));
  ConfigReader reader(document.root(), "");
  reader.Know("secrets");
  const std::vector<std::string> reserved = {"id"};
  reader.RejectUnknown(reserved);
  EXPECT_THAT(reader.problems(), ElementsAre("idd: unknown key; did you mean id?"));
}

TEST(ConfigReaderTest, TheStatusHoldsEveryMistake) {
  OMNI_ASSERT_OK_AND_ASSIGN(const JsonDocument document, JsonDocument::Parse("{}"));
  ConfigReader reader(document.root(), "channels[2]");
  reader.Fail("authToken", "required");
  reader.Fail("", "no way to authenticate");
  EXPECT_FALSE(reader.ok());
  EXPECT_THAT(reader.status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "channels[2].authToken: required\nchannels[2]: no way to authenticate"));
  EXPECT_EQ(GetErrorDetail(reader.status()).blame, Blame::kHost);
}

TEST(DidYouMeanTest, FindsWhatWasMeant) {
  const std::vector<std::string> words = {"accountSid", "authToken", "id", "mode", "publicUrl"};
  EXPECT_THAT(DidYouMean("acountSid", words), Optional(std::string("accountSid")));
  EXPECT_THAT(DidYouMean("accuontSid", words), Optional(std::string("accountSid")));
  EXPECT_THAT(DidYouMean("ACCOUNTSID", words), Optional(std::string("accountSid")));
  EXPECT_THAT(DidYouMean("publicURL", words), Optional(std::string("publicUrl")));
  EXPECT_THAT(DidYouMean("moed", words), Optional(std::string("mode")));
  EXPECT_EQ(DidYouMean("password", words), std::nullopt);
  EXPECT_EQ(DidYouMean("xx", words), std::nullopt);
  EXPECT_EQ(DidYouMean("", words), std::nullopt);
  EXPECT_EQ(DidYouMean(std::string(1000, 'a'), words), std::nullopt);
  EXPECT_EQ(DidYouMean("mode", {}), std::nullopt);
}

TEST(DidYouMeanTest, TheFirstOfSeveralWins) {
  const std::vector<std::string> words = {"tokenA", "tokenB"};
  EXPECT_THAT(DidYouMean("tokenC", words), Optional(std::string("tokenA")));
}

}  // namespace
}  // namespace omni
