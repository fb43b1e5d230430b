/// \file
/// Every fixture through the real gateway: the exact answer, the events of its golden file, and
/// what the manifest expects of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "bandwidth_test_gateway.h"
#include "omni/codec.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAreArray;

std::string Joined(const std::vector<Envelope>& envelopes) {
  std::string json = "[";
  for (const Envelope& envelope : envelopes) {
    if (json.size() > 1) json += ',';
    json += envelope.body;
  }
  return json + "]";
}

std::vector<std::string> Texts(JsonValue list) {
  std::vector<std::string> texts;
  for (const JsonValue element : list.elements()) texts.emplace_back(element.scalar());
  return texts;
}

std::vector<std::string> Addresses(JsonValue parties) {
  std::vector<std::string> addresses;
  for (const JsonValue party : parties.elements()) addresses.emplace_back(party["address"].text());
  return addresses;
}

/// What the manifest calls an event, and what the contract makes of it.
struct KindRow {
  std::string_view expected;
  std::string_view kind;
  std::string_view notice;
};
constexpr KindRow kKinds[] = {
    {"inbound_message", "message", ""}, {"interaction", "message", ""},
    {"delivery_status", "status", ""},  {"number_status", "notice", "account"},
    {"ignored", "notice", "unknown"},
};

void CheckKind(JsonValue expected, JsonValue event) {
  const auto row = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const KindRow& known) {
    return known.expected == expected.text();
  });
  ASSERT_NE(row, std::end(kKinds)) << expected.text();
  EXPECT_EQ(event["kind"].text(), row->kind);
  EXPECT_EQ(event["notice"]["type"].text(), row->notice);
}

void CheckParticipants(JsonValue expected, JsonValue event) {
  std::vector<std::string> people = Addresses(event["to"]);
  people.emplace_back(event["from"]["address"].text());
  EXPECT_THAT(people, UnorderedElementsAreArray(Texts(expected)));
}

void CheckMedia(JsonValue expected, JsonValue event) {
  std::vector<std::string> urls;
  for (const JsonValue media : event["message"]["media"].elements()) {
    urls.emplace_back(media["url"].text());
  }
  EXPECT_EQ(urls, Texts(expected));
}

void CheckTime(JsonValue expected, JsonValue event) {
  const std::string_view time = event["occurredAt"].text();
  EXPECT_THAT(expected.text(), StartsWith(std::string(time.substr(0, time.size() - 1))));
}

void CheckLocation(JsonValue expected, JsonValue event) {
  const JsonValue location = event["message"]["location"];
  EXPECT_EQ(location["latitude"].AsDouble(), expected.At(0).AsDouble());
  EXPECT_EQ(location["longitude"].AsDouble(), expected.At(1).AsDouble());
}

/// A field of the manifest that must equal a scalar of the event.
struct FieldRow {
  std::string_view expected;
  std::vector<std::string_view> path;
};
const std::vector<FieldRow>& Fields() {
  static const auto& fields = *new std::vector<FieldRow>{
      {"id", {"carrierMessageId"}},
      {"from", {"from", "address"}},
      {"text", {"message", "text"}},
      {"segments", {"metadata", "segmentCount"}},
      {"status", {"status", "value"}},
      {"tag", {"metadata", "tag"}},
      {"carrier", {"metadata", "carrierName"}},
      {"error_code", {"status", "error", "code"}},
      {"label", {"message", "interactive", "title"}},
      {"payload", {"message", "interactive", "id"}},
      {"payload_base64", {"metadata", "postbackData"}},
      {"in_reply_to", {"message", "replyTo", "messageId"}},
  };
  return fields;
}

