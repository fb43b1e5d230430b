/// \file
/// Every fixture through the real gateway, with every proof: the exact answer, the events of its
/// golden file, and what the manifest expects of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "inteliquent_test_gateway.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAreArray;

constexpr std::string_view kRefused = "seed_invalid_missing_from";
constexpr std::string_view kReceivedAt = "2026-02-03T15:10:00.412Z";

std::string Joined(const std::vector<Envelope>& envelopes) {
  std::string json = "[";
  for (const Envelope& envelope : envelopes) {
    if (json.size() > 1) json += ',';
    json += envelope.body;
  }
  return json + "]";
}

std::vector<std::string> Texts(JsonValue list, std::string_view member) {
  std::vector<std::string> texts;
  for (const JsonValue element : list.elements()) {
    texts.emplace_back(member.empty() ? element.text() : element[member].text());
  }
  return texts;
}

std::string_view KindOf(std::string_view expected) {
  if (expected == "inbound_message") return "message";
  if (expected == "delivery_status") return "status";
  return "notice";
}

/// A field of the manifest, and how the event says it.
struct CheckRow {
  std::string_view expected;
  void (*check)(JsonValue expected, JsonValue event);
};
constexpr CheckRow kChecks[] = {
    {"kind", [](JsonValue expected,
                JsonValue event) { EXPECT_EQ(event["kind"].text(), KindOf(expected.text())); }},
    {"id", [](JsonValue expected,
              JsonValue event) { EXPECT_EQ(event["carrierMessageId"].text(), expected.text()); }},
    {"from", [](JsonValue expected,
                JsonValue event) { EXPECT_EQ(event["from"]["address"].text(), expected.text()); }},
    {"our_number",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(event["to"].At(0)["address"].text(), expected.text());
     }},
    {"to",
     [](JsonValue expected, JsonValue event) {
       EXPECT_THAT(Texts(event["to"], "address"), UnorderedElementsAreArray(Texts(expected, "")));
     }},
    {"group",
     [](JsonValue, JsonValue event) {
       EXPECT_THAT(event["conversation"].text(), HasSubstr(":group-"));
     }},
    {"text", [](JsonValue expected,
                JsonValue event) { EXPECT_EQ(event["message"]["text"].text(), expected.text()); }},
    {"at",
     [](JsonValue expected, JsonValue event) {
       const bool ours = expected.text() == "receipt time";
       EXPECT_EQ(event["occurredAt"].text(), ours ? kReceivedAt : expected.text());
       EXPECT_EQ(event["metadata"]["atSource"].text(), ours ? "receiver" : "");
     }},
    {"media",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(Texts(event["message"]["media"], "url"), Texts(expected, ""));
     }},
    {"media_count",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(event["message"]["media"].size(), expected.AsInt64());
     }},
    {"layout_parts_dropped",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(expected.AsInt64(), 1);
       EXPECT_THAT(event["metadata"]["layout"].text(), HasSubstr(".smil"));
     }},
    {"recipient",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(event["to"].At(0)["address"].text(), expected.text());
     }},
    {"status",
     [](JsonValue expected, JsonValue event) {
       const std::string_view value = event["status"]["value"].text();
       EXPECT_EQ(value.empty() ? "unknown" : value, expected.text());
     }},
    // `000` is told, and yet no error.
    {"error_code",
     [](JsonValue expected, JsonValue event) {
       const JsonValue error = event["status"]["error"]["code"];
       EXPECT_EQ(error.exists() ? error.text() : event["metadata"]["errorCode"].text(),
                 expected.text());
     }},
    {"reason",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(expected.text(), "order_webhook");
       EXPECT_EQ(event["notice"]["type"].text(), "account");
     }},
};

void CheckField(const JsonMember& expected, JsonValue event) {
  SCOPED_TRACE(expected.key);
  for (const CheckRow& row : kChecks) {
    if (row.expected == expected.key) return row.check(expected.value, event);
  }
  ADD_FAILURE() << "nobody checks this field of the manifest";
}

class FixtureTest : public ::testing::TestWithParam<std::string> {};

TEST_P(FixtureTest, BecomesTheEventsOfItsGoldenFile) {
  TestGateway gateway;
  ASSERT_THAT(gateway.status(), IsOk());
  static_cast<void>(gateway.Handle(FixtureRequest(GetParam())));
  const std::string events = Joined(gateway.accepted());
  const auto golden = JsonDocument::Parse(ReadTestdata(GetParam() + ".golden.json"));
  ASSERT_THAT(golden, IsOk()) << "no golden file; the events are\n" << events;
  EXPECT_EQ(events, CompactJson(golden->root()));
}

TEST_P(FixtureTest, IsWhatTheManifestExpects) {
  const JsonValue expect = FixtureEntry(GetParam())["expect"];
  TestGateway gateway;
  static_cast<void>(gateway.Handle(FixtureRequest(GetParam())));
  const auto events = JsonDocument::Parse(Joined(gateway.accepted()));
  ASSERT_THAT(events, IsOk());
  ASSERT_EQ(events->root().size(), expect["events"].size());
  for (std::size_t i = 0; i < events->root().size(); ++i) {
    for (const JsonMember field : expect["events"].At(i).members()) {
      CheckField(field, events->root().At(i));
    }
  }
}

