// Every fixture through the real gateway, to the events that a reviewer has read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "omni/support/form.h"
#include "omni/testing/status_matchers.h"
#include "twilio_test_gateway.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

using ::omni::testing::IsOk;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string JoinBodies(const std::vector<Envelope>& envelopes) {
  std::string json = "[";
  for (const Envelope& envelope : envelopes) {
    if (json.size() > 1) json += ',';
    json += envelope.body;
  }
  return json + "]";
}

// `sms_inbound.txt` has `sms_inbound.golden.json`, indented for the reader.
std::string ReadGolden(std::string_view fixture) {
  const std::string name = std::string(fixture.substr(0, fixture.rfind('.'))) + ".golden.json";
  const absl::StatusOr<JsonDocument> golden = JsonDocument::Parse(ReadTestdata(name));
  EXPECT_THAT(golden, IsOk()) << name;
  return golden.ok() ? CompactJson(golden->root()) : std::string();
}

// Every string of a JSON text, and every number as it is spelled.
void CollectScalars(JsonValue value, std::vector<std::string>& out) {
  if (!value.scalar().empty()) out.emplace_back(value.scalar());
  for (JsonValue element : value.elements()) CollectScalars(element, out);
  for (const JsonMember& member : value.members()) CollectScalars(member.value, out);
}

// What the event says in another way than by repeating the value.
bool IsSaidOtherwise(const Form::Field& field, const Form& form) {
  if (field.value.empty()) return true;  // absent and empty are the same
  if (field.name == "NumMedia") return true;
  if (field.name == "SmsStatus") {
    return field.value == "received" || field.value == form.Get("MessageStatus");
  }
  if (field.name == "Forwarded" || field.name == "FrequentlyForwarded") return true;
  if (field.name == "OptOutType") return true;     // message.keyword
  if (field.name == "ChannelPrefix") return true;  // channel
  return field.name == "FlowData" || field.value == "[]";
}

TEST(TwilioGolden, EveryFixtureBecomesTheEventsOfItsGoldenFile) {
  int count = 0;
  for (const JsonMember& fixture : Vectors().root()["fixture_signatures"].members()) {
    SCOPED_TRACE(fixture.key);
    TestGateway gateway;
    const HttpResponse response = gateway.Handle(FixtureRequest(fixture));
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(JoinBodies(gateway.accepted()), ReadGolden(fixture.key));
    ++count;
  }
  EXPECT_EQ(count, 38);
}

TEST(TwilioGolden, AnswersEveryFixtureWithAnEmptyTwimlResponse) {
  for (const JsonMember& fixture : Vectors().root()["fixture_signatures"].members()) {
    SCOPED_TRACE(fixture.key);
    TestGateway gateway;
    const HttpResponse response = gateway.Handle(FixtureRequest(fixture));
    EXPECT_EQ(response.body, R"(<?xml version="1.0" encoding="UTF-8"?><Response></Response>)");
    EXPECT_EQ(response.headers.Find("Content-Type"), "text/xml");
  }
}

TEST(TwilioGolden, NoParameterOfAnyFixtureIsLost) {
  int parameters = 0;
  for (const JsonMember& fixture : Vectors().root()["fixture_signatures"].members()) {
    SCOPED_TRACE(fixture.key);
    TestGateway gateway;
    static_cast<void>(gateway.Handle(FixtureRequest(fixture)));
    ASSERT_THAT(gateway.accepted(), Not(IsEmpty()));
    std::vector<std::string> said;
    OMNI_ASSERT_OK_AND_ASSIGN(const JsonDocument event,
                              JsonDocument::Parse(gateway.accepted().front().body));
    CollectScalars(event.root(), said);
    OMNI_ASSERT_OK_AND_ASSIGN(const Form form, Form::Parse(ReadTestdata(fixture.key)));
    for (const Form::Field& field : form.fields()) {
      ++parameters;
      if (IsSaidOtherwise(field, form)) continue;
      // An address and a business-scoped id lose their channel prefix, which `channel` tells.
      const std::string_view bare = field.value.substr(field.value.find(':') + 1);
      EXPECT_THAT(said, Contains(AnyOf(std::string(field.value), std::string(bare)))) << field.name;
    }
  }
  EXPECT_EQ(parameters, 593);
}

TEST(TwilioGolden, KeepsEveryParameterVerbatimInRawWhenTold) {
  for (const JsonMember& fixture : Vectors().root()["fixture_signatures"].members()) {
    SCOPED_TRACE(fixture.key);
    TestGateway gateway({.keep_raw = true});
    static_cast<void>(gateway.Handle(FixtureRequest(fixture)));
    ASSERT_THAT(gateway.accepted(), Not(IsEmpty()));
    OMNI_ASSERT_OK_AND_ASSIGN(const Form form, Form::Parse(ReadTestdata(fixture.key)));
    for (const Envelope& envelope : gateway.accepted()) {
      OMNI_ASSERT_OK_AND_ASSIGN(const JsonDocument event, JsonDocument::Parse(envelope.body));
      const JsonValue raw = event.root()["raw"];
      EXPECT_EQ(raw.size(), form.fields().size());
      for (const Form::Field& field : form.fields()) EXPECT_EQ(raw[field.name].text(), field.value);
    }
  }
}

TEST(TwilioGolden, ARedeliveryAndTheFallbackRequestAreTheSameMessage) {
  TestGateway gateway;
  std::string body = ReadTestdata("sms_inbound.txt");
  const auto deliver = [&gateway](const std::string& form) {
    const absl::StatusOr<Form> parsed = Form::Parse(form);
    std::vector<Form::Field> fields = parsed->fields();
    std::sort(fields.begin(), fields.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    std::string text(kSmsUrl);
    for (const Form::Field& field : fields) text.append(field.name).append(field.value);
    return gateway.Handle({.body = form, .signature = Sign(text)});
  };
  EXPECT_EQ(deliver(body).status, 200);
  EXPECT_EQ(deliver(body).status, 200);
  EXPECT_EQ(deliver(body + "&ErrorCode=11200&ErrorUrl=https%3A%2F%2Fx").status, 200);
  EXPECT_THAT(gateway.accepted(), SizeIs(1));
}

}  // namespace
}  // namespace twilio
}  // namespace omni::inline v0_1
