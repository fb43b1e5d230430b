/// \file
/// Parts of long messages, and Voxbone's API, which sends them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bandwidth_test_gateway.h"
#include "omni/json.h"
#include "omni/support/wtf8.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::SizeIs;

struct FragmentCase {
  std::string_view name;
  std::string_view members;  ///< of the message
  std::string_view fragment;
  std::string_view metadata;
  int reference_bits = 0;
};

class FragmentTest : public ::testing::TestWithParam<FragmentCase> {};

TEST_P(FragmentTest, IsReadOrTheMessageIsWhole) {
  const FragmentCase& c = GetParam();
  const auto result = Normalize(Received(R"("text":"stop",)" + std::string(c.members)));
  ASSERT_THAT(result, IsOk());
  const InboundEvent& inbound = result->events.front();
  const auto message = JsonDocument::Parse(Part(*inbound.event, "message"));
  EXPECT_EQ(CompactJson(message->root()["fragment"]), c.fragment);
  EXPECT_EQ(Part(*inbound.event, "metadata"), c.metadata);
  EXPECT_EQ(inbound.part.has_value(), !c.fragment.empty());
  EXPECT_EQ(inbound.part.value_or(MessagePart{}).reference_bits, c.reference_bits);
  EXPECT_EQ(inbound.identity, c.fragment.empty() ? "" : "m1:+14045550123:7/2");
  // Half a word is no keyword.
  EXPECT_EQ(inbound.event->message->keyword.has_value(), c.fragment.empty());
}

constexpr std::string_view kTwoOfThree = R"({"reference":"7","number":2,"total":3})";
constexpr FragmentCase kFragments[] = {
    {"Flat", R"("fragRef":7,"fragmentNumber":2,"fragmentTotal":3)", kTwoOfThree, ""},
    {"WithItsWidth", R"("fragRef":7,"fragmentNumber":2,"fragmentTotal":3,"refBits":16)",
     kTwoOfThree, "", 16},
    {"OfAnotherWidth", R"("fragRef":7,"fragmentNumber":2,"fragmentTotal":3,"refBits":12)",
     kTwoOfThree, R"({"refBits":"12"})"},
    {"Nested", R"("fragment":{"fragRef":7,"fragmentNumber":2,"fragmentTotal":3,"refBits":8,"x":1})",
     kTwoOfThree, R"({"fragmentX":"1"})", 8},
    {"SegmentCountIsNone", R"("segmentCount":3)", "", R"({"segmentCount":"3"})"},
    {"OneNumberMissing", R"("fragRef":7,"fragmentNumber":2)", "",
     R"({"fragRef":"7","fragmentNumber":"2"})"},
    {"NumbersAsStrings", R"("fragRef":"7","fragmentNumber":"2","fragmentTotal":"3")", "",
     R"({"fragRef":"7","fragmentNumber":"2","fragmentTotal":"3"})"},
    {"OnePartAlone", R"("fragRef":7,"fragmentNumber":1,"fragmentTotal":1)", "",
     R"({"fragRef":"7","fragmentNumber":"1","fragmentTotal":"1"})"},
    {"NumberZero", R"("fragRef":7,"fragmentNumber":0,"fragmentTotal":3)", "",
     R"({"fragRef":"7","fragmentNumber":"0","fragmentTotal":"3"})"},
    {"NumberBeyondTotal", R"("fragRef":7,"fragmentNumber":4,"fragmentTotal":3)", "",
     R"({"fragRef":"7","fragmentNumber":"4","fragmentTotal":"3"})"},
    {"TotalTooLarge", R"("fragRef":7,"fragmentNumber":2,"fragmentTotal":256)", "",
     R"({"fragRef":"7","fragmentNumber":"2","fragmentTotal":"256"})"},
    {"ReferenceTooLarge", R"("fragRef":65536,"fragmentNumber":2,"fragmentTotal":3)", "",
     R"({"fragRef":"65536","fragmentNumber":"2","fragmentTotal":"3"})"},
    {"NegativeReference", R"("fragment":{"fragRef":-1,"fragmentNumber":2,"fragmentTotal":3})", "",
     R"({"fragment":"{\"fragRef\":-1,\"fragmentNumber\":2,\"fragmentTotal\":3}"})"},
};

