/// \file
/// Captures, as tools write them.

#include "explain/http_capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "host/explain/broken.h"
#include "omni/testing/status_matchers.h"
#include "simulate/cases.h"

namespace host {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::HasSubstr;

TEST(HttpCaptureTest, KeepsTheBodyToTheByte) {
  for (const std::string end : {"\r\n", "\n"}) {
    const auto capture = ParseHttpCapture("POST /twilio?a=b%20c HTTP/1.1" + end + "Host: h" + end +
                                          "X-A:  two words \t" + end + "X-A: again" + end + end +
                                          "line\r\n\nlast\n");
    ASSERT_THAT(capture, IsOk());
    EXPECT_EQ(capture->request.method, omni::HttpMethod::kPost);
    EXPECT_EQ(capture->request.target, "/twilio?a=b%20c");
    EXPECT_THAT(capture->request.headers.FindAll("x-a"),
                ::testing::ElementsAre("two words", "again"));
    EXPECT_EQ(capture->request.body, "line\r\n\nlast\n");
  }
}

TEST(HttpCaptureTest, TakesTheHostOfAnAbsoluteTarget) {
  const auto capture = ParseHttpCapture("GET https://h.example:8443/p?q HTTP/1.1\nHost: other\n\n");
  ASSERT_THAT(capture, IsOk());
  EXPECT_EQ(capture->request.target, "/p?q");
  EXPECT_TRUE(capture->request.tls);
  EXPECT_THAT(capture->request.headers.FindAll("Host"), ::testing::ElementsAre("h.example:8443"));
}

TEST(HttpCaptureTest, SaysWhichLineIsWrong) {
  const struct {
    std::string text, message;
  } kCases[] = {{"", "line 1"},
                {"POST /twilio\n\n", "line 1"},
                {"BREW /twilio HTTP/1.1\n\n", "line 1: unknown method"},
                {"POST twilio HTTP/1.1\n\n", "line 1"},
                {"POST / HTTP/1.1\nno colon\n\n", "line 2"},
                {"POST / HTTP/1.1\nA: b\n folded\n\n", "line 3"},
                {"POST / HTTP/1.1\nA: b", "line 2: expected an empty line"}};
  for (const auto& each : kCases) {
    EXPECT_THAT(std::string(ParseHttpCapture(each.text).status().message()),
                HasSubstr(each.message))
        << each.text;
  }
}

/// Nothing is wrong with what every carrier sends.
class GenuineTest : public ::testing::TestWithParam<CaseInfo> {};

TEST_P(GenuineTest, IsAcceptedWithoutAnyCause) {
  const CaseInfo& each = GetParam();
  if (each.name == "history") return;  // asks for a chat that an earlier request has begun
  const Receiver receiver = MakeReceiver();
  const Trace trace = Explain(receiver, Genuine(receiver, each.carrier, each.name));
  EXPECT_TRUE(trace.accepted) << trace.reason;
  EXPECT_TRUE(trace.findings.causes.empty());
  ASSERT_FALSE(trace.channels.empty());
  EXPECT_TRUE(trace.channels.front().verified);
}

INSTANTIATE_TEST_SUITE_P(All, GenuineTest, ::testing::ValuesIn(AllCases()), [](const auto& test) {
  return Replaced(std::string(test.param.carrier) + "_" + std::string(test.param.name), "-", "_");
});

}  // namespace
}  // namespace testing
}  // namespace host
