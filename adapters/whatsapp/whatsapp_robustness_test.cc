/// \file
/// Bodies that no carrier should send, and yet some day one does: every value of every fixture
/// replaced, floods, cut surrogates.

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "omni/codec.h"
#include "omni/json.h"
#include "whatsapp_test_requests.h"

namespace omni::inline v0_1 {
namespace whatsapp::testing {
namespace {

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

/// Normalizes a body that is JSON: nothing of it may be lost, and all events must be valid
/// JSON.
void ExpectNothingLost(const std::string& body) {
  const auto document = JsonDocument::Parse(body);
  ASSERT_TRUE(document.ok());
  const JsonValue entries = document->root()["entry"];
  const bool empty = entries.is_array() && entries.size() == 0;
  const bool ours = document->root()["object"].text() == "whatsapp_business_account";
  const auto result = Normalize(body);
  ASSERT_TRUE(result.ok()) << result.status() << body;
  EXPECT_GE(result->events.size(), empty ? 0U : 1U) << body;
  if (ours) {
    EXPECT_GE(result->events.size(), CountItems(document->root())) << body;
  }
  for (const InboundEvent& inbound : result->events) {
    EXPECT_TRUE(EventFromJson(ToJson(*inbound.event)).ok()) << ToJson(*inbound.event);
  }
}

class MangledFixtureTest : public ::testing::TestWithParam<std::string> {};

TEST_P(MangledFixtureTest, LosesNothingWhateverOneValueBecomes) {
  const std::string body = ReadTestdata(GetParam() + ".json");
  const auto document = JsonDocument::Parse(body);
  ASSERT_TRUE(document.ok());
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

/// Every object inside the items of a value: messages, statuses and so on, at any depth.
void CollectObjects(JsonValue root, JsonValue value, std::vector<Span>& objects) {
  if (value.is_object()) {
    objects.push_back(
        {static_cast<std::size_t>(value.raw().data() - root.raw().data()), value.raw().size()});
  }
  for (const JsonValue element : value.elements()) CollectObjects(root, element, objects);
  for (const JsonMember member : value.members()) CollectObjects(root, member.value, objects);
}

std::vector<Span> ObjectsOfItems(JsonValue root) {
  std::vector<Span> objects;
  for (const JsonValue entry : root["entry"].elements()) {
    for (const JsonValue change : entry["changes"].elements()) {
      for (const JsonValue holder : {change["value"], change["value"]["standby"]}) {
        for (std::string_view list :
             {"messages", "statuses", "errors", "message_echoes", "user_preferences"}) {
          CollectObjects(root, holder[list], objects);
        }
      }
      for (const JsonValue chunk : change["value"]["history"].elements()) {
        CollectObjects(root, chunk["errors"], objects);
        for (const JsonValue thread : chunk["threads"].elements()) {
          CollectObjects(root, thread["messages"], objects);
        }
      }
    }
  }
  return objects;
}

TEST_P(MangledFixtureTest, KeepsANewMemberOfAnyObject) {
  const auto document = JsonDocument::Parse(ReadTestdata(GetParam() + ".json"));
  ASSERT_TRUE(document.ok());
  const std::string text(document->root().raw());
  for (const Span& object : ObjectsOfItems(document->root())) {
    const bool only =
        JsonDocument::Parse(text.substr(object.begin, object.length))->root().size() == 0;
    for (std::string_view value : {"\"canary\"", R"({"deep":["canary"]})"}) {
      std::string body = text;
      body.insert(object.begin + 1, "\"zz_new\":" + std::string(value) + (only ? "" : ","));
      auto result = Normalize(body);
      ASSERT_TRUE(result.ok());
      std::string events;
      for (InboundEvent& inbound : result->events) {
        inbound.event.Amend([](Event& event) { event.raw = {}; });
        events += ToJson(*inbound.event);
      }
      EXPECT_NE(events.find("canary"), events.npos) << text.substr(object.begin, object.length);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, MangledFixtureTest, ::testing::ValuesIn(FixtureNames()),
                         [](const auto& test) { return test.param; });

TEST(RobustnessTest, ACutSurrogateSpoilsOneCharacterAndNothingElse) {
  const auto result = Normalize(OneChange(
      "messages",
      R"({"contacts":[{"wa_id":"447700900123","profile":{"name":"Zo\ud83d"}}],"messages":[)"
      R"({"from":"447700900123","id":"1","type":"text","text":{"body":"\ude80 ok \ud83d\ude80"}},)"
      R"({"from":"447700900123","id":"2","type":"odd","odd":"\udbff"}]})"));
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->events.size(), 2U);
  const Event& text = *result->events[0].event;
  EXPECT_EQ(text.from->name, "Zo\uFFFD");
  EXPECT_EQ(text.message->text, "\uFFFD ok \U0001F680");
  for (const InboundEvent& inbound : result->events) {
    EXPECT_TRUE(IsValidUtf8(ToJson(*inbound.event)));
    EXPECT_TRUE(EventFromJson(ToJson(*inbound.event)).ok());
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
  constexpr std::size_t kMany = 20'000;
  const std::string people =
      List(kMany, [](const std::string& i) { return "{\"wa_id\":\"4477" + i + "\"}"; });
  const std::string messages = List(kMany, [](const std::string& i) {
    return "{\"from\":\"4477" + i + "\",\"id\":\"" + i + "\",\"type\":\"text\",\"text\":{}}";
  });
  const std::string members =
      List(100'000, [](const std::string& i) { return "\"m" + i + "\":1"; });
  const std::string flood = "{" + members.substr(1, members.size() - 2) + "}";
  const std::string threads = List(kMany, [](const std::string& i) {
    return "{\"id\":\"4477" + i + R"(","messages":[{"type":"text","text":{}}]})";
  });
  const std::pair<std::string, std::size_t> bodies[] = {
      {OneChange("messages", "{\"contacts\":" + people + ",\"messages\":" + messages + "}"), kMany},
      {OneChange("messages", "{\"contacts\":[" + flood + "],\"messages\":" + messages + "}"),
       kMany},
      {OneChange("messages", "{\"metadata\":" + flood + ",\"messages\":" + messages + "}"), kMany},
      {OneChange("messages", "{\"messages\":[" + flood + "]}"), 1},
      {OneChange("messages", "{\"statuses\":[" + flood + "]}"), 1},
      {OneChange("messages", R"({"messages":[{"type":"text","text":)" + flood + "}]}"), 1},
      {OneChange("history", "{\"contacts\":" + people + R"(,"history":[{"metadata":)" + flood +
                                ",\"threads\":" + threads + "}]}"),
       kMany},
      {OneChange("messages", flood), 100'000},
  };
  for (const auto& [body, events] : bodies) {
    const auto result = Normalize(body);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->events.size(), events);
  }
}

}  // namespace
}  // namespace whatsapp::testing
}  // namespace omni::inline v0_1