INSTANTIATE_TEST_SUITE_P(All, FragmentTest, ::testing::ValuesIn(kFragments),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FragmentTest, MayStandBesideTheMessage) {
  std::string body = Received(R"("text":"x")");
  body.replace(1, 0, R"("frag":{"frag_ref":7,"frag_num":2,"frag_total":3},)");
  const Event event = OnlyEvent(body);
  EXPECT_EQ(event.message->fragment, (Fragment{.reference = "7", .number = 2, .total = 3}));
  EXPECT_TRUE(event.metadata.empty());
}

/// What the gateway makes of the parts.
std::string Join(const std::vector<std::string>& fixtures) {
  std::vector<std::string> parts;
  for (const std::string& fixture : fixtures) {
    const auto result = Normalize(ReadTestdata(fixture + ".json"));
    if (!result.ok() || !result->events.front().part) return "no part";
    const InboundEvent& inbound = result->events.front();
    const std::string& text = inbound.part->text;
    parts.push_back(text.empty() ? inbound.event->message->text : text);
  }
  return JoinWtf8(parts);
}

TEST(FragmentTest, PartsHoldEverythingThatJoiningNeeds) {
  EXPECT_EQ(Join({"fragment_our_contract_1of3", "fragment_our_contract_2of3",
                  "fragment_our_contract_3of3"}),
            "Delivery window is between nine and eleven; the driver will ring you about five "
            "minutes ahead.");
  EXPECT_EQ(Join({"fragment_split_surrogate_1of2", "fragment_split_surrogate_2of2"}),
            "See you at the \U0001F680 launch");
}

TEST(FragmentTest, HasItsTextTwiceOnlyWhereTheCutWentThroughACharacter) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"(\u00e9 \ud83d\ude80)", ""},
      {R"(\ufffd)", ""},
      {R"(\ufffd \ud83d)", "\uFFFD \xED\xA0\xBD"},
      {R"(\ude80\n)", "\xED\xBA\x80\n"},
  };
  for (const auto& [text, expected] : cases) {
    SCOPED_TRACE(text);
    const auto result =
        Normalize(Received(R"("text":")" + std::string(text) +
                           R"(","fragRef":7,"fragmentNumber":2,"fragmentTotal":3)"));
    ASSERT_THAT(result, IsOk());
    ASSERT_TRUE(result->events.front().part);
    EXPECT_EQ(result->events.front().part->text, expected);
  }
}

TEST(VoxboneTest, AWholeMessageIsAMessage) {
  const Event event =
      OnlyEvent(R"({"from":"+12125550187","uuid":"u1","time":"2026-02-03 14:22:07","msg":"STOP",)"
                R"("frag":null,"delivery_report":"all"})");
  EXPECT_EQ(event.channel, "sms");
  EXPECT_EQ(event.carrier_message_id, "u1");
  EXPECT_EQ(event.conversation, "bandwidth:+14045550123:+12125550187");
  EXPECT_EQ(Part(event, "message"), R"({"type":"text","text":"STOP","keyword":"stop"})");
  EXPECT_EQ(Part(event, "metadata"), R"({"deliveryReport":"all"})");
}

TEST(VoxboneTest, WithoutIdIsKnownByWhatItSays) {
  const auto result = Normalize(R"({"from":"+12125550187","time":"later","msg":"x"})");
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->events.front().identity, "");
  EXPECT_EQ(result->events.front().event->carrier_message_id, "");
  EXPECT_EQ(result->events.front().event->metadata.Get("messageTime"), "later");
}

