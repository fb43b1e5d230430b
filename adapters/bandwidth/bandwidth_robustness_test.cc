/// \file
/// Bodies that no carrier should send, and yet some day one does: missing fields, every value of
/// every fixture replaced, floods, cut surrogates; and the contract's errors.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bandwidth_test_gateway.h"
#include "omni/codec.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::SizeIs;

void ExpectError(const absl::Status& status, int http_status, std::string_view code,
                 std::string_view field) {
  const ErrorDetail detail = GetErrorDetail(status);
  EXPECT_EQ(detail.http_status, http_status) << status;
  EXPECT_EQ(detail.code, code) << status;
  EXPECT_EQ(detail.field, field) << status;
}

struct MissingCase {
  std::string_view callback;
  std::string_view field;
};
constexpr MissingCase kMissing[] = {
    {R"({"type":"message-received"})", "message"},
    {R"({"type":"message-received","message":null})", "message"},
    {R"({"type":"message-delivered","message":[]})", "message"},
    {R"({"message":{"id":"m1"}})", "type"},
    {R"({"type":7,"message":{"id":"m1"}})", "type"},
    {R"({"type":"message-received","to":"+1","message":{"from":"+2"}})", "message.id"},
    {R"({"type":"message-received","to":"+1","message":{"id":"","from":"+2"}})", "message.id"},
    {R"({"type":"message-received","to":"+1","message":{"id":"m1"}})", "message.from"},
    {R"({"type":"suggestion-response","to":"+1","message":{"id":"m1"}})", "message.from"},
    {R"({"type":"message-failed","to":"+1","message":{"from":"+2"}})", "message.id"},
    {R"({"type":"message-failed","message":{"id":"m1","from":"+2"}})", "to"},
    {R"({"from":"","msg":"x"})", "from"},
};

TEST(MissingFieldTest, IsRefusedWithItsPathWhenThereIsNothingElse) {
  for (const MissingCase& c : kMissing) {
    SCOPED_TRACE(c.callback);
    const std::string callback(c.callback);
    ExpectError(Normalize(callback).status(), 400, "MISSING_FIELD", c.field);
    ExpectError(Normalize("[" + callback + "]").status(), 400, "MISSING_FIELD",
                "[0]." + std::string(c.field));
    ExpectError(Normalize("[" + callback + "," + callback + "]").status(), 400, "MISSING_FIELD",
                "[0]." + std::string(c.field));
  }
}

TEST(MissingFieldTest, IsANoticeBesideCallbacksThatAreWhole) {
  for (const MissingCase& c : kMissing) {
    SCOPED_TRACE(c.callback);
    const auto result =
        Normalize("[" + std::string(c.callback) + "," + StatusOf("message-sent", "") + "]");
    ASSERT_THAT(result, IsOk());
    ASSERT_THAT(result->events, SizeIs(2));
    EXPECT_EQ(result->events[0].event->notice->type, "unknown");
    EXPECT_EQ(result->events[0].event->notice->detail.text, c.callback);
    EXPECT_EQ(result->events[0].event->direction == Direction::kOutbound,
              c.callback.find("message-failed") != c.callback.npos ||
                  c.callback.find("message-delivered") != c.callback.npos);
    EXPECT_EQ(result->events[1].event->kind, EventKind::kStatus);
  }
}

TEST(BodyTest, ThatIsNoListAndNoObjectIsRefused) {
  for (const char* body : {"", "{", "nonsense", "1", "\"text\"", "null", "[]]", "[{]}", "\xff"}) {
    SCOPED_TRACE(body);
    ExpectError(Normalize(std::string(body)).status(), 400, "INVALID_PAYLOAD", "");
  }
  ExpectError(Normalize(std::string(2'000'000, '[')).status(), 400, "INVALID_PAYLOAD", "");
}

TEST(BodyTest, WithoutCallbacksIsAcknowledged) {
  const auto result = Normalize("[]");
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->events, SizeIs(0));
  EXPECT_THAT(result->ignored, SizeIs(1));
  EXPECT_EQ(result->ack.body, kAck);
}

