/// \file
/// Parts of long messages through a gateway with a fragment store: what the manifest expects of the
/// fixtures together.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bandwidth_test_gateway.h"
#include "omni/components/memory_stores.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TestGateway JoiningGateway() {
  return TestGateway(kChannel, std::make_shared<omni::testing::RecordingSink>(),
                     MakeMemoryFragmentStore({}));
}

/// What the fixtures that are parts become once the last of them is there.
std::string TextOf(const std::vector<std::string>& fixtures, std::string_view expectation) {
  const JsonValue expected = FixtureEntry(fixtures.front())["expect"][expectation];
  return std::string(expected.At(0)["text"].text());
}

void ExpectJoined(const std::vector<std::string>& fixtures, const std::string& text) {
  TestGateway gateway = JoiningGateway();
  ASSERT_THAT(gateway.status(), IsOk());
  for (const std::string& fixture : fixtures) {
    EXPECT_THAT(gateway.accepted(), IsEmpty());
    const HttpResponse response = gateway.Handle(FixtureRequest(fixture));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, kAck);
  }
  ASSERT_THAT(gateway.accepted(), SizeIs(1));
  const auto event = JsonDocument::Parse(gateway.accepted().front().body);
  ASSERT_THAT(event, IsOk());
  EXPECT_EQ(event->root()["kind"].text(), "message");
  EXPECT_EQ(event->root()["message"]["text"].text(), text);
  EXPECT_FALSE(event->root()["message"]["fragment"].exists());
  EXPECT_EQ(gateway.accepted().front().group, "bandwidth:+14045550123:+12125550187");
  // Redelivered in whatever order, they are the same.
  for (const std::string& fixture : fixtures) {
    EXPECT_EQ(gateway.Handle(FixtureRequest(fixture)).status, 200);
  }
  EXPECT_THAT(gateway.accepted(), SizeIs(1));
}

TEST(JoiningTest, PartsInAnyOrderAreOneMessage) {
  const std::vector<std::string> fixtures = {
      "fragment_our_contract_1of3", "fragment_our_contract_3of3", "fragment_our_contract_2of3"};
  ExpectJoined(fixtures, TextOf(fixtures, "events_after_all_three"));
}

TEST(JoiningTest, ACharacterThatWasCutIsWholeAgain) {
  const std::vector<std::string> fixtures = {"fragment_split_surrogate_2of2",
                                             "fragment_split_surrogate_1of2"};
  ExpectJoined(fixtures, TextOf(fixtures, "events_after_both"));
}

TEST(JoiningTest, AHalfOfVoxbonesWaitsAndIsAnsweredAsAMessage) {
  TestGateway gateway = JoiningGateway();
  const HttpResponse response = gateway.Handle(FixtureRequest("voxbone_native_fragment_2of2"));
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(gateway.accepted(), IsEmpty());
  EXPECT_EQ(gateway
                .Handle(ProvedPost(R"({"from":"+12125550187","uuid":"u1","msg":"First half, ",)"
                                   R"("frag":{"frag_ref":51234,"frag_total":2,"frag_num":1}})"))
                .status,
            200);
  ASSERT_THAT(gateway.accepted(), SizeIs(1));
  const auto event = JsonDocument::Parse(gateway.accepted().front().body);
  EXPECT_EQ(event->root()["message"]["text"].text(), "First half, second half.");
}

}  // namespace
}  // namespace testing
}  // namespace bandwidth
}  // namespace omni::inline v0_1
