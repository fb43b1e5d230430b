// Every fixture through the real gateway, to the events that a reviewer has read; and nothing that
// it tells is lost on the way.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messagebird_test_gateway.h"
#include "omni/codec.h"
#include "omni/support/form.h"
#include "omni/support/time_parse.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::omni::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// ---- what goes in

struct Scalar {
  std::string name;
  std::string value;
};

// Of JSON in a text, such as the metadata may hold, the scalars in it too.
void CollectScalars(std::string_view name, JsonValue value, std::vector<Scalar>& out) {
  if (!value.scalar().empty()) out.push_back({std::string(name), std::string(value.scalar())});
  if (value.text().starts_with('{') || value.text().starts_with('[')) {
    const auto inner = JsonDocument::Parse(value.text());
    if (inner.ok()) CollectScalars(name, inner->root(), out);
  }
  for (JsonValue element : value.elements()) CollectScalars(name, element, out);
  for (const JsonMember member : value.members()) CollectScalars(member.key, member.value, out);
}

// Everything that the request tells, of whatever shape it is.
std::vector<Scalar> ToldBy(const Presented& presented) {
  std::vector<Scalar> told;
  if (const auto document = JsonDocument::Parse(presented.body); document.ok()) {
    CollectScalars("", document->root(), told);
    return told;
  }
  const bool get = presented.method == HttpMethod::kGet;
  const auto form = Form::Parse(get ? TargetQuery(presented.url) : presented.body);
  EXPECT_THAT(form, IsOk());
  for (const Form::Field& field : form->fields()) {
    if (!field.value.empty()) told.push_back({std::string(field.name), std::string(field.value)});
  }
  return told;
}

// ---- what comes out

// What an event says by being what it is.
constexpr std::string_view kSaidByShape[] = {
    "direction", "identifierKey", "event", "type", "service", "platform", "mms",
};

bool Says(const std::vector<Scalar>& events, std::string_view value) {
  return std::any_of(events.begin(), events.end(),
                     [value](const Scalar& scalar) { return scalar.value == value; });
}

std::optional<absl::Time> ParseTime(std::string_view text) {
  if (text == "20240115103001") return absl::FromUnixSeconds(1'705'314'601);
  const std::optional<absl::Time> time = ParseIsoTime(text);
  return time.has_value() ? time : ParseUnixTime(text);
}

bool IsSaid(const Scalar& scalar, const std::vector<Scalar>& events) {
  if (Says(events, scalar.value) || Says(events, "+" + scalar.value)) return true;
  if (const auto time = ParseTime(scalar.value); time && Says(events, omni::FormatTime(*time))) {
    return true;
  }
  if (std::find(std::begin(kSaidByShape), std::end(kSaidByShape), scalar.name) !=
      std::end(kSaidByShape)) {
    return true;
  }
  // A message's status says that it was received, its text says it too.
  if (scalar.name == "status") return scalar.value == "received" || scalar.value == "delivered";
  // Of a repeated name the last value counts.
  return scalar.value == "stale duplicate" || scalar.value == "11111111111111111111111111111111";
}

class MessageBirdFixture : public ::testing::TestWithParam<std::string_view> {
 protected:
  [[nodiscard]] JsonValue fixture() const { return document_->root(); }
  [[nodiscard]] Presented presented() const { return FromFixture(fixture()); }
  [[nodiscard]] bool accepted() const {
    return *fixture()["expect"]["http_status"].AsInt64() == 200;
  }

 private:
  const JsonDocument* document_ = &ReadJson(std::string(GetParam()) + ".json");
};

std::string ExpectedAck(JsonValue fixture) {
  if (const JsonValue response = fixture["expect"]["response"]; response.exists()) {
    return CompactJson(response);
  }
  const auto told = ToldBy(FromFixture(fixture));
  // The ids of the fixtures that expect no message or status.
  for (std::string_view id : {fixture["expect"]["normalized"]["id"].text(),
                              std::string_view("5a1c0de4b7f24e0f9d3a6b8c7e2f1a93"),
                              std::string_view("e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e5")}) {
    if (!id.empty() && Says(told, id)) {
      return R"({"success":true,"messageId":")" + std::string(id) + "\"}";
    }
  }
  return {};
}

