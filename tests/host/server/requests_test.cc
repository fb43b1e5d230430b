// What a well-behaved client sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "host/server/harness.h"

namespace host {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::StartsWith;

TEST(RequestsTest, TheHandlerGetsTheRequestAsItCame) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(
      "POST /a/b?c=%20d HTTP/1.1\r\nhOsT: example.com:8080\r\nX-Twice: 1\r\nx-twice:\t 2 \r\n"
      "Content-Length: 5\r\n\r\n");
  client.Send(std::string_view("he\0lo", 5));
  const Reply reply = client.Read();
  EXPECT_EQ(reply.status, 200);
  ASSERT_TRUE(harness.WaitForRequests(1));
  const omni::WebhookRequest request = harness.requests().front();
  EXPECT_EQ(request.method, omni::HttpMethod::kPost);
  EXPECT_EQ(request.target, "/a/b?c=%20d");
  EXPECT_THAT(request.headers.items(),
              ElementsAre(Pair("hOsT", "example.com:8080"), Pair("X-Twice", "1"),
                          Pair("x-twice", "2"), Pair("Content-Length", "5")));
  EXPECT_EQ(request.body, std::string("he\0lo", 5));
  EXPECT_EQ(request.peer, "127.0.0.1");
  EXPECT_FALSE(request.tls);
  EXPECT_EQ(request.external_url, "");
}

TEST(RequestsTest, AnAnswerIsWholeAndHasItsDate) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Post("/hello", "body"));
  const Reply reply = client.Read();
  EXPECT_THAT(reply.head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(reply.body, "POST /hello body");
  EXPECT_THAT(reply.Field("Content-Type"), StartsWith("text/plain"));
  EXPECT_THAT(reply.Field("Date"), ::testing::EndsWith(" GMT"));
  EXPECT_EQ(reply.Field("Connection"), "");
}

TEST(RequestsTest, AConnectionIsKeptForMoreRequests) {
  Harness harness;
  Client client = harness.Connect();
  for (int i = 0; i < 100; ++i) {
    client.Send(Post("/again", std::to_string(i)));
    ASSERT_EQ(client.Read().body, "POST /again " + std::to_string(i));
  }
  EXPECT_EQ(harness.server().stats().accepted_connections, 1);
}

TEST(RequestsTest, ARequestMayComeByteByByte) {
  Harness harness;
  Client client = harness.Connect();
  const std::string request = Post("/slow", "two") + Get("/next");
  for (const char byte : request) client.Send(std::string_view(&byte, 1));
  EXPECT_EQ(client.Read().body, "POST /slow two");
  EXPECT_EQ(client.Read().body, "GET /next ");
}

TEST(RequestsTest, ALineBetweenTwoRequestsIsSkipped) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Post("/a", "1") + "\r\n" + Post("/b", "2"));
  EXPECT_EQ(client.Read().body, "POST /a 1");
  EXPECT_EQ(client.Read().body, "POST /b 2");
}

TEST(RequestsTest, PipelinedAnswersKeepTheOrderOfTheRequests) {
  Harness harness;
  Client client = harness.Connect();
  std::string requests;
  for (int i = 0; i < 10; ++i) requests += Get("/later" + std::to_string(i)) + Get("/now");
  client.Send(requests);
  ASSERT_TRUE(harness.WaitForRequests(20));  // all are under way at once
  for (int i = 9; i >= 0; --i) harness.Answer("/later" + std::to_string(i), std::to_string(i));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(client.Read().body, std::to_string(i));
    EXPECT_EQ(client.Read().body, "GET /now ");
  }
}

TEST(RequestsTest, MorePipelinedRequestsThanAreTakenAtOnceAreAllAnswered) {
  Harness harness;
  Client client = harness.Connect();
  constexpr int kCount = 500;
  std::string requests = Get("/later");
  for (int i = 0; i < kCount; ++i) requests += Post("/", std::to_string(i));
  client.Send(requests);
  ASSERT_TRUE(harness.WaitForRequests(32));
  EXPECT_LT(harness.requests().size(), 100);  // the others wait in line
  harness.Answer("/later");
  EXPECT_EQ(client.Read().status, 200);
  for (int i = 0; i < kCount; ++i) ASSERT_EQ(client.Read().body, "POST / " + std::to_string(i));
}

