// Hostile and damaged requests: an answer of the contract's, and never a crash.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "omni/codec.h"
#include "omni/error.h"
#include "omni/testing/status_matchers.h"
#include "twilio_test_gateway.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

using ::omni::testing::IsOk;
using ::testing::AnyOf;

/// Damages text at random, the same in every run.
class Vandal {
 public:
  std::size_t Below(std::size_t n) { return random_() % n; }

  void Damage(std::string& text) {
    constexpr std::string_view kMeaningful = "&=%+[]{}\"\\?#/@:.; \t\xFF";
    for (std::size_t count = Below(6); count > 0 && !text.empty(); --count) {
      const std::size_t at = Below(text.size());
      switch (Below(4)) {
        case 0:
          text[at] = static_cast<char>(Below(256));
          break;
        case 1:
          text.erase(at, Below(20));
          break;
        case 2:
          text.insert(at, 1, kMeaningful[Below(kMeaningful.size())]);
          break;
        default:
          text.append(text.substr(at, 100));
      }
    }
  }

 private:
  std::mt19937 random_{1};
};

std::vector<std::string> SeedBodies() {
  std::vector<std::string> seeds = {
      R"([{"type":"a","data":{"AccountSid":"AC1"}},[[[]]],null,1e5])"};
  for (const JsonMember& fixture : Vectors().root()["fixture_signatures"].members()) {
    seeds.push_back(ReadTestdata(fixture.key));
  }
  return seeds;
}

constexpr std::string_view kUrls[] = {
    kSmsUrl,
    "https://u:p@h.example:8443/a/../b/%2e?x=1&bodySHA256=ab#f",
    "https://h.example?a=it's&1=2&b+c=%zz&AccountSid=AC1&MessageSid=SM1&From=1&To=2",
    "http://[::1]:9/x?y",
    "https://h:/?&&=&==",
};

void ExpectAnEventThatCanBeRead(const InboundResult& result) {
  for (const InboundEvent& inbound : result.events) {
    EXPECT_THAT(EventFromJson(ToJson(*inbound.event)), IsOk());
  }
}

TEST(TwilioRobustness, SurvivesDamagedRequests) {
  const auto adapter = NewAdapter({.accept_get = true});
  const KeySet keys = KeysOf({kToken});
  const std::vector<std::string> seeds = SeedBodies();
  Vandal vandal;
  int understood = 0;
  for (int i = 0; i < 20'000; ++i) {
    Presented presented = {.url = std::string(kUrls[vandal.Below(std::size(kUrls))]),
                           .body = seeds[vandal.Below(seeds.size())],
                           .signature = "forged"};
    vandal.Damage(presented.url);
    vandal.Damage(presented.body);
    if (vandal.Below(3) == 0) presented.content_type = "application/json";
    if (vandal.Below(5) == 0) presented.method = HttpMethod::kGet;
    Explanation explanation;
    const auto verdict = Verify(*adapter, presented, keys, &explanation);
    EXPECT_THAT(HttpStatusFor(verdict.status()), AnyOf(400, 401));
    const auto result = Normalize({.presented = presented, .keep_raw = true});
    EXPECT_THAT(HttpStatusFor(result.status()), AnyOf(200, 400, 415));
    if (!result.ok()) continue;
    ExpectAnEventThatCanBeRead(*result);
    ++understood;
  }
  EXPECT_GT(understood, 5'000);
}

TEST(TwilioRobustness, SurvivesEveryTruncation) {
  for (const std::string& body : SeedBodies()) {
    for (std::size_t size = 0; size < body.size(); ++size) {
      const auto result = NormalizeBody(body.substr(0, size));
      EXPECT_THAT(HttpStatusFor(result.status()), AnyOf(200, 400));
    }
  }
}

TEST(TwilioRobustness, RefusesJsonThatIsTooDeep) {
  const std::string deep(2'000'000, '[');
  const std::string url = std::string(kSmsUrl) + "?bodySHA256=" + HexEncode(AsView(Sha256(deep)));
  TestGateway gateway;
  const HttpResponse response = gateway.Handle({.url = url, .body = deep, .signature = Sign(url)});
  EXPECT_EQ(response.status, 400);
}

TEST(TwilioRobustness, KeepsDeepJsonInsideAParameterAsText) {
  const std::string deep(2'000, '[');
  const Event message = EventOf("MessageSid=SM1&AccountSid=AC1&From=1&To=2&FlowData=" + deep);
  EXPECT_EQ(message.message->interactive->payload.text, '"' + deep + '"');
  const Event added = EventOf(
      "MessageSid=IM1&AccountSid=AC1&ConversationSid=CH1&EventType=onMessageAdded&Media=" + deep);
  EXPECT_EQ(added.metadata.Get("media"), deep);
}

TEST(TwilioRobustness, WritesInvalidUtf8AsReplacementCharacters) {
  const Event event = EventOf("MessageSid=SM1&AccountSid=AC1&From=1&To=2&Body=a%FFb&Odd%C3=%F0%9F");
  const absl::StatusOr<Event> read = EventFromJson(ToJson(event));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->message->text,
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(read->metadata.Get("odd\xEF\xBF\xBD"), "\xEF\xBF\xBD");
}

TEST(TwilioRobustness, RefusesFormsBeyondTheLimits) {
  TestGateway gateway;
  EXPECT_EQ(gateway.Handle({.body = std::string(2'000'000, 'a'), .signature = "x"}).status, 400);
  std::string many;
  for (int i = 0; i < 1'001; ++i) many += "a&";
  EXPECT_EQ(gateway.Handle({.body = many, .signature = "x"}).status, 400);
}

}  // namespace
}  // namespace twilio
}  // namespace omni::inline v0_1