std::string_view ExpectedCode(JsonValue fixture) {
  return *fixture["expect"]["http_status"].AsInt64() == 401 ? "INVALID_SIGNATURE"
                                                            : "INVALID_PAYLOAD";
}

TEST_P(MessageBirdFixture, IsAnsweredAsItExpects) {
  TestGateway gateway(SettingsOf(presented()));
  const HttpResponse response = gateway.Handle(presented());
  EXPECT_EQ(response.status, *fixture()["expect"]["http_status"].AsInt64());
  EXPECT_EQ(response.headers.Find("Content-Type"), "application/json");
  if (accepted()) {
    EXPECT_EQ(response.body, ExpectedAck(fixture()));
    return;
  }
  OMNI_ASSERT_OK_AND_ASSIGN(const JsonDocument error, JsonDocument::Parse(response.body));
  EXPECT_EQ(error.root()["code"].text(), ExpectedCode(fixture()));
  EXPECT_EQ(error.root()["requestId"].text(), "test");
  EXPECT_EQ(error.root().size(), 3u);
}

TEST_P(MessageBirdFixture, BecomesTheEventsOfItsGoldenFile) {
  TestGateway gateway(SettingsOf(presented()));
  static_cast<void>(gateway.Handle(presented()));
  if (!accepted()) {
    EXPECT_THAT(gateway.accepted(), IsEmpty());
    return;
  }
  const auto golden = JsonDocument::Parse(ReadTestdata(std::string(GetParam()) + ".golden.json"));
  ASSERT_THAT(golden, IsOk()) << "no golden file; the events are\n" << gateway.Events();
  EXPECT_EQ(gateway.Events(), CompactJson(golden->root()));
}

// What the fixture's manifest says, in the words of the manifest.
struct Expected {
  std::string_view member;
  std::string said;
};

std::vector<Expected> SaidBy(const Event& event) {
  const auto number = [](const Address& address) {
    return address.carrier_id.empty() ? address.address : address.carrier_id;
  };
  std::vector<Expected> said = {{"id", event.carrier_message_id},
                                {"reference", std::string(event.metadata.Get("reference"))},
                                {"timestamp", omni::FormatTime(event.occurred_at)}};
  if (event.message.has_value()) {
    said.push_back({"from", number(*event.from)});
    said.push_back({"to", number(event.to.front())});
    said.push_back({"text", event.message->text});
    said.push_back({"platform", event.channel});
    said.push_back({"channel_id", event.account});
    said.push_back({"conversation_id", std::string(event.metadata.Get("conversationId"))});
    said.push_back({"keyword", std::string(event.metadata.Get("keyword"))});
  } else if (event.status.has_value()) {
    const DeliveryError error = event.status->error.value_or(DeliveryError{});
    said.push_back({"recipient", number(event.to.front())});
    said.push_back({"status", event.status->carrier_value});
    said.push_back({"error_code", error.code});
    said.push_back({"failure_code", std::string(event.metadata.Get("failureCode"))});
    said.push_back({"mccmnc", std::string(event.metadata.Get("mccmnc"))});
    const std::string_view reason = event.metadata.Get("statusReason");
    said.push_back({"reason", reason.empty() ? error.message : std::string(reason)});
  }
  return said;
}