TEST(BodyTest, OfThingsThatAreNoCallbacksIsKeptThingByThing) {
  const auto result = Normalize(R"([1,null,"x",[],{},true,{"type":{}},{"a":1}])");
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(result->events, SizeIs(8));
  std::string details;
  for (const InboundEvent& inbound : result->events) {
    EXPECT_EQ(inbound.event->notice->type, "unknown");
    details += inbound.event->notice->detail.text + " ";
  }
  EXPECT_EQ(details, R"(1 null "x" [] {} true {"type":{}} {"a":1} )");
}

TEST(BodyTest, ThatNothingCoversIsNotRead) {
  EXPECT_FALSE(NormalizeWith({.body = "[]", .coverage = {.url = true}}).ok());
}

TEST(BodyTest, MayHoldSoManyEventsAndNoMore) {
  const std::string one = StatusOf("message-sent", "");
  const std::string three = "[" + one + "," + one + "," + one + "]";
  EXPECT_THAT(NormalizeWith({.body = three, .max_events = 3}), IsOk());
  ExpectError(NormalizeWith({.body = three, .max_events = 2}).status(), 413, "PAYLOAD_TOO_LARGE",
              "");
}

TEST(ContractTest, RefusesWhatIsNotForIt) {
  TestGateway gateway;
  WebhookRequest get = ProvedPost("[]");
  get.method = HttpMethod::kGet;
  const HttpResponse not_allowed = gateway.Handle(get);
  EXPECT_EQ(not_allowed.status, 405);
  EXPECT_EQ(not_allowed.headers.Find("Allow"), "POST, OPTIONS");
  for (const char* type :
       {"text/plain", "application/x-www-form-urlencoded", "application/jsonx"}) {
    WebhookRequest request = ProvedPost("[]");
    request.headers.Set("Content-Type", type);
    EXPECT_EQ(gateway.Handle(request).status, 415) << type;
  }
  for (const char* type : {"Application/JSON;charset=UTF-8", "application/json", ""}) {
    WebhookRequest request = ProvedPost("[]");
    request.headers.Set("Content-Type", type);
    EXPECT_EQ(gateway.Handle(request).status, 200) << type;
  }
  WebhookRequest elsewhere = ProvedPost("[]");
  elsewhere.target = "/bandwidth";
  EXPECT_EQ(gateway.Handle(elsewhere).status, 404);
  EXPECT_EQ(gateway.Handle(ProvedPost("nonsense")).status, 400);
}

TEST(ContractTest, AFullQueueMakesTheCarrierRetryAndNothingIsLost) {
  auto sink = std::make_shared<omni::testing::RecordingSink>();
  int calls = 0;
  sink->SetDecision([&calls](const Envelope&) {
    return ++calls == 2 ? absl::UnavailableError("full") : absl::OkStatus();
  });
  TestGateway gateway(kChannel, sink);
  const WebhookRequest request = ProvedPost(ReadTestdata("batch_mixed_with_unknown_type.json"));
  const HttpResponse first = gateway.Handle(request);
  EXPECT_EQ(first.status, 503);
  EXPECT_TRUE(first.headers.Find("Retry-After"));
  EXPECT_EQ(gateway.Handle(request).status, 200);
  EXPECT_THAT(gateway.accepted(), SizeIs(3));
}

/// Where a value stands in the text.
struct Span {
  std::size_t begin, length;
};

void CollectSpans(JsonValue root, JsonValue value, std::vector<Span>& spans) {
  const std::string_view text = value.raw();
  spans.push_back({static_cast<std::size_t>(text.data() - root.raw().data()), text.size()});
  for (const JsonValue element : value.elements()) CollectSpans(root, element, spans);
  for (const JsonMember member : value.members()) CollectSpans(root, member.value, spans);
}

