// Whatever is changed in a signed request is noticed, and whatever is not signed changes nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "messagebird_test_gateway.h"
#include "messagebird_test_signatures.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::testing::SizeIs;

// A request of each scheme, and the headers that are its signature.
struct Scheme {
  std::string_view fixture;
  std::vector<std::string> headers;
  bool covers_url = false;
  bool covers_query = false;
};

std::vector<Scheme> Schemes() {
  return {
      {"03_flowbuilder_inbound_json", {"MessageBird-Signature-JWT"}, true, true},
      {"09_status_get_delivered", {"MessageBird-Signature-JWT"}, true, true},
      {"17_bird_channels_sms_inbound",
       {"messagebird-signature", "messagebird-request-timestamp"},
       true,
       true},
      {"19_bird_v1_sms_received", {"webhook-id", "webhook-timestamp", "webhook-signature"}},
      {"01_seed_inbound_sms", {"MessageBird-Signature"}},
  };
}

Presented Fixture(const Scheme& scheme) {
  return FromFixture(ReadJson(std::string(scheme.fixture) + ".json").root());
}

bool Accepts(const Presented& presented) { return Verify(presented).ok(); }

// Calls `check` with each text that differs from `text` in one bit.
template <class Check>
void ForEachFlippedBit(std::string text, Check check) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char original = text[i];
    for (int bit = 0; bit < 8; ++bit) {
      text[i] = static_cast<char>(original ^ (1 << bit));
      check(text, i, bit);
    }
    text[i] = original;
  }
}

class MessageBirdMutation : public ::testing::TestWithParam<Scheme> {};

TEST_P(MessageBirdMutation, NoFlippedBitOfABodyIsAccepted) {
  Presented presented = Fixture(GetParam());
  ASSERT_TRUE(Accepts(presented));
  ForEachFlippedBit(presented.body, [&](const std::string& mutant, std::size_t i, int bit) {
    presented.body = mutant;
    EXPECT_FALSE(Accepts(presented)) << i << " " << bit;
  });
}

TEST_P(MessageBirdMutation, NothingMayBeCutOffABodyOrAddedToIt) {
  const Presented genuine = Fixture(GetParam());
  Presented presented = genuine;
  for (std::size_t size = 0; size < genuine.body.size(); ++size) {
    presented.body = genuine.body.substr(0, size);
    EXPECT_FALSE(Accepts(presented)) << size;
  }
  for (std::string_view more : {" ", "\n", "x", "{}"}) {
    presented.body = genuine.body + std::string(more);
    EXPECT_FALSE(Accepts(presented));
  }
}

TEST_P(MessageBirdMutation, NoFlippedBitOfASignatureIsAccepted) {
  const Presented genuine = Fixture(GetParam());
  for (const std::string& name : GetParam().headers) {
    const std::string value(*genuine.headers.Find(name));
    ForEachFlippedBit(value, [&](const std::string& mutant, std::size_t i, int bit) {
      Presented presented = genuine;
      presented.headers.Set(name, mutant);
      // Hexadecimal digits may be in either case.
      const bool hex = value.starts_with("sha256=") && i >= 7;
      const bool same = hex && bit == 5 && value[i] >= 'a';
      // A signature is one of several entries, the first of which is of another key.
      const std::size_t second = value.find(' ');
      const bool unused = name == "webhook-signature" && i < second;
      EXPECT_EQ(Accepts(presented), same || unused) << name << " " << i << " " << bit;
    });
  }
}

TEST_P(MessageBirdMutation, NoFlippedBitOfACoveredUrlIsAccepted) {
  if (!GetParam().covers_url) return;
  Presented presented = Fixture(GetParam());
  ForEachFlippedBit(presented.url, [&](const std::string& mutant, std::size_t i, int bit) {
    presented.url = mutant;
    EXPECT_FALSE(Accepts(presented)) << i << " " << bit;
  });
}

INSTANTIATE_TEST_SUITE_P(All, MessageBirdMutation, ::testing::ValuesIn(Schemes()),
                         [](const auto& test) { return "Nr" + std::string(test.param.fixture); });

