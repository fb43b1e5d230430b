/// \file
/// Requests that wait: the blocking call, shutdown, a gateway that goes first, many threads.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(HandleBlockingTest, WaitsForTheSink) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->Hold();
  std::thread broker([&] {
    while (harness.sink->held() == 0) std::this_thread::yield();
    harness.sink->Release();
  });
  EXPECT_EQ(harness.gateway->HandleBlocking(MakePost(kOneMessage)).status, 200);
  broker.join();
}

TEST(HandleBlockingTest, GivesUpAndLeavesTheClaimsToTheSink) {
  Harness harness;
  harness.options.enqueue_timeout = absl::Milliseconds(1);
  harness.AddChannel({.challenges = true});
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->Hold();
  WebhookRequest request = MakePost(kOneMessage);
  request.headers.Add("X-Request-Id", "req-1");
  const HttpResponse response = harness.gateway->HandleBlocking(request);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(Header(response, "Retry-After"), "5");
  EXPECT_EQ(Header(response, "X-Request-Id"), "req-1");
  EXPECT_EQ(ErrorCode(response), "QUEUE_UNAVAILABLE");

  EXPECT_EQ(harness.Post(kOneMessage).status, 503);  // still in flight
  harness.sink->Release();
  EXPECT_EQ(harness.Post(kOneMessage).status, 200);
  EXPECT_THAT(harness.sink->accepted(), SizeIs(1));
}

TEST(ShutdownTest, RefusesNewRequestsAndWaitsForPendingOnes) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->Hold();
  const Answers pending = harness.SendAsync(MakePost(kOneMessage));
  // A deadline that has passed does not wait.
  EXPECT_THAT(harness.gateway->Shutdown(harness.clock->Now()),
              StatusIs(absl::StatusCode::kDeadlineExceeded, ::testing::_));
  EXPECT_THAT(*pending, IsEmpty());

  const HttpResponse refused = harness.Post(R"({"events":[{"id":"m2"}]})");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(ErrorCode(refused), "QUEUE_UNAVAILABLE");
  EXPECT_EQ(Header(refused, "Retry-After"), "5");
  EXPECT_EQ(harness.observer->requests().back().reason, "shutting_down");

  std::thread broker([&] { harness.sink->Release(); });
  EXPECT_THAT(harness.gateway->Shutdown(absl::InfiniteFuture()), IsOk());
  // Everything that was pending has been answered by now.
  EXPECT_THAT(*pending, SizeIs(1));
  EXPECT_EQ(pending->front().status, 200);
  broker.join();
  EXPECT_THAT(harness.gateway->Shutdown(absl::InfinitePast()), IsOk());
}

TEST(LifetimeTest, AGatewayMayGoWhileRequestsArePending) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->Hold();
  const Answers answers = harness.SendAsync(MakePost(kOneMessage));
  harness.gateway = nullptr;
  EXPECT_THAT(*answers, IsEmpty());
  harness.sink->Release();
  ASSERT_THAT(*answers, SizeIs(1));
  EXPECT_EQ(answers->front().status, 200);
  EXPECT_THAT(harness.observer->requests(), SizeIs(1));
}

TEST(LifetimeTest, AnAnsweredRequestHoldsNoPort) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->Hold();
  const std::weak_ptr<IdempotencyStore> store = harness.store;
  bool released = false;
  harness.gateway->Handle(MakePost(kOneMessage), [&](const HttpResponse&) {
    harness.gateway = nullptr;
    harness.store = nullptr;
    released = store.expired();
  });
  harness.sink->Release();
  EXPECT_TRUE(released);
}

TEST(LifetimeTest, AHeldRequestIsAnsweredWhenTheSinkDropsIt) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  harness.sink->Hold();
  const Answers answers = harness.SendAsync(MakePost(kOneMessage));
  harness.gateway = nullptr;
  harness.sink->DropHeld();
  ASSERT_THAT(*answers, SizeIs(1));
  EXPECT_EQ(answers->front().status, 503);
}