/// A field of the manifest that takes more than that.
struct CheckRow {
  std::string_view expected;
  void (*check)(JsonValue expected, JsonValue event);
};
constexpr CheckRow kChecks[] = {
    {"kind", CheckKind},
    {"participants", CheckParticipants},
    {"media", CheckMedia},
    {"at", CheckTime},
    {"location", CheckLocation},
    {"our_number",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(event["to"].At(0)["address"].text(), expected.text());
     }},
    {"to",
     [](JsonValue expected, JsonValue event) {
       EXPECT_THAT(Addresses(event["to"]), UnorderedElementsAreArray(Texts(expected)));
     }},
    {"recipient",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(Addresses(event["to"]), std::vector{std::string(expected.text())});
     }},
    {"group",
     [](JsonValue, JsonValue event) {
       EXPECT_THAT(event["conversation"].text(), HasSubstr(":group-"));
     }},
    {"reassembly",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(expected.text(), "none");
       EXPECT_FALSE(event["message"]["fragment"].exists());
     }},
    {"terminal",
     [](JsonValue expected, JsonValue event) {
       const std::string_view value = event["status"]["value"].text();
       EXPECT_EQ(value != "sending" && value != "sent", expected.AsBool());
     }},
    {"retryable",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(event["status"]["error"]["retryable"].AsBool().value_or(false), expected.AsBool());
     }},
    {"side_effect",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(expected.text(), "suppress_recipient");
       EXPECT_EQ(event["status"]["error"]["class"].text(), "optedOut");
     }},
    {"reason",
     [](JsonValue expected, JsonValue event) {
       EXPECT_EQ(expected.text(), "unknown_type");
       EXPECT_THAT(event["notice"]["subject"].text(), Not(IsEmpty()));
     }},
};

void CheckField(const JsonMember& expected, JsonValue event) {
  SCOPED_TRACE(expected.key);
  for (const FieldRow& row : Fields()) {
    if (row.expected != expected.key) continue;
    JsonValue value = event;
    for (std::string_view step : row.path) value = value[step];
    EXPECT_EQ(value.scalar(), expected.value.scalar());
    return;
  }
  for (const CheckRow& row : kChecks) {
    if (row.expected == expected.key) return row.check(expected.value, event);
  }
  ADD_FAILURE() << "nobody checks this field of the manifest";
}

void CheckFragment(JsonValue expected, JsonValue event) {
  const JsonValue key = expected["key"];
  const JsonValue fragment = event["message"]["fragment"];
  EXPECT_EQ(event["from"]["address"].text(), key.At(0).text());
  EXPECT_EQ(event["to"].At(0)["address"].text(), key.At(1).text());
  EXPECT_EQ(fragment["reference"].scalar(), key.At(2).scalar());
  EXPECT_EQ(fragment["total"].AsInt64(), key.At(3).AsInt64());
  EXPECT_EQ(fragment["number"].AsInt64(), expected["number"].AsInt64());
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
  if (expect["fragment"].exists()) {
    ASSERT_EQ(events->root().size(), 1U);
    return CheckFragment(expect["fragment"], events->root().At(0));
  }
  ASSERT_EQ(events->root().size(), expect["events"].size());
  for (std::size_t i = 0; i < events->root().size(); ++i) {
    std::size_t layout_parts = 0;
    for (const JsonMember field : expect["events"].At(i).members()) {
      if (field.key == "layout_parts_dropped") {
        layout_parts = static_cast<std::size_t>(field.value.AsInt64().value_or(-1));
      } else {
        CheckField(field, events->root().At(i));
      }
    }
    const std::vector<std::string> ignored = gateway.observer().ignored();
    EXPECT_EQ(std::count(ignored.begin(), ignored.end(), "layout_part"),
              static_cast<std::ptrdiff_t>(layout_parts));
  }
}

TEST_P(FixtureTest, IsAnsweredExactly) {
  TestGateway gateway;
  const HttpResponse response = gateway.Handle(FixtureRequest(GetParam()));
  EXPECT_EQ(response.status, FixtureEntry(GetParam())["expect"]["http_status"].AsInt64());
  using Fields = HttpHeaders::Fields;
  if (response.status == 204) {
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(response.headers.items(), (Fields{{"X-Request-Id", "test"}}));
    return;
  }
  EXPECT_EQ(response.headers.items(),
            (Fields{{"Content-Type", "application/json"}, {"X-Request-Id", "test"}}));
  EXPECT_EQ(response.body, GetParam() == "voxbone_native_fragment_2of2"
                               ? std::string(kAck.substr(0, kAck.size() - 1)) +
                                     R"(,"transaction_id":"0b6f2c9a-7c55-4d4e-9a0e-55a6d1f0a2c3"})"
                               : std::string(kAck));
}

TEST_P(FixtureTest, GivesAnEventForEachCallbackAndNoneAtRedelivery) {
  const WebhookRequest request = FixtureRequest(GetParam());
  const auto body = JsonDocument::Parse(request.body);
  ASSERT_THAT(body, IsOk());
  const std::size_t told = body->root().is_array() ? body->root().size() : 1;
  TestGateway gateway;
  static_cast<void>(gateway.Handle(request));
  EXPECT_EQ(gateway.observer().requests().back().accepted, told);
  EXPECT_EQ(gateway.accepted().size(), told);
  static_cast<void>(gateway.Handle(request));
  EXPECT_EQ(gateway.observer().requests().back().duplicates, told);
  EXPECT_EQ(gateway.accepted().size(), told);
}

