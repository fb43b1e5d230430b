/// \file
/// What the host's operations are made of: buckets, the exposition, masks, files, pasted requests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "admin/raw_request.h"
#include "base/durable_file.h"
#include "omni/codec.h"
#include "omni/components/memory.h"
#include "omni/testing/status_matchers.h"
#include "ops/exposition.h"
#include "ops/history.h"
#include "ops/live_feed.h"
#include "ops/mask.h"
#include "ops/metrics.h"
#include "ops/per_second.h"
#include "ops/worker.h"

namespace host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(LatencyTest, TellsQuantilesOfWhatItWasGiven) {
  Latency latency;
  EXPECT_EQ(latency.Quantile(0.5), 0);
  for (int i = 0; i < 99; ++i) latency.Add(absl::Milliseconds(2));
  latency.Add(absl::Seconds(3));
  EXPECT_GT(latency.Quantile(0.5), 0.001);
  EXPECT_LE(latency.Quantile(0.5), 0.0025);
  EXPECT_GT(latency.Quantile(0.999), 2.5);
  const Latency before = latency;
  latency.Add(absl::Minutes(1));
  EXPECT_EQ(latency.Since(before).count(), 1u);
  EXPECT_EQ(latency.Since(before).Quantile(0.5), 10) << "beyond the last bound";
}

TEST(ExpositionTest, EscapesLabels) {
  Exposition out;
  out.Family("f", "gauge", "Help.");
  out.Sample({{"queue", "a\"b\\c\nd"}}, 2.5);
  EXPECT_EQ(std::move(out).Take(),
            "# HELP f Help.\n# TYPE f gauge\nf{queue=\"a\\\"b\\\\c\\nd\"} 2.5\n");
}

TEST(MetricsTest, CountsWhatIsTooManyAsOther) {
  Metrics metrics;
  for (std::size_t i = 0; i < Metrics::kMaxSeries + 50; ++i) {
    const std::string word = "reason" + std::to_string(i);
    const std::string carrier = "carrier" + std::to_string(i);
    metrics.OnRequest({.adapter = carrier, .http_status = 400, .reason = word});
  }
  EXPECT_EQ(metrics.ByCarrier().size(), Metrics::kMaxCarriers + 1);
  EXPECT_EQ(metrics.All().requests, Metrics::kMaxSeries + 50);
  EXPECT_THAT(
      metrics.Expose({}),
      HasSubstr(R"(omni_requests_total{carrier="other",outcome="other",reason="other"} 50)"));
}

TEST(MetricsTest, HasAHistogramOfEachStageThatWasFinished) {
  Metrics metrics;
  metrics.OnRequest(
      {.adapter = "twilio",
       .http_status = 200,
       .stages = {.verify = absl::Microseconds(70), .commit = absl::Milliseconds(3)}});
  metrics.OnRequest(
      {.adapter = "twilio", .http_status = 401, .stages = {.verify = absl::Microseconds(70)}});
  const std::string text = metrics.Expose({});
  for (const char* line :
       {R"(omni_stage_duration_seconds_bucket{carrier="twilio",stage="verify",le="0.00025"} 2)",
        R"(omni_stage_duration_seconds_count{carrier="twilio",stage="verify"} 2)",
        R"(omni_stage_duration_seconds_count{carrier="twilio",stage="commit"} 1)"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr(R"(stage="normalize")")));
}

TEST(MetricsTest, HasTheDepthOfASpoolWhereThereIsOne) {
  const Metrics metrics;
  EXPECT_THAT(metrics.Expose({}), Not(HasSubstr("omni_spool_depth")));
  EXPECT_THAT(metrics.Expose({.spool_depth = 3}), HasSubstr("\nomni_spool_depth 3\n"));
}

TEST(HistoryTest, HasTheDifferences) {
  History history;
  Totals totals;
  for (std::size_t i = 0; i < History::kMaxPoints + 5; ++i) {
    totals.requests += i;
    history.Add(totals, absl::FromUnixSeconds(static_cast<std::int64_t>(i)));
  }
  ASSERT_THAT(history.points(), SizeIs(History::kMaxPoints));
  EXPECT_EQ(history.points().back().requests, History::kMaxPoints + 4);
}

