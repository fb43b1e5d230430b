/// \file
/// Bodies that no carrier should send, and yet some day one does: every value of every fixture
/// replaced, members of tomorrow, floods, cut surrogates.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "inteliquent_test_gateway.h"
#include "omni/codec.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::SizeIs;

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

/// An event at least, or a refusal that names the field; and all events are valid JSON.
void ExpectNothingLost(const std::string& body) {
  const auto document = JsonDocument::Parse(body);
  ASSERT_THAT(document, IsOk());
  const auto result = Normalize(body);
  if (!result.ok()) {
    const ErrorDetail detail = GetErrorDetail(result.status());
    const JsonType type = document->root().type();
    const bool structured = type == JsonType::kObject || type == JsonType::kArray;
    EXPECT_EQ(detail.http_status, 422) << body;
    EXPECT_EQ(detail.field.empty(), !structured) << body;
    return;
  }
  const bool empty = document->root().is_array() && document->root().size() == 0;
  EXPECT_EQ(result->events.empty(), empty) << body;
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
  TestGateway gateway;
  for (const Span& span : spans) {
    for (std::string_view other : {"null", "true", "7", "-1.5e300", "\"\"", "\"x\"", "[]", "{}",
                                   "[[]]", "[null,7]", R"({"referenceId":{},"type":[]})"}) {
      std::string mangled = text;
      mangled.replace(span.begin, span.length, other);
      ExpectNothingLost(mangled);
      EXPECT_LT(gateway.Handle(ProvedPost(mangled)).status, 500) << mangled;
    }
  }
}

TEST_P(MangledFixtureTest, KeepsANewMemberOfAnyObject) {
  if (GetParam() == "seed_invalid_missing_from") return;
  const auto document = JsonDocument::Parse(ReadTestdata(GetParam() + ".json"));
  ASSERT_THAT(document, IsOk());
  const std::string text(document->root().raw());
  std::vector<Span> spans;
  CollectSpans(document->root(), document->root(), spans);
  for (const Span& span : spans) {
    if (text[span.begin] != '{') continue;
    for (std::string_view value : {"\"canary\"", "[\"canary\"]", R"({"deep":"canary"})"}) {
      std::string body = text;
      body.insert(span.begin + 1, "\"zz_new\":" + std::string(value) + ",");
      auto result = Normalize(body);
      ASSERT_THAT(result, IsOk());
      for (InboundEvent& inbound : result->events) {
        inbound.event.Amend([](Event& event) { event.raw = {}; });
        EXPECT_NE(ToJson(*inbound.event).find("canary"), std::string::npos) << body;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, MangledFixtureTest, ::testing::ValuesIn(FixtureNames()),
                         [](const auto& test) { return test.param; });

TEST(RobustnessTest, ACutSurrogateSpoilsOneCharacterAndNothingElse) {
  const Event event = OnlyEvent(Message(R"("text":"\ude80 ok \ud83d\ude80","zz":"t\ud83d")"));
  EXPECT_EQ(event.message->text, "\uFFFD ok \U0001F680");
  EXPECT_EQ(event.metadata.Get("zz"), "t\uFFFD");
  EXPECT_TRUE(IsValidUtf8(ToJson(event)));
}

TEST(RobustnessTest, OfAMemberThatIsThereTwiceTheLastCounts) {
  const Event event = OnlyEvent(Message(R"("text":"first","text":"last","messageId":"m2")"));
  EXPECT_EQ(event.message->text, "last");
  EXPECT_EQ(event.carrier_message_id, "m2");
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
  const std::string people =
      List(kMany, [](const std::string& i) { return "\"1212" + i + "0000\""; });
  const std::string urls =
      List(kMany, [](const std::string& i) { return "\"https://x.example/" + i + "\""; });
  const std::string attachments =
      List(kMany, [](const std::string& i) { return "{\"url\":\"cid:" + i + "\"}"; });
  const std::string members = List(kMany, [](const std::string& i) { return "\"m" + i + "\":1"; });
  const std::string flood = members.substr(1, members.size() - 2);
  const std::string key = std::string(900'000, ':');
  for (const std::string& body :
       {NativeMessage("\"to\":" + people), NativeMessage("\"mediaUrls\":" + urls),
        Message("\"attachments\":" + attachments), Message(flood),
        NativeReceipt(R"("text":")" + key + "\"")}) {
    const auto result = Normalize(body);
    ASSERT_THAT(result, IsOk());
    EXPECT_THAT(result->events, SizeIs(1));
  }
}

TEST(RobustnessTest, WhatIsBeyondTheBoundsIsKeptAsItCame) {
  const std::string urls = List(101, [](const std::string& i) { return "\"cid:" + i + "\""; });
  const Event media = OnlyEvent(NativeMessage("\"mediaUrls\":" + urls));
  EXPECT_THAT(media.message->media, SizeIs(100));
  EXPECT_EQ(media.metadata.Get("mediaUrls"), urls);
  const std::string people = List(101, [](const std::string& i) {
    return "\"" + std::to_string(12125550100 + std::stol(i)) + "\"";
  });
  const Event group = OnlyEvent(NativeMessage("\"to\":" + people));
  EXPECT_THAT(group.to, SizeIs(100));
  EXPECT_EQ(group.metadata.Get("to"), people);
}

}  // namespace
}  // namespace testing
}  // namespace inteliquent
}  // namespace omni::inline v0_1