// What the event says in another way than by repeating the value.
bool IsSaidOtherwise(std::string_view key, JsonValue message) {
  static constexpr std::string_view kKeys[] = {"direction", "type",  "time",     "eventTime",
                                               "channel",   "owner", "done_date"};
  if (std::find(std::begin(kKeys), std::end(kKeys), key) != std::end(kKeys)) return true;
  // What is in our own message, and who else got it, is not told back to us.
  const bool ours = message["direction"].text() == "out";
  if (ours && (key == "text" || key == "media" || key == "to")) return true;
  return !ours && key == "description";
}

void ExpectSaid(std::string_view key, JsonValue value, JsonValue message, const std::string& said) {
  if (IsSaidOtherwise(key, message)) return;
  for (const JsonMember member : value.members()) {
    const bool inner = member.key == "message";
    ExpectSaid(member.key, member.value, inner ? member.value : message, said);
  }
  for (const JsonValue element : value.elements()) ExpectSaid(key, element, message, said);
  // As it stands in JSON; escapes of the source are resolved first.
  std::string text(value.scalar());
  if (value.is_string() || value.is_number()) {
    std::string written;
    JsonWriter(written).String(text);
    EXPECT_THAT(said, HasSubstr(written.substr(1, written.size() - 2))) << key;
  }
}

TEST_P(FixtureTest, LosesNoMember) {
  const WebhookRequest request = FixtureRequest(GetParam());
  TestGateway gateway;
  static_cast<void>(gateway.Handle(request));
  const std::string said = Joined(gateway.accepted());
  const auto body = JsonDocument::Parse(request.body);
  ASSERT_THAT(body, IsOk());
  if (body->root().is_object()) {
    ExpectSaid("", body->root(), body->root(), said);
  }
  for (const JsonValue callback : body->root().elements()) {
    ExpectSaid("", callback, callback["message"], said);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FixtureTest, ::testing::ValuesIn(FixtureNames()),
                         [](const auto& test) { return test.param; });

TEST(ManifestTest, HasEveryFixture) { EXPECT_EQ(FixtureNames().size(), 29U); }

TEST(GroupTest, EachOfOurNumbersHasAnEventAndAConversationOfItsOwn) {
  TestGateway gateway;
  for (const char* name : {"real_inbound_group_mms_owner_a", "real_inbound_group_mms_owner_b"}) {
    EXPECT_EQ(gateway.Handle(FixtureRequest(name)).status, 200);
  }
  const std::vector<Envelope> accepted = gateway.accepted();
  ASSERT_EQ(accepted.size(), 2U);
  EXPECT_THAT(accepted[0].group, StartsWith("bandwidth:+14045550123:group-"));
  EXPECT_THAT(accepted[1].group, StartsWith("bandwidth:+14045550124:group-"));
  EXPECT_EQ(EventFromJson(accepted[0].body)->metadata.Get("groupId"),
            EventFromJson(accepted[1].body)->metadata.Get("groupId"));
  EXPECT_NE(accepted[0].dedupe_key, accepted[1].dedupe_key);
  EXPECT_EQ(accepted[0].queue, "default:mms:inbound");
}

TEST(GroupTest, EachRecipientHasAStatus) {
  TestGateway gateway;
  for (const char* name : {"real_group_delivered_1of2", "real_group_failed_2of2"}) {
    EXPECT_EQ(gateway.Handle(FixtureRequest(name)).status, 200);
  }
  const std::vector<Envelope> accepted = gateway.accepted();
  ASSERT_EQ(accepted.size(), 2U);
  EXPECT_EQ(accepted[0].group, accepted[1].group);
  EXPECT_EQ(accepted[0].dedupe_key,
            "bandwidth:default:status:1770128003344gg5h7j1k3l9m2nb:+12125550187:delivered");
  EXPECT_EQ(accepted[1].dedupe_key,
            "bandwidth:default:status:1770128003344gg5h7j1k3l9m2nb:+17185550142:undelivered");
}

}  // namespace
}  // namespace testing
}  // namespace bandwidth
}  // namespace omni::inline v0_1
