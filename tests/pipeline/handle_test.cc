#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omni/codec.h"
#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(HandleTest, AnswersAfterTheEventIsQueued) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  const HttpResponse response = harness.Post(kOneMessage);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"status":"ok"})");
  EXPECT_EQ(Header(response, "Content-Type"), "application/json");
  ASSERT_THAT(harness.sink->accepted(), SizeIs(1));
  EXPECT_EQ(harness.sink->accepted()[0].queue, "default:sms:inbound");
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