TEST_P(FixtureTest, GivesItsEventsOnceHoweverOftenItComes) {
  const std::size_t told = FixtureEntry(GetParam())["expect"]["events"].size();
  TestGateway gateway;
  static_cast<void>(gateway.Handle(FixtureRequest(GetParam())));
  EXPECT_EQ(gateway.LastReport().accepted, told);
  static_cast<void>(gateway.Handle(FixtureRequest(GetParam())));
  EXPECT_EQ(gateway.LastReport().duplicates, told);
  EXPECT_EQ(gateway.accepted().size(), told);
}

void ExpectSaid(std::string_view key, JsonValue value, const std::string& said) {
  for (const JsonMember member : value.members()) ExpectSaid(member.key, member.value, said);
  for (const JsonValue element : value.elements()) ExpectSaid(key, element, said);
  // What the event says by its kind, its channel and its time in another spelling.
  static constexpr std::string_view kOtherwise[] = {"type", "deliveryReceipt"};
  if (std::find(std::begin(kOtherwise), std::end(kOtherwise), key) != std::end(kOtherwise)) return;
  if (!value.is_string() && !value.is_number()) return;
  std::string written;
  JsonWriter(written).String(value.scalar());
  EXPECT_THAT(said, HasSubstr(written.substr(1, written.size() - 2))) << key;
}

TEST_P(FixtureTest, LosesNoMember) {
  if (GetParam() == kRefused) return;
  TestGateway gateway;
  const WebhookRequest request = FixtureRequest(GetParam());
  static_cast<void>(gateway.Handle(request));
  const auto body = JsonDocument::Parse(request.body);
  ASSERT_THAT(body, IsOk());
  ExpectSaid("", body->root(), Joined(gateway.accepted()));
}

INSTANTIATE_TEST_SUITE_P(All, FixtureTest, ::testing::ValuesIn(FixtureNames()),
                         [](const auto& test) { return test.param; });

class ProvedFixtureTest : public ::testing::TestWithParam<std::tuple<std::string, const char*>> {};

std::string ExpectedAnswer(const std::string& name) {
  const JsonValue expect = FixtureEntry(name)["expect"];
  if (name == kRefused) {
    return R"({"error":"from: required","code":"UNPROCESSABLE","requestId":"test"})";
  }
  if (expect["response"].exists()) return CompactJson(expect["response"]);
  // An order has no message.
  return R"({"success":true,"status":"accepted"})";
}

TEST_P(ProvedFixtureTest, IsAnsweredExactly) {
  const auto& [name, proof] = GetParam();
  TestGateway gateway;
  const HttpResponse response = gateway.Handle(FixtureRequest(name, proof));
  EXPECT_EQ(response.status, FixtureEntry(name)["expect"]["http_status"].AsInt64());
  EXPECT_EQ(response.body, ExpectedAnswer(name));
  using Fields = HttpHeaders::Fields;
  EXPECT_EQ(response.headers.items(),
            (Fields{{"Content-Type", "application/json"}, {"X-Request-Id", "test"}}));
  // The events do not depend on how they were proved.
  TestGateway other;
  static_cast<void>(other.Handle(FixtureRequest(name)));
  EXPECT_EQ(Joined(gateway.accepted()), Joined(other.accepted()));
}

INSTANTIATE_TEST_SUITE_P(
    All, ProvedFixtureTest,
    ::testing::Combine(::testing::ValuesIn(FixtureNames()),
                       ::testing::Values("authorization", "sha256_concat", "hmac_sha256")),
    [](const auto& test) { return std::get<0>(test.param) + "_" + std::get<1>(test.param); });

TEST(ManifestTest, HasEveryFixture) { EXPECT_EQ(FixtureNames().size(), 15U); }

TEST(GroupTest, EachOfOurNumbersHasAnEventAndAConversationOfItsOwn) {
  TestGateway gateway;
  EXPECT_EQ(gateway.Handle(FixtureRequest("native_inbound_group")).status, 200);
  const std::vector<Envelope> accepted = gateway.accepted();
  ASSERT_EQ(accepted.size(), 2U);
  EXPECT_THAT(accepted[0].group, StartsWith("inteliquent:+14045550123:group-"));
  EXPECT_THAT(accepted[1].group, StartsWith("inteliquent:+14045550124:group-"));
  EXPECT_EQ(accepted[0].dedupe_key, "inteliquent:default:message:AccO18846Dd3Ffgh:+14045550123");
  EXPECT_EQ(accepted[1].dedupe_key, "inteliquent:default:message:AccO18846Dd3Ffgh:+14045550124");
  EXPECT_EQ(accepted[0].queue, "default:mms:inbound");
}

TEST(RouteTest, AReceiptThatNamesNobodyIsInOrderWithItsMessage) {
  TestGateway gateway;
  static_cast<void>(gateway.Handle(FixtureRequest("seed_receipt_delivered")));
  static_cast<void>(gateway.Handle(FixtureRequest("native_receipt_delivrd")));
  const std::vector<Envelope> accepted = gateway.accepted();
  ASSERT_EQ(accepted.size(), 2U);
  EXPECT_EQ(accepted[0].queue, "default:sms:status");
  EXPECT_EQ(accepted[0].group, "inteliquent:intq-msg-4c1f77e01");
  EXPECT_EQ(accepted[1].group, "inteliquent:+14045550123:+12125550187");
}

}  // namespace
}  // namespace testing
}  // namespace inteliquent
}  // namespace omni::inline v0_1
