#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <set>
#include <thread>
#include <vector>

#include "components/curl/harness.h"

namespace omni::curl_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;

Reply Echo(const Request& request) { return Reply::Answer(200, request.body); }

TEST(CurlClientTest, GivesTheAnswerAsItCame) {
  Server server([](const Request&) {
    return Reply::Answer(418, "short\r\n\0and stout", "X-Pot: a\r\nx-pot:  b \r\nEmpty:\r\n");
  });
  const Result result = Fetch(*Open(), Get(server.Url("/tea")));
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->status, 418);
  EXPECT_EQ(result->body, "short\r\n");
  EXPECT_THAT(result->headers.items(), ElementsAre(Pair("X-Pot", "a"), Pair("x-pot", "b"),
                                                   Pair("Empty", ""), Pair("Content-Length", "7")));
}

TEST(CurlClientTest, LeavesInterimAnswersAndTrailersOut) {
  Server server([](const Request&) -> Reply {
    return {.bytes =
                "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Own: 1\r\n\r\n"
                "3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n"};
  });
  const Result result = Fetch(*Open(), Get(server.Url("/")));
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->body, "abc");
  EXPECT_THAT(result->headers.items(),
              ElementsAre(Pair("Transfer-Encoding", "chunked"), Pair("X-Own", "1")));
}

TEST(CurlClientTest, DoesNotFollowRedirects) {
  Server server([](const Request&) { return Reply::Answer(302, "", "Location: /elsewhere\r\n"); });
  const Result result = Fetch(*Open(), Get(server.Url("/")));
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->status, 302);
  EXPECT_EQ(result->headers.Find("location"), "/elsewhere");
  EXPECT_THAT(server.requests(), SizeIs(1));
}

TEST(CurlClientTest, KeepsTheConnectionForTheNextRequest) {
  Server server(Echo);
  const auto client = Open();
  for (const char* body : {"one", "two", "three"}) {
    const Result result = Fetch(*client, Post(server.Url("/"), body));
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->body, body);
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST(CurlClientTest, MakesRequestsAtTheSameTime) {
  constexpr int kRequests = 16;
  Server server([&](const Request& request) {
    EXPECT_TRUE(server.WaitForRequests(kRequests)) << "one waits for the answer to another";
    return Echo(request);
  });
  const auto client = Open();
  std::vector<std::future<Result>> results;
  for (int i = 0; i < kRequests; ++i) {
    results.push_back(Start(*client, Post(server.Url("/"), std::to_string(i))));
  }
  for (int i = 0; i < kRequests; ++i) {
    const Result result = Await(std::move(results[static_cast<std::size_t>(i)]));
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->body, std::to_string(i));
  }
}

TEST(CurlClientTest, OpensNoMoreConnectionsToAHostThanAllowed) {
  Server server(Echo);
  CurlHttpClientOptions options = QuickOptions();
  options.max_connections_per_host = 2;
  const auto client = Open(options);
  std::vector<std::future<Result>> results;
  for (int i = 0; i < 20; ++i) results.push_back(Start(*client, Get(server.Url("/"))));
  for (auto& result : results) EXPECT_THAT(Await(std::move(result)), IsOk());
  EXPECT_LE(server.connections(), 2U);
}

TEST(CurlClientTest, RefusesAtOnceWhatIsBeyondTheBound) {
  Server server([](const Request&) { return Reply::Silence(); });
  CurlHttpClientOptions options = QuickOptions();
  options.max_in_flight = 2;
  auto client = Open(options);
  auto first = Start(*client, Get(server.Url("/1")));
  auto second = Start(*client, Get(server.Url("/2")));
  auto third = Start(*client, Get(server.Url("/3")));
  ASSERT_TRUE(IsReady(third));
  const Result refused = third.get();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("too many")));
  EXPECT_EQ(Reason(refused), "http_client_busy");
  EXPECT_FALSE(IsReady(first));
  EXPECT_FALSE(IsReady(second));
}

