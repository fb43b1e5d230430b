/// \file
/// Bodies that nobody should send, and yet some day somebody does: every value of every fixture
/// replaced, members of tomorrow, cut bodies, floods.

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "livechat_test_gateway.h"
#include "omni/codec.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using ::omni::testing::IsOk;

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

/// Something comes out, or the sender is told what is wrong; and all events are valid.
void ExpectNothingLost(const WebhookRequest& request) {
  const auto result = Normalize(request);
  if (!result.ok()) {
    const ErrorDetail detail = GetErrorDetail(result.status());
    EXPECT_EQ(detail.http_status, 400) << request.body;
    return;
  }
  EXPECT_TRUE(result->events.empty() == result->inquiry.has_value()) << request.body;
  for (const InboundEvent& inbound : result->events) {
    EXPECT_THAT(EventFromJson(ToJson(*inbound.event)), IsOk()) << ToJson(*inbound.event);
  }
}

/// Fixtures with a JSON body.
std::vector<std::string> JsonFixtures() {
  std::vector<std::string> names;
  for (std::string& name : FixtureNames()) {
    if (name != "05_seed_upload_media") names.push_back(std::move(name));
  }
  return names;
}

class MangledFixtureTest : public ::testing::TestWithParam<std::string> {};

TEST_P(MangledFixtureTest, LosesNothingWhateverOneValueBecomes) {
  const WebhookRequest request = FixtureRequest(GetParam());
  const auto document = JsonDocument::Parse(request.body);
  ASSERT_THAT(document, IsOk());
  std::vector<Span> spans;
  CollectSpans(document->root(), document->root(), spans);
  TestGateway gateway;
  for (const Span& span : spans) {
    for (std::string_view other : {"null", "true", "7", "-1.5e300", "\"\"", "\"x\"", "[]", "{}",
                                   "[[]]", "[null,7]", R"({"id":{},"type":[],"text":[]})"}) {
      WebhookRequest mangled = request;
      mangled.body.replace(span.begin, span.length, other);
      ExpectNothingLost(mangled);
      EXPECT_LT(gateway.Handle(mangled).status, 500) << mangled.body;
    }
  }
}

TEST_P(MangledFixtureTest, RefusesABodyThatIsCutOff) {
  const WebhookRequest request = FixtureRequest(GetParam());
  TestGateway gateway;
  for (std::size_t size = 0; size < request.body.size(); ++size) {
    WebhookRequest cut = request;
    cut.body.resize(size);
    // To ask for the whole history takes no body.
    const bool asks = size == 0 && GetParam() == "04_seed_fetch_messages";
    EXPECT_EQ(gateway.Handle(cut).status, asks ? 404 : 400) << cut.body;
  }
  EXPECT_TRUE(gateway.accepted().empty());
}

