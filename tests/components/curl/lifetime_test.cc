#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "components/curl/harness.h"

namespace omni::curl_test {
namespace {

using ::testing::HasSubstr;

Reply Ok(const Request&) { return Reply::Answer(200, ""); }
Reply Silence(const Request&) { return Reply::Silence(); }

TEST(CurlLifetimeTest, DestroyingTheClientCancelsWhatIsPending) {
  Server server(Silence);
  auto client = Open();
  std::vector<std::future<Result>> results;
  for (int i = 0; i < 5; ++i) results.push_back(Start(*client, Get(server.Url("/"))));
  ASSERT_TRUE(server.WaitForRequests(5));
  for (int i = 0; i < 5; ++i) results.push_back(Start(*client, Get(server.Url("/"))));
  client.reset();
  for (auto& result : results) {
    ASSERT_TRUE(IsReady(result)) << "the destructor did not wait";
    EXPECT_THAT(result.get(), StatusIs(absl::StatusCode::kCancelled, HasSubstr("destroyed")));
  }
}

TEST(CurlLifetimeTest, CancelsWhatWaitsForItsNextAttempt) {
  Server server([](const Request&) { return Reply::Answer(503, ""); });
  CurlHttpClientOptions options;
  options.min_backoff = options.max_backoff = absl::Hours(1);
  auto client = Open(options);
  HttpRequest request = Get(server.Url("/"));
  request.timeout = absl::Hours(2);
  auto result = Start(*client, request);
  ASSERT_TRUE(server.WaitForRequests(1));
  EXPECT_FALSE(IsReady(result));
  client.reset();
  ASSERT_TRUE(IsReady(result));
  EXPECT_THAT(result.get(), StatusIs(absl::StatusCode::kCancelled, HasSubstr("destroyed")));
}

TEST(CurlLifetimeTest, AnUnusedClientEnds) { EXPECT_NE(Open(), nullptr); }

TEST(CurlLifetimeTest, ACompletionMaySendTheNextRequest) {
  Server server(Ok);
  CurlHttpClientOptions options = QuickOptions();
  options.max_in_flight = 1;  // the one that completes is not counted any more
  const auto client = Open(options);
  std::promise<Result> second;
  client->Send({Get(server.Url("/1"))}, [&](const Result& first) {
    ASSERT_THAT(first, IsOk());
    client->Send({Get(server.Url("/2"))},
                 [&](Result result) { second.set_value(std::move(result)); });
  });
  EXPECT_THAT(Await(second.get_future()), IsOk());
}

TEST(CurlLifetimeTest, ACompletionMayReleaseTheClient) {
  Server server([](const Request& request) {
    return request.head.starts_with("GET /1 ") ? Reply::Answer(200, "") : Reply::Silence();
  });
  auto client = Open();
  auto pending = Start(*client, Get(server.Url("/2")));
  ASSERT_TRUE(server.WaitForRequests(1));
  std::promise<Result> first;
  auto* const borrowed = client.get();
  borrowed->Send({Get(server.Url("/1"))},
                 [&first, last = std::move(client)](Result result) mutable {
                   last.reset();  // on the client's own thread
                   first.set_value(std::move(result));
                 });
  EXPECT_THAT(Await(first.get_future()), IsOk());
  EXPECT_THAT(Await(std::move(pending)),
              StatusIs(absl::StatusCode::kCancelled, HasSubstr("destroyed")));
}

TEST(CurlLifetimeTest, TakesNoMoreWhileItIsDestroyed) {
  Server server(Silence);
  auto client = Open();
  auto* const borrowed = client.get();
  std::promise<Result> late;
  client->Send({Get(server.Url("/1"))}, [&](const Result&) {
    borrowed->Send({Get(server.Url("/2"))},
                   [&](Result result) { late.set_value(std::move(result)); });
  });
  ASSERT_TRUE(server.WaitForRequests(1));
  client.reset();
  EXPECT_THAT(Await(late.get_future()),
              StatusIs(absl::StatusCode::kCancelled, HasSubstr("destroyed")));
}

}  // namespace
}  // namespace omni::curl_test