TEST(MessageBirdMutation, NoFlippedBitOfAQueryIsAccepted) {
  const std::string query =
      "id=5a1c0d&recipient=15559876543&reference=it%27s+1&status=delivered"
      "&statusDatetime=2024-01-15T10%3A30%3A03%2B00%3A00";
  const Presented genuine = WithTimestamp(
      {.method = HttpMethod::kGet, .url = std::string(kUrl) + "?" + query, .headers = {}}, query);
  ASSERT_TRUE(Accepts(genuine));
  const auto read = [](const Presented& presented) {
    const auto result = Normalize(presented, {.coverage = {.query = true}});
    return result.ok() ? *result->events.front().event : Event();
  };
  const Event expected = read(genuine);
  int respelled = 0;
  ForEachFlippedBit(query, [&](const std::string& mutant, std::size_t i, int bit) {
    Presented presented = genuine;
    presented.url = std::string(kUrl) + "?" + mutant;
    if (!Accepts(presented)) return;
    // `%2b` for `%2B`: other bytes, the same parameters.
    EXPECT_EQ(read(presented), expected) << i << " " << bit;
    ++respelled;
  });
  EXPECT_GT(respelled, 0);
  EXPECT_LT(respelled, 10);
}

TEST(MessageBirdMutation, TheOrderOfAQueryChangesNothing) {
  const std::string signed_query = "Id=2&id=1&originator=15559876543&recipient=51234&tag=a&tag=b";
  std::vector<std::string> events;
  for (std::string_view query : {"Id=2&id=1&originator=15559876543&recipient=51234&tag=a&tag=b",
                                 "id=1&Id=2&tag=a&tag=b&recipient=51234&originator=15559876543",
                                 "tag=a&recipient=51234&originator=15559876543&tag=b&id=1&Id=2"}) {
    TestGateway gateway;
    const Presented presented = WithTimestamp({.method = HttpMethod::kGet,
                                               .url = std::string(kUrl) + "?" + std::string(query),
                                               .headers = {}},
                                              signed_query);
    EXPECT_EQ(gateway.Handle(presented).status, 200) << query;
    events.push_back(gateway.Events());
  }
  EXPECT_EQ(events[1], events[0]);
  EXPECT_EQ(events[2], events[0]);
}

TEST(MessageBirdMutation, WhatIsNotSignedChangesNeitherRouteNorKey) {
  for (const Scheme& scheme : Schemes()) {
    SCOPED_TRACE(scheme.fixture);
    const Presented genuine = Fixture(scheme);
    TestGateway reference(SettingsOf(genuine));
    ASSERT_EQ(reference.Handle(genuine).status, 200);
    ASSERT_THAT(reference.accepted(), SizeIs(1));
    const Envelope expected = reference.accepted().front();
    const auto check = [&](const Presented& changed) {
      TestGateway gateway(SettingsOf(genuine));
      if (gateway.Handle(changed).status != 200) return;  // refused is as good as unchanged
      ASSERT_THAT(gateway.accepted(), SizeIs(1));
      const Envelope envelope = gateway.accepted().front();
      EXPECT_EQ(envelope.queue, expected.queue);
      EXPECT_EQ(envelope.group, expected.group);
      EXPECT_EQ(envelope.dedupe_key, expected.dedupe_key);
    };
    for (const auto& [name, value] : genuine.headers) {
      ForEachFlippedBit(std::string(value),
                        [&, &field = name](const std::string& mutant, std::size_t, int bit) {
                          if (bit != 0) return;
                          Presented changed = genuine;
                          changed.headers.Set(field, mutant);
                          check(changed);
                        });
    }
    for (std::string_view name :
         {"Host", "X-Forwarded-Host", "X-Forwarded-For", "Forwarded", "webhook-id",
          "messagebird-request-id", "User-Agent", "Authorization", "Content-Encoding"}) {
      Presented changed = genuine;
      changed.headers.Add(std::string(name), "evil.example");
      check(changed);
    }
  }
}

TEST(MessageBirdMutation, AnUnsignedQueryIsNotRead) {
  // A body's signature says nothing of the URL.
  Presented presented = {.url = std::string(kUrl) + "?id=2&originator=1",
                         .body = R"({"id":"1","recipient":"51234","originator":"15559876543"})"};
  presented.headers.Set("MessageBird-Signature",
                        "sha256=" + HexEncode(AsView(HmacSha256Key(kKey).Sign(presented.body))));
  TestGateway gateway;
  EXPECT_EQ(gateway.Handle(presented).status, 200);
  ASSERT_THAT(gateway.accepted(), SizeIs(1));
  EXPECT_EQ(gateway.accepted()[0].dedupe_key, "messagebird:default:message:1");
  presented.method = HttpMethod::kGet;
  EXPECT_EQ(gateway.Handle(presented).status, 401);
}

TEST(MessageBirdMutation, AFragmentThatIsNotSignedIsNotRead) {
  const std::string query = "id=1&recipient=51234&originator=15559876543";
  Presented presented = WithToken(
      {.method = HttpMethod::kGet, .url = std::string(kUrl) + "?" + query, .headers = {}});
  presented.url += "#&body=evil";
  ASSERT_TRUE(Accepts(presented));
  EXPECT_EQ(OnlyEvent(Normalize(presented)).message->text, "");
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