TEST(LifetimeTest, ARequestThatIsDroppedIsAnswered503) {
  const HttpResponse response = CompletionTraits<HttpResponse>::Cancelled();
  EXPECT_EQ(response.status, 503);
  EXPECT_NE(Header(response, "Retry-After"), "");
}

/// Settles on another thread, several requests in one go. Thread safety: thread-safe.
class BackgroundSink : public QueueSink {
 public:
  explicit BackgroundSink(std::shared_ptr<QueueSink> inner)
      : inner_(std::move(inner)), thread_([this] { Work(); }) {}
  ~BackgroundSink() override {
    stop_ = true;
    thread_.join();
  }
  void Enqueue(EnqueueParams params, Completion<Settlement> done) override {
    std::lock_guard lock(mutex_);
    pending_.emplace_back(std::move(params), std::move(done));
  }

 private:
  using Pending = std::pair<EnqueueParams, Completion<Settlement>>;
  void Work() {
    while (!stop_) {
      std::vector<Pending> batch;
      {
        std::lock_guard lock(mutex_);
        batch.swap(pending_);
      }
      for (auto& [params, done] : batch) inner_->Enqueue(std::move(params), std::move(done));
      std::this_thread::yield();
    }
  }

  std::shared_ptr<QueueSink> inner_;
  std::mutex mutex_;
  std::vector<Pending> pending_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// Every thread delivers every message, until it is answered 200.
void DeliverFromAllSides(Harness& harness) {
  constexpr int kThreads = 8;
  constexpr int kMessages = 100;
  std::atomic<int> answers = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kMessages; ++i) {
        const std::string id = "m" + std::to_string((i + 13 * t) % kMessages);
        const WebhookRequest request = MakePost(MessagesBody({id, id + "b"}));
        while (harness.gateway->HandleBlocking(request).status != 200) std::this_thread::yield();
        ++answers;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answers, kThreads * kMessages);

  std::map<std::string, int> counts;
  for (const std::string& key : harness.AcceptedKeys()) ++counts[key];
  EXPECT_THAT(counts, SizeIs(2 * kMessages));
  for (const auto& [key, count] : counts) EXPECT_EQ(count, 1) << key;
}

TEST(ConcurrencyTest, EachKeyIsQueuedOnceWithAnInlineSink) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  DeliverFromAllSides(harness);
}

TEST(ConcurrencyTest, EachKeyIsQueuedOnceWithASinkOnAnotherThread) {
  Harness harness;
  harness.other_sink = std::make_shared<BackgroundSink>(harness.sink);
  ASSERT_THAT(harness.Open(), IsOk());
  DeliverFromAllSides(harness);
}

TEST(ConcurrencyTest, SecretsMayBeRefreshedMeanwhile) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  std::atomic<bool> stop = false;
  std::thread refresher([&] {
    while (!stop) EXPECT_THAT(harness.gateway->RefreshSecrets(), IsOk());
  });
  for (int i = 0; i < 200; ++i) EXPECT_EQ(harness.Post(kOneMessage).status, 200);
  stop = true;
  refresher.join();
}

TEST(ConcurrencyTest, AShutdownMeetsRequestsOnEveryThread) {
  Harness harness;
  harness.other_sink = std::make_shared<BackgroundSink>(harness.sink);
  ASSERT_THAT(harness.Open(), IsOk());
  std::atomic<int> accepted = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0;; ++i) {
        const std::string id = std::to_string(t) + "-" + std::to_string(i);
        if (harness.gateway->HandleBlocking(MakePost(MessagesBody({id}))).status != 200) return;
        ++accepted;
      }
    });
  }
  while (accepted < 20) std::this_thread::yield();
  EXPECT_THAT(harness.gateway->Shutdown(absl::InfiniteFuture()), IsOk());
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(harness.sink->accepted(), SizeIs(static_cast<std::size_t>(accepted)));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