TEST_P(MangledFixtureTest, KeepsANewMemberOfAnyObject) {
  const WebhookRequest request = FixtureRequest(GetParam());
  // Of a note nothing is kept, by intent; a question keeps nothing.
  if (GetParam() == "12_real_incoming_event_agents_only" || request.target.ends_with("limit=2")) {
    return;
  }
  const auto document = JsonDocument::Parse(request.body);
  ASSERT_THAT(document, IsOk());
  std::vector<Span> spans;
  CollectSpans(document->root(), document->root(), spans);
  for (const Span& span : spans) {
    if (request.body[span.begin] != '{') continue;
    for (std::string_view value : {"\"canary\"", "[\"canary\"]", R"({"deep":"canary"})"}) {
      WebhookRequest grown = request;
      grown.body.insert(span.begin + 1, "\"zz_new\":" + std::string(value) +
                                            (request.body[span.begin + 1] == '}' ? "" : ","));
      auto result = Normalize(grown);
      ASSERT_THAT(result, IsOk());
      std::string told;
      for (InboundEvent& inbound : result->events) {
        inbound.event.Amend([](Event& event) { event.raw = {}; });
        told += ToJson(*inbound.event);
      }
      EXPECT_NE(told.find("canary"), std::string::npos) << grown.body;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, MangledFixtureTest, ::testing::ValuesIn(JsonFixtures()),
                         [](const auto& test) { return test.param; });

TEST(RobustnessTest, RefusesWhatIsNoJson) {
  TestGateway gateway;
  for (const std::string& body :
       {std::string(), std::string("null"), std::string("[]"), std::string("\xEF\xBB\xBF{}"),
        std::string("{\"a\":\"\xFF\"}"), std::string("secret_key=fx-lc-secret-4hJ8sQ2w"),
        std::string(200'000, '['), std::string("{\"a\":") + std::string(200'000, '{'),
        Webhook("x", std::string(100, '[') + std::string(100, ']'))}) {
    for (std::string_view path : {kWebhookPath, kChatPath}) {
      EXPECT_EQ(gateway.Handle(BarePost(path, body)).status, 400);
      EXPECT_EQ(gateway.Handle(TokenPost(path, body)).status, 400);
    }
  }
  EXPECT_TRUE(gateway.accepted().empty());
}

TEST(RobustnessTest, ACutSurrogateSpoilsOneCharacterAndNothingElse) {
  const Event event = OnlyEvent(
      Webhook("incoming_event", ChatEvent(R"("text":"\ude80 ok \ud83d\ude80","zz":"t\ud83d")")));
  EXPECT_EQ(event.message->text, "\uFFFD ok \U0001F680");
  EXPECT_EQ(event.metadata.Get("zz"), "t\uFFFD");
  EXPECT_TRUE(IsValidUtf8(ToJson(event)));
}

TEST(RobustnessTest, OfAMemberThatIsThereTwiceTheLastCounts) {
  const std::string body = Webhook("incoming_event", ChatEvent(R"("text":"a","text":"b")"));
  EXPECT_EQ(OnlyEvent(body).message->text, "b");
  // Verify and Normalize agree on which secret, and that a note is one.
  TestGateway gateway;
  std::string twice = body;
  twice.insert(1, R"("secret_key":"wrong",)");
  EXPECT_EQ(gateway.Handle(BarePost(kWebhookPath, twice)).status, 200);
  twice = body;
  twice.pop_back();
  twice += R"(,"secret_key":"wrong"})";
  EXPECT_EQ(gateway.Handle(BarePost(kWebhookPath, twice)).status, 401);
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
  constexpr std::size_t kMany = 30'000;
  const std::string users =
      List(kMany, [](const std::string& i) { return R"({"id":"u)" + i + R"("})"; });
  const std::string events = List(9'000, [](const std::string& i) {
    return R"({"id":"e)" + i + R"(","type":"message","author_id":"u)" + i + R"("})";
  });
  const std::string members = List(kMany, [](const std::string& i) { return "\"m" + i + "\":1"; });
  const std::string flood = members.substr(1, members.size() - 2);
  const std::string elements = List(kMany, [](const std::string& i) {
    return R"({"title":")" + i + R"(","image":{"url":"u"}})";
  });
  for (const std::string& body :
       {Webhook("incoming_chat", R"({"chat":{"id":"C","users":)" + users +
                                     R"(,"thread":{"id":"T","events":)" + events + "}}}"),
        Webhook("incoming_event", ChatEvent(flood)),
        Webhook("incoming_event", ChatEvent(R"("type":"rich_message","elements":)" + elements)),
        Webhook("incoming_event", ChatEvent(R"("type":"filled_form","fields":)" + elements)),
        Webhook("of_tomorrow", "{" + flood + "}"), R"({"event":"x",)" + flood + "}"}) {
    EXPECT_THAT(NormalizeWebhook(body), IsOk());
  }
  const Event rich = OnlyEvent(
      Webhook("incoming_event", ChatEvent(R"("type":"rich_message","elements":)" + elements)));
  EXPECT_EQ(rich.message->media.size(), 100U);
  EXPECT_EQ(rich.message->interactive->payload.text, elements);
}

TEST(RobustnessTest, RefusesMoreEventsThanAllowed) {
  const std::string events =
      List(10'001, [](const std::string& i) { return R"({"id":")" + i + R"("})"; });
  const auto result = NormalizeWebhook(Webhook(
      "incoming_chat", R"({"chat":{"id":"C","thread":{"id":"T","events":)" + events + "}}}"));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(GetErrorDetail(result.status()).http_status, 413);
}

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1