TEST(VoxboneTest, APathThatIsNotCoveredNamesNobody) {
  const auto result = NormalizeWith(
      {.body = R"({"from":"+12125550187","uuid":"u1","msg":"x"})", .coverage = {.body = true}});
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->events.front().event->to, SizeIs(0));
  EXPECT_EQ(result->events.front().event->conversation, "");
}

TEST(VoxboneTest, APartOfNobodysIsNotJoined) {
  const std::string body = R"({"from":"+12125550187","uuid":"u1","msg":"stop",)"
                           R"("frag":{"frag_ref":7,"frag_num":2,"frag_total":3}})";
  for (const bool url : {true, false}) {
    const auto result = NormalizeWith({.body = body, .coverage = {.body = true, .url = url}});
    ASSERT_THAT(result, IsOk());
    const InboundEvent& inbound = result->events.front();
    EXPECT_EQ(inbound.part.has_value(), url);
    EXPECT_TRUE(inbound.event->message->fragment);
    EXPECT_FALSE(inbound.event->message->keyword);
    EXPECT_EQ(inbound.identity, "u1:7/2");
  }
}

WebhookRequest Report(std::string body) {
  WebhookRequest request = ProvedPost(std::move(body));
  request.method = HttpMethod::kPut;
  request.target = "/bandwidth/12125550187/report/tx-1";
  return request;
}

TEST(VoxboneTest, EveryDeliveryStatusHasAValue) {
  const std::pair<std::string_view, std::string_view> words[] = {
      {"message_waiting", "sending"},         {"delivered_to_network", "sent"},
      {"delivered_to_terminal", "delivered"}, {"delivery_expired", "expired"},
      {"delivery_failed", "failed"},          {"delivery_rejected", "rejected"},
      {"delivery_impossible", "undelivered"}, {"delivery_unknown", "unknown"},
      {"delivered_to_the_moon", "unknown"},
  };
  for (const auto& [word, value] : words) {
    TestGateway gateway;
    EXPECT_EQ(gateway
                  .Handle(Report(R"({"orig_from":"+14045550123","status_code":"007",)"
                                 R"("delivery_status":")" +
                                 std::string(word) + "\"}"))
                  .status,
              200);
    ASSERT_THAT(gateway.accepted(), SizeIs(1));
    const auto event = JsonDocument::Parse(gateway.accepted().front().body);
    EXPECT_EQ(event->root()["status"]["value"].text(), value);
    EXPECT_EQ(event->root()["status"]["carrierValue"].text(), word);
    EXPECT_EQ(event->root()["carrierMessageId"].text(), "tx-1");
  }
}

TEST(VoxboneTest, AReportWhosePathIsNotCoveredIsANotice) {
  TestGateway gateway;
  WebhookRequest request = Report(R"({"delivery_status":"delivery_failed"})");
  request.headers.Set("Authorization", "");
  request.headers.Add("X-Bandwidth-Signature", Signature(request.body, kSignatureKeyCanary));
  EXPECT_EQ(gateway.Handle(request).status, 200);
  ASSERT_THAT(gateway.accepted(), SizeIs(1));
  const auto event = JsonDocument::Parse(gateway.accepted().front().body);
  EXPECT_EQ(event->root()["notice"]["subject"].text(), "delivery_failed");
  EXPECT_EQ(gateway.accepted().front().body.find("tx-1"), std::string::npos);
}

TEST(VoxboneTest, ReportsAreTakenOnlyWhereTheOptionSaysSo) {
  TestGateway gateway(R"({"adapter":"bandwidth","username":"bw-hook",)"
                      R"("password":"s3cret:with:colons"})");
  EXPECT_EQ(gateway.Handle(Report(R"({"delivery_status":"delivery_failed"})")).status, 404);
}

}  // namespace
}  // namespace testing
}  // namespace bandwidth
}  // namespace omni::inline v0_1
