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

std::string Repeated(std::string_view text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

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

std::string Chunked(std::string_view body, std::string_view more_head = "") {
  return "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n" + std::string(more_head) +
         "\r\n" + std::string(body);
}

TEST(HttpCaptureTest, PutsChunksTogether) {
  for (const std::string body :
       {"4\r\nWiki\r\n6;a=\"b\"\r\npe\ndia\r\n0\r\n\r\n",
        "a \r\nWikipe\ndia\r\n000\r\nX-Sum: 1\r\n\r\n", "A\nWikipe\ndia\n0\n\n"}) {
    const auto capture = ParseHttpCapture(Chunked(body));
    ASSERT_THAT(capture, IsOk());
    EXPECT_EQ(capture->request.body, "Wikipe\ndia");
    EXPECT_FALSE(capture->content_length.has_value());
  }
  const auto empty = ParseHttpCapture(Chunked("0\r\n\r\n"));
  ASSERT_THAT(empty, IsOk());
  EXPECT_EQ(empty->request.body, "");
}

TEST(HttpCaptureTest, SaysWhatIsWrongWithChunks) {
  const struct {
    std::string text, message;
  } kCases[] = {
      {Chunked(R"({"put":"together"})"), "chunk 1: expected its size; where the tool"},
      {Chunked(""), "chunk 1: expected its size"},
      {Chunked("4\r\nWiki\r\n"), "chunk 2: expected its size"},
      {Chunked("-4\r\nWiki\r\n0\r\n\r\n"), "chunk 1: expected its size"},
      {Chunked("0x4\r\nWiki\r\n0\r\n\r\n"), "chunk 1: expected its size"},
      {Chunked("10000000000000000\r\nWiki"), "chunk 1: expected its size"},
      {Chunked("ffffffffffffffff\r\nWiki"), "chunk 1: the capture ends within it"},
      {Chunked("3\r\nWiki\r\n0\r\n\r\n"), "chunk 1: does not end where its size says"},
      {Chunked("4\r\nWiki\r\n0\r\n"), "chunk 2: expected an empty line"},
      {Chunked("0\r\n\r\nGET / HTTP/1.1"), "chunk 1: there is something behind"},
      {Chunked("0;" + std::string(10'000, 'x') + "\r\n\r\n"), "chunk 1: expected its size"},
      {Chunked("0\r\n" + Repeated("A: b\r\n", 200) + "\r\n"), "chunk 1: too many trailer fields"},
      {Chunked("0\r\n\r\n", "Content-Length: 0\r\n"), "both Transfer-Encoding and Content-Length"},
      {Chunked("0\r\n\r\n", "Transfer-Encoding: chunked\r\n"), "is not just chunked"},
      {"POST / HTTP/1.1\nTransfer-Encoding: gzip, chunked\n\n", "is not just chunked"}};
  for (const auto& each : kCases) {
    EXPECT_THAT(std::string(ParseHttpCapture(each.text).status().message()),
                HasSubstr(each.message))
        << each.text.substr(0, 200);
  }
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