TEST(RequestsTest, WhatIsNotReadWhileAnswersAreOwedIsReadLater) {
  Harness harness;
  Client client = harness.Connect();
  constexpr int kOwed = 32;  // as many as are taken at once
  std::string requests;
  for (int i = 0; i < kOwed; ++i) requests += Get("/later" + std::to_string(i));
  client.Send(requests);
  ASSERT_TRUE(harness.WaitForRequests(kOwed));
  // The kernel tells of it while nobody may read it, and then never again.
  const std::string body(60'000, 'b');
  for (int i = 0; i < 5; ++i) client.Send(Post("/large", body));
  client.EndSending();
  for (int i = 0; i < kOwed; ++i) harness.Answer("/later" + std::to_string(i));
  for (int i = 0; i < kOwed; ++i) EXPECT_EQ(client.Read().status, 200);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.Read().body, "POST /large " + body);
  EXPECT_TRUE(client.SeesEnd());
}

TEST(RequestsTest, AnAnswerIsNotLostToTheClientsEndInTheSameRound) {
  Harness harness;
  for (int i = 0; i < 50; ++i) {
    Client client = harness.Connect();
    client.Send(Get("/a") + Get("/b"));
    client.EndSending();
    EXPECT_EQ(client.Read().body, "GET /a ");
    EXPECT_EQ(client.Read().body, "GET /b ");
    EXPECT_TRUE(client.SeesEnd());
  }
}

TEST(RequestsTest, MoreMayComeWhileAnswersAreOwed) {
  Harness harness;
  Client client = harness.Connect();
  for (int i = 0; i < 40; ++i) client.Send(Get("/later" + std::to_string(i)));
  ASSERT_TRUE(harness.WaitForRequests(32));  // the others wait in line, some of them half read
  client.Send("GET /la");
  for (int i = 0; i < 40; ++i) {
    harness.Answer("/later" + std::to_string(i), std::to_string(i));
    ASSERT_EQ(client.Read().body, std::to_string(i));
  }
  client.Send("st HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(client.Read().body, "GET /last ");
  EXPECT_EQ(harness.requests().size(), 41);
}

TEST(RequestsTest, CompletionsFromManyThreadsReachTheirConnections) {
  Harness harness({.threads = 2});
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&harness, i] {
      Client client = harness.Connect();
      for (int j = 0; j < 25; ++j) {
        const std::string target = "/later" + std::to_string(i) + "-" + std::to_string(j);
        client.Send(Get(target));
        harness.Answer(target, target);
        EXPECT_EQ(client.Read().body, target);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(RequestsTest, ACompletionThatIsDroppedIsAnswered503) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/dropped"));
  const Reply reply = client.Read();
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.body, ::testing::HasSubstr("QUEUE_UNAVAILABLE"));
  EXPECT_EQ(reply.Field("Retry-After"), "1");
}

TEST(RequestsTest, AnAnswerToHeadHasALengthButNoBody) {
  Harness harness;
  Client client = harness.Connect();
  client.Send("HEAD /h HTTP/1.1\r\nHost: test\r\n\r\n" + Get("/next"));
  const Reply reply = client.Read(/*is_head=*/true);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.Field("Content-Length"), std::to_string(std::string("HEAD /h ").size()));
  EXPECT_EQ(client.Read().body, "GET /next ");
}

TEST(RequestsTest, AMethodThatNobodyKnowsReachesTheHandler) {
  Harness harness;
  Client client = harness.Connect();
  client.Send("BREW /pot HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(client.Read().body, "UNKNOWN /pot ");
}

TEST(RequestsTest, Http10ClosesUnlessItIsAskedNotTo) {
  Harness harness;
  Client client = harness.Connect();
  client.Send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.Read().Field("Connection"), "keep-alive");
  client.Send("GET /b HTTP/1.0\r\n\r\n");
  const Reply reply = client.Read();
  EXPECT_EQ(reply.body, "GET /b ");
  EXPECT_EQ(reply.Field("Connection"), "close");
  EXPECT_TRUE(client.SeesEnd());
}

TEST(RequestsTest, AClientMayAskForTheEnd) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/last", "Connection: close\r\n") + Get("/ignored"));
  EXPECT_EQ(client.Read().Field("Connection"), "close");
  EXPECT_TRUE(client.SeesEnd());
  EXPECT_EQ(harness.requests().size(), 1);
}

