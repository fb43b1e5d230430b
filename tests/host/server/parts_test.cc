// The parts that can be wrong by themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/answer_queue.h"
#include "server/head_scanner.h"
#include "server/input_buffer.h"
#include "server/patience.h"
#include "server/request_rules.h"
#include "server/response_writer.h"

namespace host::internal {
namespace {

TEST(HeadScannerTest, FindsTheSameEndHoweverTheBytesCome) {
  const std::string head = "GET / HTTP/1.1\r\nHost: t\r\nX: 1\r\n\r\n";
  HeadScanner scanner({.max_target_bytes = 100, .max_header_bytes = 100, .max_headers = 10});
  for (std::size_t size = 1; size < head.size(); ++size) {
    ASSERT_EQ(scanner.Scan(head.substr(0, size)), HeadScanner::Result::kMore) << size;
  }
  EXPECT_EQ(scanner.Scan(head + "body"), HeadScanner::Result::kWhole);
  scanner.Reset();
  EXPECT_EQ(scanner.Scan(head), HeadScanner::Result::kWhole);
}

TEST(InputBufferTest, KeepsWhatWasNotConsumed) {
  InputBuffer buffer;
  std::string chunk = "abcdef";
  buffer.Take(chunk);
  buffer.Consume(2);
  buffer.Keep();
  chunk = "XXXXXX";
  EXPECT_EQ(buffer.view(), "cdef");
  buffer.Take("gh");
  buffer.Consume(3);
  EXPECT_EQ(buffer.view(), "fgh");
  buffer.Keep();
  EXPECT_EQ(buffer.view(), "fgh");
  buffer.Consume(1);
  buffer.Take("i");
  EXPECT_EQ(buffer.view(), "ghi");
  buffer.Consume(3);
  buffer.Take("j");
  EXPECT_EQ(buffer.view(), "j");
  buffer.Consume(1);
  buffer.Keep();
  EXPECT_TRUE(buffer.empty());
}

TEST(AnswerQueueTest, KnowsAnswersByTheirNumbersAndForgetsThoseThatAreGone) {
  AnswerQueue queue;
  const std::uint32_t first = queue.Open({});
  const std::uint32_t second = queue.Open({.is_head = true});
  queue.Find(second)->is_ready = true;
  EXPECT_FALSE(queue.front().is_ready);
  queue.Pop();
  EXPECT_EQ(queue.Find(first), nullptr);
  EXPECT_TRUE(queue.front().is_ready);
  queue.TakeAll();
  EXPECT_EQ(queue.Find(second), nullptr);
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t next = queue.Open({});
    if (i > 0) queue.Pop();
    ASSERT_EQ(queue.size(), 1);
    ASSERT_EQ(queue.Find(next), &queue.front());
  }
}

TEST(PatienceQueuesTest, GiveBackWhoIsDueInTheOrderOfTheDeadlines) {
  PatienceQueues queues;
  Waiter early;
  Waiter late;
  Waiter changed;
  const Clock::time_point start = {};
  queues.Set(late, Patience::kBody, start + std::chrono::seconds(5));
  queues.Set(early, Patience::kBody, start + std::chrono::seconds(2));
  queues.Set(changed, Patience::kBody, start + std::chrono::seconds(1));
  queues.Set(changed, Patience::kIdle, start + std::chrono::seconds(9));
  EXPECT_EQ(queues.PopExpired(start + std::chrono::seconds(1)), nullptr);
  EXPECT_EQ(queues.PopExpired(start + std::chrono::seconds(6)), &early);
  EXPECT_EQ(queues.PopExpired(start + std::chrono::seconds(6)), &late);
  EXPECT_EQ(queues.PopExpired(start + std::chrono::seconds(6)), nullptr);
}

TEST(RequestRulesTest, AHostIsNoMoreThanThat) {
  for (const char* const good : {"", "a", "a.example:80", "[::1]:80", "xn--a"}) {
    EXPECT_TRUE(IsHost(good)) << good;
  }
  for (const char* const bad : {"a b", "a,b", "a/b", "u@a", "a?b", "a#b", "a\\b", "\xc3\xa9"}) {
    EXPECT_FALSE(IsHost(bad)) << bad;
  }
}

TEST(RequestRulesTest, AnAbsoluteTargetMustNameTheHost) {
  EXPECT_EQ(OriginForm("/a?b", "h"), "/a?b");
  EXPECT_EQ(OriginForm("HTTP://H:1/a", "h:1"), "/a");
  EXPECT_EQ(OriginForm("https://h", "h"), "/");
  EXPECT_EQ(OriginForm("https://h?q", "h"), std::nullopt);
  EXPECT_EQ(OriginForm("http://other/", "h"), std::nullopt);
  EXPECT_EQ(OriginForm("h:443", "h"), std::nullopt);
}

TEST(ResponseWriterTest, WhatBelongsToTheFramingIsTheServers) {
  omni::HttpResponse response = omni::HttpResponse::Text(202, "body");
  response.headers.Add("content-length", "999");
  response.headers.Add("Transfer-Encoding", "chunked");
  response.headers.Add("Connection", "upgrade");
  response.headers.Add("Date", "yesterday");
  response.headers.Add("X-Split", "a\r\nSet-Cookie: b");
  response.headers.Add("X-Kept", "c");
  std::string out;
  AppendResponse(response, {.date = "today"}, out);
  EXPECT_EQ(out,
            "HTTP/1.1 202 Accepted\r\nDate: today\r\nContent-Type: text/plain\r\n"
            "X-Kept: c\r\nContent-Length: 4\r\n\r\nbody");
}

TEST(ResponseWriterTest, SomeAnswersHaveNoBody) {
  for (const int status : {204, 304}) {
    std::string out;
    AppendResponse({.status = status, .body = "ignored"}, {.date = "today"}, out);
    EXPECT_THAT(out, ::testing::EndsWith("Date: today\r\n\r\n"));
  }
}

TEST(ResponseWriterTest, AStatusThatHttpDoesNotKnowIsABug) {
  for (const int status : {-1, 101, 999}) {
    std::string out;
    AppendResponse({.status = status}, {}, out);
    EXPECT_THAT(out, ::testing::StartsWith("HTTP/1.1 500 "));
  }
}

}  // namespace
}  // namespace host::internal
