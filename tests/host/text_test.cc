/// \file
/// What the host reads and writes as text: comments, traces, the log.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "config/json_comments.h"
#include "log/log.h"
#include "log/trace_context.h"
#include "omni/codec.h"
#include "omni/json.h"

namespace host {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(JsonCommentsTest, BecomeSpacesAndNothingMoves) {
  EXPECT_EQ(BlankComments("{ // a\n \"b\": 1 /* c\nd */ }"), "{     \n \"b\": 1     \n     }");
  EXPECT_EQ(BlankComments(R"({"url": "https://x/*y*/", "q": "\"//"})"),
            R"({"url": "https://x/*y*/", "q": "\"//"})");
  EXPECT_EQ(BlankComments("1 /* no end"), "1 /* no end");
  EXPECT_EQ(BlankComments("//"), "  ");
  EXPECT_EQ(BlankComments("\"\\"), "\"\\");
  EXPECT_EQ(BlankComments(""), "");
}

TEST(JsonCommentsTest, PlacesAreCountedFromOne) {
  EXPECT_EQ(LineAndColumn("ab\ncd", 0), "line 1, column 1");
  EXPECT_EQ(LineAndColumn("ab\ncd", 4), "line 2, column 2");
  EXPECT_EQ(LineAndColumn("ab", 9), "line 1, column 3");
}

TEST(TraceContextTest, IsReadFromAHeader) {
  const auto context = ParseTraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  ASSERT_TRUE(context.has_value());
  EXPECT_EQ(context->trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context->span_id, "00f067aa0ba902b7");
}

TEST(TraceContextTest, IsNotReadFromAnythingElse) {
  for (const char* header : {"", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01"}) {
    EXPECT_FALSE(ParseTraceParent(header).has_value()) << header;
  }
}

/// What comes out of a pipe until its other end is closed.
std::string ReadAll(int descriptor) {
  std::string text;
  char chunk[4096];
  for (ssize_t count = 0; (count = read(descriptor, chunk, sizeof(chunk))) > 0;) {
    text.append(chunk, static_cast<std::size_t>(count));
  }
  return text;
}

TEST(LogTest, WritesWholeLinesFromEveryThread) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::string text;
  std::thread reader([&] { text = ReadAll(ends[0]); });
  {
    Log log(ends[1]);
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) {
      writers.emplace_back([&log, i] {
        for (int n = 0; n < 50; ++n) {
          log.Write(std::move(LogLine("info", "test").Int("writer", i).Text("text", "a\nb\"")));
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
  }
  close(ends[1]);
  reader.join();
  close(ends[0]);
  int lines = 0;
  for (std::size_t begin = 0; begin < text.size(); ++lines) {
    const std::size_t end = text.find('\n', begin);
    const auto line = omni::JsonDocument::Parse(text.substr(begin, end - begin));
    ASSERT_TRUE(line.ok());
    EXPECT_EQ(line->root()["text"].text(), "a\nb\"");
    begin = end + 1;
  }
  EXPECT_EQ(lines, 200);
}

TEST(LogTest, WritesAnyTextAsJson) {
  const std::string longer(3'000, 'x');
  for (const std::string& text : {std::string("plain"), std::string("a\"b\\c\n\x01\0", 8),
                                  std::string("\u00fcber \x7f"), longer, longer + '"'}) {
    const auto line =
        omni::JsonDocument::Parse(std::move(LogLine("info", "test").Text("text", text)).Take());
    ASSERT_TRUE(line.ok());
    EXPECT_EQ(line->root()["text"].text(), text);
    EXPECT_EQ(line->root()["level"].text(), "info");
    EXPECT_EQ(line->root()["event"].text(), "test");
  }
  EXPECT_THAT(std::move(LogLine("info", "x").Text("text", "\xff")).Take(),
              HasSubstr("\"text\":\"\uFFFD\"}"));
}

TEST(LogTest, WritesTheTimeAsOthersDo) {
  for (int i = 0; i < 2'000; ++i) {
    const absl::Time before = absl::Now() - absl::Milliseconds(1);
    const auto line = omni::JsonDocument::Parse(std::move(LogLine("info", "test")).Take());
    const absl::Time after = absl::Now();
    ASSERT_TRUE(line.ok());
    const auto time = omni::ParseTime(line->root()["time"].text());
    ASSERT_TRUE(time.ok());
    EXPECT_GE(*time, before);
    EXPECT_LE(*time, after);
    EXPECT_EQ(line->root()["time"].text(), omni::FormatTime(*time));
  }
}

TEST(LogTest, WritesMillisecondsWithThreeDigits) {
  EXPECT_THAT(std::move(LogLine("info", "x").Milliseconds("ms", 1'007)).Take(),
              HasSubstr(R"("ms":1.007})"));
  EXPECT_THAT(std::move(LogLine("info", "x").Milliseconds("ms", -123)).Take(),
              HasSubstr(R"("ms":0.000})"));
  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  EXPECT_THAT(std::move(LogLine("info", "x").Int("n", kLowest)).Take(),
              HasSubstr(R"("n":-9223372036854775808})"));
  EXPECT_THAT(std::move(LogLine("info", "x").OptionalText("none", "")).Take(),
              Not(HasSubstr("none")));
}

TEST(LogTest, AReaderThatStallsHoldsUpNobody) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::string text;
  std::thread reader;
  {
    Log log(ends[1], 64 << 10);
    const std::string large(8 << 10, 'x');
    for (int i = 0; i < 64; ++i) log.Write(std::move(LogLine("info", "test").Text("text", large)));
    reader = std::thread([&] { text = ReadAll(ends[0]); });  // only now
  }
  close(ends[1]);
  reader.join();
  close(ends[0]);
  EXPECT_THAT(text, StartsWith("{\"time\""));
  EXPECT_THAT(text, HasSubstr("log_lines_dropped"));
}

TEST(LogTest, AReaderThatNeverComesDoesNotHoldUpTheEnd) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  {
    Log log(ends[1], 256 << 10);
    const std::string large(8 << 10, 'x');
    for (int i = 0; i < 32; ++i) log.Write(std::move(LogLine("info", "test").Text("text", large)));
  }
  close(ends[1]);
  close(ends[0]);
}

}  // namespace
}  // namespace host
