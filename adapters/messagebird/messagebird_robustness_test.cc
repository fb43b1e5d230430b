// Bodies that no carrier should send, and yet some day one does: every value of every fixture
// replaced, floods, cut surrogates.

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "messagebird_test_util.h"
#include "omni/codec.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

// Where a value stands in the text.
struct Span {
  std::size_t begin;
  std::size_t length;
};

void CollectSpans(JsonValue root, JsonValue value, std::vector<Span>& spans) {
  const std::string_view text = value.raw();
  spans.push_back({static_cast<std::size_t>(text.data() - root.raw().data()), text.size()});
  for (const JsonValue element : value.elements()) CollectSpans(root, element, spans);
  for (const JsonMember member : value.members()) CollectSpans(root, member.value, spans);
}

// Either the events that a reader accepts, or, of a flat map alone, the field that it lacks.
void ExpectToldOrNamed(const std::string& body, bool flat) {
  const auto result = Normalize({.body = body}, {.keep_raw = true});
  if (!result.ok()) {
    EXPECT_TRUE(flat) << result.status() << body;
    EXPECT_EQ(GetErrorDetail(result.status()).code, "MISSING_FIELD") << body;
    return;
  }
  EXPECT_GE(result->events.size(), 1u) << body;
  for (const InboundEvent& inbound : result->events) {
    EXPECT_TRUE(EventFromJson(ToJson(*inbound.event)).ok()) << ToJson(*inbound.event);
  }
  const auto ack = JsonDocument::Parse(result->ack.body);
  ASSERT_TRUE(ack.ok());
  EXPECT_EQ(ack->root()["success"].AsBool(), true);
}

class MessageBirdMangled : public ::testing::TestWithParam<std::string_view> {};

TEST_P(MessageBirdMangled, IsToldOrNamesWhatItLacksWhateverOneValueBecomes) {
  const Presented presented = FromFixture(ReadJson(std::string(GetParam()) + ".json").root());
  const auto document = JsonDocument::Parse(presented.body);
  ASSERT_TRUE(document.ok());
  const JsonValue root = document->root();
  std::vector<Span> spans;
  CollectSpans(root, root, spans);
  spans.erase(spans.begin());  // the whole body, which must be an object
  // Without its type, or its data, a webhook of another product is one of the flat ones.
  const bool flat = !root["service"].exists();
  for (const Span& span : spans) {
    for (std::string_view other :
         {"null", "true", "-1.5e300", "99999999999999999999", "\"\"", "\"x\"", "\"\\ud83d\"", "[]",
          "{}", "[[]]", "[null,7]", R"({"id":{},"type":[]})"}) {
      std::string mangled(root.raw());
      mangled.replace(span.begin, span.length, other);
      ExpectToldOrNamed(mangled, flat);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Json, MessageBirdMangled,
    ::testing::Values("01_seed_inbound_sms", "02_seed_delivery_status",
                      "03_flowbuilder_inbound_json", "04_flowbuilder_inbound_numeric",
                      "13_conversations_created_text", "14_conversations_created_image",
                      "15_conversations_created_own_echo", "16_conversations_updated_read",
                      "17_bird_channels_sms_inbound", "18_bird_channels_sms_outbound_failed",
                      "19_bird_v1_sms_received"),
    [](const auto& test) { return "Nr" + std::string(test.param); });

TEST(MessageBirdRobustness, EveryCutOfAFormIsReadOrNamesWhatItLacks) {
  for (std::string_view name :
       {"05_inbound_form_duplicate_keys", "06_inbound_form_shortcode", "07_inbound_form_mms"}) {
    Presented presented = FromFixture(ReadJson(std::string(name) + ".json").root());
    const std::string whole = presented.body;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      presented.body = whole.substr(0, size);
      const auto result = Normalize(presented);
      if (!result.ok()) {
        EXPECT_EQ(GetErrorDetail(result.status()).code, "MISSING_FIELD") << presented.body;
        continue;
      }
      EXPECT_EQ(result->events.size(), 1u);
      EXPECT_TRUE(EventFromJson(ToJson(*result->events[0].event)).ok());
    }
  }
}

TEST(MessageBirdRobustness, ACutSurrogateSpoilsOneCharacterAndNothingElse) {
  const Event event = EventOf(
      R"({"id":"1","recipient":"51234","originator":"Zo\ud83d","body":"\ude80 ok \ud83d\ude80"})");
  EXPECT_EQ(event.from->address, "Zo\uFFFD");
  EXPECT_EQ(event.message->text, "\uFFFD ok \U0001F680");
}

// `count` elements, the Nth made by `make(N)`.
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
TEST(MessageBirdRobustness, WorkGrowsNoFasterThanTheBody) {
  const std::string members =
      List(100'000, [](const std::string& i) { return "\"m" + i + "\":1"; });
  const std::string flood = "{" + members.substr(1, members.size() - 2) + "}";
  const std::string same = List(100'000, [](const std::string&) { return std::string("\"m\":1"); });
  const std::string repeated = "{" + same.substr(1, same.size() - 2) + "}";
  const std::string urls = List(100'000, [](const std::string& i) { return "\"u" + i + "\""; });
  const std::string contacts = List(
      100'000, [](const std::string& i) { return "{\"identifierValue\":\"" + i + "\",\"a\":1}"; });
  const std::string files =
      List(100'000, [](const std::string& i) { return "{\"mediaUrl\":\"" + i + "\",\"a\":1}"; });
  const std::string sms = R"("id":"1","recipient":"51234","originator":"15559876543")";
  const std::string bodies[] = {
      "{" + sms + "," + flood.substr(1),
      "{" + sms + "," + repeated.substr(1),
      "{" + sms + ",\"x\":" + flood + "}",
      "{" + sms + ",\"mediaUrls\":" + urls + "}",
      flood,
      R"({"type":"message.created","message":)" + flood + "}",
      R"({"type":"message.created","message":{"id":"1","direction":"received","type":"image",)"
      R"("content":)" +
          flood + "}}",
      R"({"type":"sms.sent","data":)" + flood + "}",
      R"({"service":"channels","event":"sms.outbound","payload":{"id":"1","status":"sent",)"
      R"("receiver":{"contacts":)" +
          contacts + "}}}",
      R"({"service":"channels","event":"sms.inbound","payload":{"id":"1","body":{"type":"file",)"
      R"("file":{"files":)" +
          files + "}}}}",
  };
  for (const std::string& body : bodies) {
    const auto result = Normalize({.body = body});
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->events.size(), 1u);
  }
}

TEST(MessageBirdRobustness, AFormBeyondItsLimitsIsRefused) {
  std::string query = "id=1&recipient=51234&originator=15559876543";
  for (int i = 0; i < 1'000; ++i) query += "&f" + std::to_string(i) + "=1";
  const auto result = NormalizeQuery(query);
  EXPECT_EQ(HttpStatusFor(result.status()), 400);
  EXPECT_EQ(GetErrorDetail(result.status()).code, "INVALID_PAYLOAD");
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