TEST_P(MessageBirdFixture, SaysWhatItsManifestSays) {
  const JsonValue expect = fixture()["expect"];
  TestGateway gateway(SettingsOf(presented()));
  static_cast<void>(gateway.Handle(presented()));
  if (!accepted()) return;
  ASSERT_GE(gateway.accepted().size(), 1u);
  OMNI_ASSERT_OK_AND_ASSIGN(const Event event, EventFromJson(gateway.accepted().front().body));
  const std::string_view kind = expect["kind"].text();
  // What it would have us ignore is told as what it is: the business's own, or of no known state.
  if (kind == "ignored") {
    EXPECT_EQ(event.direction, Direction::kOutbound);
    EXPECT_TRUE(event.message.has_value() || event.status->value == StatusValue::kUnknown);
    return;
  }
  EXPECT_EQ(event.kind, kind == "inbound_message" ? EventKind::kMessage : EventKind::kStatus);
  EXPECT_EQ(event.direction,
            kind == "inbound_message" ? Direction::kInbound : Direction::kOutbound);
  const JsonValue normalized = expect["normalized"];
  for (const Expected& expected : SaidBy(event)) {
    const JsonValue value = normalized[expected.member];
    if (!value.exists()) continue;
    const auto time = ParseIsoTime(value.text());
    EXPECT_EQ(expected.said, time ? omni::FormatTime(*time) : std::string(value.scalar()))
        << expected.member;
  }
  std::vector<std::string_view> media;
  for (const JsonValue url : normalized["media"].elements()) media.push_back(url.text());
  std::vector<std::string_view> media_said;
  if (event.message) {
    for (const Media& item : event.message->media) media_said.push_back(item.url);
  }
  EXPECT_EQ(media_said, media);
  const bool opted_out = normalized["opt_out"].AsBool().value_or(false);
  EXPECT_EQ(gateway.accepted().size(), opted_out ? 2u : 1u);
  if (const JsonValue key = expect["dedupe_key"]; key.exists()) {
    EXPECT_TRUE(event.dedupe_key.ends_with(":" + std::string(key.text()))) << event.dedupe_key;
  }
}

TEST_P(MessageBirdFixture, LosesNothing) {
  if (!accepted()) return;
  TestGateway gateway(SettingsOf(presented()));
  static_cast<void>(gateway.Handle(presented()));
  const absl::StatusOr<JsonDocument> events = JsonDocument::Parse(gateway.Events());
  ASSERT_THAT(events, IsOk());
  std::vector<Scalar> said;
  CollectScalars("", events->root(), said);
  const std::vector<Scalar> told = ToldBy(presented());
  EXPECT_GE(told.size(), 5u);
  for (const Scalar& scalar : told) {
    EXPECT_TRUE(IsSaid(scalar, said)) << scalar.name << "=" << scalar.value;
  }
  EXPECT_THAT(gateway.observer().ignored(), IsEmpty());
}

TEST_P(MessageBirdFixture, IsTheSameEventWhenItIsRedelivered) {
  if (!accepted()) return;
  TestGateway gateway(SettingsOf(presented()));
  const HttpResponse first = gateway.Handle(presented());
  const std::size_t count = gateway.accepted().size();
  EXPECT_GE(count, 1u);
  const HttpResponse second = gateway.Handle(presented());
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, first.body);
  EXPECT_THAT(gateway.accepted(), SizeIs(count));
}

TEST_P(MessageBirdFixture, IsKeptVerbatimWhenTold) {
  if (!accepted()) return;
  TestGateway::Settings settings = SettingsOf(presented());
  settings.keep_raw = true;
  TestGateway gateway(settings);
  static_cast<void>(gateway.Handle(presented()));
  const auto told = ToldBy(presented());
  for (const Envelope& envelope : gateway.accepted()) {
    OMNI_ASSERT_OK_AND_ASSIGN(const JsonDocument event, JsonDocument::Parse(envelope.body));
    std::vector<Scalar> raw;
    CollectScalars("", event.root()["raw"], raw);
    EXPECT_EQ(raw.size(), told.size());
    for (const Scalar& scalar : told) EXPECT_TRUE(Says(raw, scalar.value)) << scalar.value;
  }
}

INSTANTIATE_TEST_SUITE_P(All, MessageBirdFixture, ::testing::ValuesIn(kFixtures),
                         [](const auto& test) { return "Nr" + std::string(test.param); });

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