TEST(RequestsTest, AClientThatEndsItsSideIsStillAnswered) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/later"));
  client.EndSending();
  harness.Answer("/later", "patience");
  EXPECT_EQ(client.Read().body, "patience");
  EXPECT_TRUE(client.SeesEnd());
}

TEST(RequestsTest, ATargetInAbsoluteFormIsTheSamePath) {
  Harness harness;
  Client client = harness.Connect();
  client.Send("GET http://test/a?b HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(client.Read().body, "GET /a?b ");
  client.Send("GET http://test HTTP/1.1\r\nHost: TEST\r\n\r\n");
  EXPECT_EQ(client.Read().body, "GET / ");
  client.Send("OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(client.Read().body, "OPTIONS * ");
}

TEST(RequestsTest, AChunkedBodyIsPutTogetherAndItsTrailerIgnored) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(
      "POST /c HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5\r\nhello\r\n6;ext=\"v\"\r\n world\r\n0\r\nX-Signature: forged\r\n\r\n" +
      Get("/next"));
  EXPECT_EQ(client.Read().body, "POST /c hello world");
  EXPECT_EQ(client.Read().body, "GET /next ");
  EXPECT_EQ(harness.requests().front().headers.Find("X-Signature"), std::nullopt);
}

TEST(RequestsTest, AClientThatWaitsForContinueGetsItOnce) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(
      "POST /e HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(client.Read().status, 100);
  client.Send("bo");
  client.Send("dy");
  EXPECT_EQ(client.Read().body, "POST /e body");
  // One that does not wait needs none.
  client.Send(Post("/f", "body", "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.Read().body, "POST /f body");
}

TEST(RequestsTest, ContinueDoesNotOvertakeAnAnswer) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(
      Get("/later") +
      "POST /e HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  harness.Answer("/later", "first");
  EXPECT_EQ(client.Read().body, "first");
  EXPECT_EQ(client.Read().status, 100);
  client.Send("x");
  EXPECT_EQ(client.Read().body, "POST /e x");
}

TEST(RequestsTest, ABigAnswerArrivesWhole) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/big") + Get("/next"));
  const Reply reply = client.Read();
  EXPECT_EQ(reply.body.size(), 8 << 20);
  EXPECT_EQ(client.Read().body, "GET /next ");
}

TEST(RequestsTest, AClientThatVanishesInTheBodyLeavesNothing) {
  Harness harness;
  {
    Client client = harness.Connect();
    client.Send("POST /v HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\nsome");
    ASSERT_TRUE(Eventually([&] { return harness.server().stats().connections == 1; }));
    client.Vanish();
  }
  EXPECT_TRUE(Eventually([&] { return harness.server().stats().connections == 0; }));
  EXPECT_TRUE(harness.requests().empty());
}

TEST(RequestsTest, AnAnswerToAClientThatVanishedIsForgotten) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/later"));
  ASSERT_TRUE(harness.WaitForRequests(1));
  EXPECT_EQ(harness.server().stats().in_flight, 1);
  client.Vanish();
  ASSERT_TRUE(Eventually([&] { return harness.server().stats().connections == 0; }));
  EXPECT_EQ(harness.server().stats().in_flight, 1);  // the handler still works on it
  harness.Answer("/later", "nobody hears");
  EXPECT_EQ(harness.server().stats().in_flight, 0);
}

TEST(RequestsTest, ACompletionMayComeAfterTheServerIsGone) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/later"));
  ASSERT_TRUE(harness.WaitForRequests(1));
  harness.StopServer();
  EXPECT_TRUE(client.SeesEnd());
  harness.Answer("/later");
}

TEST(RequestsTest, WhatCannotBeServedIsSaid) {
  const auto start = [](const ServerOptions& options) {
    return HttpServer::Start(
               options, [](omni::WebhookRequest, omni::Completion<ServerResponse>) {},
               [](const omni::WebhookRequest&, int, std::string_view, std::string_view) {
                 return omni::HttpResponse();
               })
        .status()
        .code();
  };
  EXPECT_EQ(start({.address = "localhost:80"}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(start({.port = 0, .threads = 0}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(start({.port = 0, .idle_timeout = absl::ZeroDuration()}),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(start({.port = 0, .tls = {.certificate_file = "/nowhere", .key_file = "/nowhere"}}),
            absl::StatusCode::kInvalidArgument);
  const Harness harness;
  EXPECT_EQ(start({.port = harness.port()}), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace host