TEST(CurlClientTest, TakesTheNextRequestWhenOneIsComplete) {
  Server server(Echo);
  CurlHttpClientOptions options = QuickOptions();
  options.max_in_flight = 1;
  const auto client = Open(options);
  for (int i = 0; i < 10; ++i) EXPECT_THAT(Fetch(*client, Get(server.Url("/"))), IsOk());
}

TEST(CurlClientTest, EndsARequestWhenItsTimeIsOver) {
  Server server([](const Request&) -> Reply {
    return {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfirst",
            .then = Reply::Then::kKeepSilent};
  });
  HttpRequest request = Get(server.Url("/"));
  request.timeout = absl::Milliseconds(100);
  const auto begin = std::chrono::steady_clock::now();
  const Result result = Fetch(*Open(), request);
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kDeadlineExceeded, HasSubstr("in time")));
  EXPECT_EQ(Reason(result), "timeout");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(100));
  EXPECT_THAT(server.requests(), SizeIs(1));
}

TEST(CurlClientTest, SendsNothingWithoutTime) {
  Server server(Echo);
  for (absl::Duration timeout : {absl::ZeroDuration(), absl::Seconds(-1)}) {
    HttpRequest request = Get(server.Url("/"));
    request.timeout = timeout;
    EXPECT_EQ(Reason(Fetch(*Open(), request)), "timeout");
  }
  EXPECT_EQ(server.connections(), 0U);
}

TEST(CurlClientTest, TakesAnEndlessTimeout) {
  Server server(Echo);
  HttpRequest request = Get(server.Url("/"));
  request.timeout = absl::InfiniteDuration();
  EXPECT_THAT(Fetch(*Open(), request), IsOk());
}

TEST(CurlClientTest, UsesNoProxyThatTheEnvironmentNames) {
  Server server(Echo);
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  const Result result = Fetch(*Open(), Get(server.Url("/")));
  unsetenv("http_proxy");
  EXPECT_THAT(result, IsOk());
}

TEST(CurlClientTest, GivesEachOfManyThreadsItsOwnAnswers) {
  Server server(Echo);
  const auto client = Open();
  constexpr int kThreads = 8;
  constexpr int kRequests = 25;
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kRequests; ++i) {
        const std::string body = std::to_string(thread * kRequests + i);
        const Result result = Fetch(*client, Post(server.Url("/"), body));
        if (result.ok() && result->body == body) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, kThreads * kRequests);
  std::set<std::string> bodies;
  for (const Request& request : server.requests()) bodies.insert(request.body);
  EXPECT_THAT(bodies, SizeIs(kThreads * kRequests));
}

TEST(CurlClientTest, RefusesOptionsThatMakeNoSense) {
  const std::pair<const char*, void (*)(CurlHttpClientOptions&)> mistakes[] = {
      {"max_in_flight", [](auto& options) { options.max_in_flight = 0; }},
      {"max_connections_per_host", [](auto& options) { options.max_connections_per_host = 0; }},
      {"connect_timeout", [](auto& options) { options.connect_timeout = absl::ZeroDuration(); }},
      {"connect_timeout",
       [](auto& options) { options.connect_timeout = absl::InfiniteDuration(); }},
      {"max_attempts", [](auto& options) { options.max_attempts = 0; }},
      {"min_backoff", [](auto& options) { options.min_backoff = absl::ZeroDuration(); }},
      {"max_backoff", [](auto& options) { options.max_backoff = absl::Microseconds(1); }},
      {"ca_file", [](auto& options) { options.ca_file = "/nowhere/ca.pem"; }},
  };
  for (const auto& [name, make_mistake] : mistakes) {
    CurlHttpClientOptions options;
    make_mistake(options);
    EXPECT_THAT(MakeCurlHttpClient(options),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(name)));
  }
}

}  // namespace
}  // namespace omni::curl_test