TEST(MaskTest, CutsLongRunsOfDigitsEverywhereButInIds) {
  EXPECT_EQ(MaskJson(R"({"id":"0190000000","from":{"id":"15559876543","name":"Ada 15559876543"},)"
                     R"("n":15559876543,"short":123456,"b":true,"l":[null,"+15559876543"]})"),
            R"({"id":"0190000000","from":{"id":"***6543","name":"Ada ***6543"},)"
            R"("n":"***6543","short":123456,"b":true,"l":[null,"+***6543"]})");
  EXPECT_EQ(MaskJson("no JSON"), "");
}

/// Keeps what it is sent. Thread safety: confined.
class Recording final : public ResponseStream {
 public:
  bool Write(std::string chunk) override {
    if (!is_open) return false;
    text += chunk;
    return true;
  }
  void Close() override { is_open = false; }

  std::string text = {};
  bool is_open = true;
};

TEST(LiveFeedTest, TellsThePastThenThePresentAndForgetsWhoIsGone) {
  LiveFeed feed;
  feed.OnRequest({.request_id = "first", .adapter = "twilio", .http_status = 401});
  const auto watcher = std::make_shared<Recording>();
  ASSERT_TRUE(feed.Watch(watcher));
  EXPECT_THAT(watcher->text, HasSubstr("event: rejection\ndata: {"));
  EXPECT_THAT(watcher->text, HasSubstr("\"requestId\":\"first\""));
  EXPECT_THAT(watcher->text, ::testing::EndsWith("event: caughtUp\ndata: {}\n\n"));
  watcher->text.clear();
  feed.Publish("stats", "{}");
  EXPECT_EQ(watcher->text, "event: stats\ndata: {}\n\n");
  watcher->Close();
  feed.Publish("stats", "{}");
  EXPECT_EQ(feed.watchers(), 0u);
}

TEST(LiveFeedTest, IsBounded) {
  LiveFeed feed;
  for (int i = 0; i < 20 * LiveFeed::kMaxPerSecond; ++i) {
    feed.OnRequest({.request_id = "r", .http_status = 200});
  }
  EXPECT_GT(feed.skipped(), 0u);
  for (std::size_t i = 0; i < LiveFeed::kMaxWatchers; ++i) {
    EXPECT_TRUE(feed.Watch(std::make_shared<Recording>()));
  }
  EXPECT_FALSE(feed.Watch(std::make_shared<Recording>()));
}

TEST(PerSecondTest, AdmitsSoManyFromAllThreads) {
  constexpr int kLimit = 100;
  PerSecond rate(kLimit);
  std::atomic<int> admitted = 0;
  const absl::Time begin = absl::Now();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1'000; ++n) admitted += rate.Admit() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::int64_t seconds =
      absl::ToUnixSeconds(absl::Now()) - absl::ToUnixSeconds(begin) + 1;  // that it may have met
  EXPECT_GE(admitted, kLimit);
  EXPECT_LE(admitted, kLimit * seconds);
}

TEST(LiveFeedTest, RemembersNoMoreThanAStreamTakesAtOnce) {
  LiveFeed feed;
  const std::string text(LiveFeed::kMaxMessageBytes - 100, 'x');
  for (int i = 0; i < LiveFeed::kMaxPerSecond; ++i) {
    feed.OnEnqueued({.queue = "q", .body = R"({"text":")" + text + R"("})"});
  }
  const auto watcher = std::make_shared<Recording>();
  ASSERT_TRUE(feed.Watch(watcher));
  EXPECT_THAT(watcher->text, HasSubstr(text)) << "the latest is there";
  EXPECT_LE(3 * LiveFeed::kRememberedBytes, ServerOptions{}.max_stream_bytes / 2);
  EXPECT_LE(watcher->text.size(), LiveFeed::kRememberedBytes + 1024);
}

TEST(WatchSinkTest, TellsOfWhatWasAcceptedOnly) {
  const auto feed = std::make_shared<LiveFeed>();
  const auto queue =
      std::make_shared<omni::MemoryQueue>(omni::MemoryQueue::Options{.max_envelopes = 1});
  const auto sink = WatchSink(queue, feed);
  omni::QueueSink::EnqueueParams params;
  params.envelopes.push_back({.queue = "q", .body = R"({"text":"kept"})"});
  params.envelopes.push_back({.queue = "q", .body = R"({"text":"refused"})"});
  bool is_settled = false;
  sink->Enqueue(std::move(params), [&](const omni::Settlement& settled) {
    is_settled =
        settled.outcomes.size() == 2 && settled.outcomes[0].ok() && !settled.outcomes[1].ok();
  });
  EXPECT_TRUE(is_settled);
  const auto watcher = std::make_shared<Recording>();
  ASSERT_TRUE(feed->Watch(watcher));
  EXPECT_THAT(watcher->text, HasSubstr("kept"));
  EXPECT_THAT(watcher->text, Not(HasSubstr("refused")));
}

