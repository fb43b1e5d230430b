#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "engine/gathering_sink.h"
#include "host/server/client.h"
#include "server/http_server.h"

namespace host {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

/// Keeps what is enqueued until a test settles it.
///
/// Thread safety: thread-safe.
class HeldSink final : public omni::QueueSink {
 public:
  struct Held {
    EnqueueParams params = {};
    omni::Completion<omni::Settlement> done = {};
  };

  void Enqueue(EnqueueParams params, omni::Completion<omni::Settlement> done) override {
    const std::lock_guard lock(mutex_);
    held_.push_back({.params = std::move(params), .done = std::move(done)});
    changed_.notify_all();
  }
  /// The next that was enqueued.
  Held Take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !held_.empty(); });
    Held held = std::move(held_.front());
    held_.erase(held_.begin());
    return held;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Held> held_;
};

std::string Post(const std::string& target) {
  return "POST " + target + " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n";
}

/// A server that enqueues every request as an envelope whose queue is the request's target, and
/// answers 200, 503 or, when it is told no outcome, 500.
class GatheringTest : public ::testing::Test {
 protected:
  GatheringTest() {
    server_ = *HttpServer::Start(
        {.port = 0, .threads = 1},
        [this](const omni::WebhookRequest& request, omni::Completion<ServerResponse> done) {
          omni::QueueSink::EnqueueParams params;
          const std::size_t size = request.target.starts_with("/large") ? 1 << 20 : 0;
          params.envelopes.push_back({.queue = request.target, .body = std::string(size, 'x')});
          params.deadline = begin_ + absl::Seconds(request.target.starts_with("/soon") ? 1 : 8);
          sink_->Enqueue(std::move(params),
                         [this, done = std::move(done)](const omni::Settlement& settled) mutable {
                           Tell(settled, std::move(done));
                         });
        },
        [](const omni::WebhookRequest&, int status, std::string_view code, std::string_view) {
          return omni::HttpResponse::Text(status, std::string(code));
        });
  }

  void Tell(const omni::Settlement& settled, omni::Completion<ServerResponse> done) {
    {
      const std::lock_guard lock(mutex_);
      told_on_loop_.push_back(ServerThread::Current() != nullptr);
    }
    const int status = settled.outcomes.empty() ? 500 : settled.outcomes[0].ok() ? 200 : 503;
    std::move(done)({.response = omni::HttpResponse::Empty(status)});
  }

  std::vector<bool> told_on_loop() {
    const std::lock_guard lock(mutex_);
    return told_on_loop_;
  }

  const std::shared_ptr<HeldSink> held_ = std::make_shared<HeldSink>();
  const std::shared_ptr<omni::QueueSink> sink_ = GatherRounds(
      held_, [](const omni::Envelope& envelope) { return envelope.queue == "/stays"; });
  const absl::Time begin_ = absl::Now();
  std::mutex mutex_;
  std::vector<bool> told_on_loop_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(GatheringTest, WhatComesTogetherIsEnqueuedTogetherAndEachHearsItsOwn) {
  Client client(server_->port());
  client.Send(Post("/a") + Post("/b") + Post("/c"));
  HeldSink::Held held = held_->Take();
  std::vector<std::string> queues;
  for (const omni::Envelope& envelope : held.params.envelopes) queues.push_back(envelope.queue);
  EXPECT_THAT(queues, ElementsAre("/a", "/b", "/c"));
  EXPECT_THAT(told_on_loop(), IsEmpty());
  std::move(held.done)(
      {.outcomes = {absl::OkStatus(), absl::UnavailableError("full"), absl::OkStatus()}});
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().status, 503);
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_THAT(told_on_loop(), AllOf(SizeIs(3), Each(true)));
}

TEST_F(GatheringTest, NothingWaitsForCompany) {
  Client client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.Send(Post("/alone"));
    HeldSink::Held held = held_->Take();
    EXPECT_THAT(held.params.envelopes, SizeIs(1));
    std::move(held.done)({.outcomes = {absl::OkStatus()}});
    EXPECT_EQ(client.Read().status, 200);
  }
}

TEST_F(GatheringTest, WhatStaysIsToldWhereTheSinkTells) {
  Client client(server_->port());
  client.Send(Post("/a") + Post("/stays"));
  HeldSink::Held held = held_->Take();
  ASSERT_THAT(held.params.envelopes, SizeIs(2));
  std::move(held.done)({.outcomes = {absl::OkStatus(), absl::OkStatus()}});
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_THAT(told_on_loop(), UnorderedElementsAre(true, false));
}

TEST_F(GatheringTest, WhatHasLongerIsNotToldAsEarlyAsTheRest) {
  Client client(server_->port());
  client.Send(Post("/a") + Post("/b") + Post("/soon1") + Post("/soon2") + Post("/c"));
  for (const int seconds : {8, 1, 8}) {
    HeldSink::Held held = held_->Take();
    const std::size_t count = held.params.envelopes.size();
    EXPECT_EQ(held.params.deadline, begin_ + absl::Seconds(seconds));
    EXPECT_EQ(count, held.params.envelopes.front().queue == "/c" ? 1 : 2);
    std::move(held.done)(omni::Settlement::All(count, absl::OkStatus()));
  }
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.Read().status, 200);
}

// A sink refuses as a whole what it has no room for.
TEST_F(GatheringTest, WhatIsLargeTakesNothingElseWithIt) {
  Client client(server_->port());
  client.Send(Post("/a") + Post("/b") + Post("/large1") + Post("/large2") + Post("/c"));
  for (const std::size_t count : {2U, 1U, 1U, 1U}) {
    HeldSink::Held held = held_->Take();
    EXPECT_THAT(held.params.envelopes, SizeIs(count));
    const bool is_large = !held.params.envelopes.front().body.empty();
    std::move(held.done)(omni::Settlement::All(
        count, is_large ? absl::UnavailableError("no room") : absl::OkStatus()));
  }
  for (const int status : {200, 200, 503, 503, 200}) EXPECT_EQ(client.Read().status, status);
}

TEST_F(GatheringTest, WhenTheSinkForgetsNobodyWaitsForEver) {
  Client client(server_->port());
  client.Send(Post("/a") + Post("/b"));
  ASSERT_THAT(held_->Take().params.envelopes, SizeIs(2));  // and drops the completion
  EXPECT_EQ(client.Read().status, 500);
  EXPECT_EQ(client.Read().status, 500);
}

TEST_F(GatheringTest, WhatEndsAfterTheServerIsTold) {
  HeldSink::Held held;
  {
    Client client(server_->port());
    client.Send(Post("/a"));
    held = held_->Take();
  }
  server_.reset();
  std::move(held.done)({.outcomes = {absl::OkStatus()}});
  EXPECT_THAT(told_on_loop(), ElementsAre(false));
}

TEST_F(GatheringTest, OtherThreadsGoStraightToTheSink) {
  bool is_told = false;
  sink_->Enqueue({.envelopes = {{.queue = "q"}}},
                 [&](const omni::Settlement& settled) { is_told = settled.outcomes.size() == 1; });
  std::move(held_->Take().done)({.outcomes = {absl::OkStatus()}});
  EXPECT_TRUE(is_told);
}

}  // namespace
}  // namespace host