/// An event for each callback, all of them valid JSON; or a refusal, where there is one callback at
/// most.
void ExpectNothingLost(const std::string& body) {
  const auto document = JsonDocument::Parse(body);
  ASSERT_THAT(document, IsOk());
  const JsonValue root = document->root();
  const std::size_t told = root.is_array() ? root.size() : 1;
  const auto result = Normalize(body);
  if (!result.ok()) {
    const bool readable = root.is_array() || root.is_object();
    EXPECT_EQ(told, 1U) << body;
    EXPECT_EQ(GetErrorDetail(result.status()).code, readable ? "MISSING_FIELD" : "INVALID_PAYLOAD")
        << body;
    return;
  }
  EXPECT_EQ(result->events.size(), told) << body;
  for (const InboundEvent& inbound : result->events) {
    EXPECT_THAT(EventFromJson(ToJson(*inbound.event)), IsOk()) << ToJson(*inbound.event);
  }
}

class MangledFixtureTest : public ::testing::TestWithParam<std::string> {};

TEST_P(MangledFixtureTest, LosesNothingWhateverOneValueBecomes) {
  const auto document = JsonDocument::Parse(ReadTestdata(GetParam() + ".json"));
  ASSERT_THAT(document, IsOk());
  std::vector<Span> spans;
  CollectSpans(document->root(), document->root(), spans);
  const std::string text(document->root().raw());
  for (const Span& span : spans) {
    for (std::string_view other : {"null", "true", "-1.5e300", "\"\"", "\"x\"", "[]", "{}", "[[]]",
                                   "[null,7]", R"({"id":{},"type":[]})"}) {
      std::string mangled = text;
      mangled.replace(span.begin, span.length, other);
      ExpectNothingLost(mangled);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, MangledFixtureTest, ::testing::ValuesIn(FixtureNames()),
                         [](const auto& test) { return test.param; });

TEST(RobustnessTest, ACutSurrogateSpoilsOneCharacterAndNothingElse) {
  const auto result =
      Normalize("[" + Received(R"("text":"\ude80 ok \ud83d\ude80","tag":"t\ud83d")") +
                R"(,{"odd":"\udbff"}])");
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(result->events, SizeIs(2));
  EXPECT_EQ(result->events[0].event->message->text, "\uFFFD ok \U0001F680");
  EXPECT_EQ(result->events[0].event->metadata.Get("tag"), "t\uFFFD");
  for (const InboundEvent& inbound : result->events) {
    EXPECT_TRUE(IsValidUtf8(ToJson(*inbound.event)));
  }
}

/// `count` elements, the Nth made by `make(N)`.
template <class Make>
std::string List(std::size_t count, Make make) {
  std::string list = "[";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) list += ',';
    list += make(std::to_string(i));
  }
  return list + "]";
}

// Quadratic work on these would take minutes.
TEST(RobustnessTest, WorkGrowsNoFasterThanTheBody) {
  constexpr std::size_t kMany = 100'000;
  const std::string people =
      List(kMany, [](const std::string& i) { return "\"+1212" + i + "0000\""; });
  const std::string media =
      List(kMany, [](const std::string& i) { return "\"https://x.example/" + i + ".smil\""; });
  const std::string members = List(kMany, [](const std::string& i) { return "\"m" + i + "\":1"; });
  const std::string flood = members.substr(1, members.size() - 2);
  const std::string bodies[] = {
      Received("\"to\":" + people),
      Received("\"media\":" + media),
      Received(flood),
      Received("\"content\":{" + flood + "}"),
      StatusOf("message-sent", flood + ","),
      R"({"type":"message-sent","to":"+1","message":{"id":"m1","to":)" + people + "}}",
      R"({"msg":"x","from":"+12125550187",)" + flood + "}",
  };
  for (const std::string& body : bodies) {
    const auto result = Normalize(body);
    ASSERT_THAT(result, IsOk());
    EXPECT_THAT(result->events, SizeIs(1));
  }
  EXPECT_EQ(NormalizeWith({.body = people, .max_events = kMany})->events.size(), kMany);
}

}  // namespace
}  // namespace testing
}  // namespace bandwidth
}  // namespace omni::inline v0_1