TEST(DurableFileTest, ReplacesTheWholeFileForItsOwnerOnly) {
  const std::string folder = ::testing::TempDir() + "/omni_durable_" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  const std::string path = folder + "/file";
  EXPECT_THAT(ReadFile(path), omni::testing::StatusIs(absl::StatusCode::kNotFound, ::testing::_));
  for (const std::string content : {"first", "", "second"}) {
    EXPECT_THAT(ReplaceFile(path, content), omni::testing::IsOk());
    const auto read = ReadFile(path);
    ASSERT_THAT(read, omni::testing::IsOk());
    EXPECT_EQ(*read, content);
  }
  struct stat status = {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  EXPECT_FALSE(ReplaceFile(folder + "/none/file", "x").ok());
  std::filesystem::remove_all(folder);
}

TEST(RawRequestTest, ReadsWhatWasPasted) {
  const auto request = ParseRawRequest(
      "\nPOST /twilio?a=b HTTP/1.1\r\nHost: hooks.example.com\r\nX-Empty:\r\n\r\nA=1\r\nB=2");
  ASSERT_THAT(request, omni::testing::IsOk());
  EXPECT_EQ(request->method, omni::HttpMethod::kPost);
  EXPECT_EQ(request->target, "/twilio?a=b");
  EXPECT_EQ(request->headers.Find("host"), "hooks.example.com");
  EXPECT_EQ(request->headers.Find("x-empty"), "");
  EXPECT_EQ(request->body, "A=1\r\nB=2");
  const auto chunked =
      ParseRawRequest("POST /a HTTP/1.1\nTransfer-Encoding: chunked\n\n3\nA=1\n0\n\n");
  ASSERT_THAT(chunked, omni::testing::IsOk());
  EXPECT_EQ(chunked->body, "A=1");
  for (const char* wrong : {"", "\n", "POST", "POST twilio", "BREW /a HTTP/1.1\n\n",
                            "GET /a\nno colon\n", "POST /a\nTransfer-Encoding: chunked\n\nA=1"}) {
    EXPECT_THAT(ParseRawRequest(wrong),
                omni::testing::StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("request:")))
        << wrong;
  }
}

TEST(WorkerTest, RunsTasksInTheirOrder) {
  std::promise<std::string> done;
  std::string order;
  Worker worker;
  for (const char name : {'a', 'b', 'c'}) {
    EXPECT_TRUE(worker.Post([&order, name] { order += name; }));
  }
  EXPECT_TRUE(worker.Post([&] { done.set_value(order); }));
  EXPECT_EQ(done.get_future().get(), "abc");
}

TEST(WorkerTest, ItsInboxOutlastsItAndTakesNothing) {
  auto worker = std::make_unique<Worker>();
  const std::shared_ptr<WorkerInbox> inbox = worker->inbox();
  std::promise<void> ran;
  EXPECT_TRUE(inbox->Post([&] { ran.set_value(); }));
  ran.get_future().wait();
  worker.reset();
  EXPECT_FALSE(inbox->Post([] { ADD_FAILURE() << "there is nobody to run this"; }));
}

TEST(WorkerTest, AnswersForWhatItDrops) {
  std::promise<void> release;
  std::atomic<int> dropped = 0;  // outlives the worker, which answers for its tasks when it goes
  auto blocked = std::make_unique<Worker>();
  EXPECT_TRUE(blocked->Post([gate = release.get_future()]() mutable { gate.wait(); }));
  std::size_t posted = 0;
  const auto task = [&dropped] {
    return [done = omni::Completion<absl::Status>([&dropped](const absl::Status& status) {
              if (absl::IsCancelled(status)) ++dropped;
            })]() mutable { std::move(done)(absl::OkStatus()); };
  };
  while (blocked->Post(task())) ++posted;
  EXPECT_GE(posted + 1, WorkerInbox::kMaxWaiting);
  EXPECT_EQ(dropped, 1) << "the one for which there was no room";
  release.set_value();
}

}  // namespace
}  // namespace host
