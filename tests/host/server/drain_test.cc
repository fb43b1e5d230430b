// The end of a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "host/server/harness.h"

namespace host {
namespace {

std::future<absl::Status> DrainInBackground(Harness& harness,
                                            absl::Duration patience = absl::Seconds(10)) {
  return std::async(std::launch::async, [&harness, patience] {
    return harness.server().Drain(absl::Now() + patience);
  });
}

// Until then the drain has not begun.
bool NoLongerListens(const Harness& harness) {
  return Eventually([&] {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(harness.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool refused =
        ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0;
    ::close(probe);
    return refused;
  });
}

TEST(DrainTest, AnIdleServerEndsAtOnce) {
  Harness harness;
  EXPECT_TRUE(harness.server().Drain(absl::Now() + absl::Seconds(10)).ok());
  EXPECT_TRUE(NoLongerListens(harness));
}

TEST(DrainTest, IdleConnectionsAreClosed) {
  Harness harness;
  Client silent = harness.Connect();
  Client client = harness.Connect();
  client.Send(Get("/"));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(harness.server().Drain(absl::Now() + absl::Seconds(10)).ok());
  EXPECT_TRUE(client.SeesEnd());
  EXPECT_TRUE(silent.SeesEnd());
}

TEST(DrainTest, WhatIsUnderWayIsAnsweredAndTheConnectionEnds) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/later"));
  ASSERT_TRUE(harness.WaitForRequests(1));
  auto drained = DrainInBackground(harness);
  ASSERT_TRUE(NoLongerListens(harness));
  harness.Answer("/later", "finished");
  const Reply reply = client.Read();
  EXPECT_EQ(reply.body, "finished");
  EXPECT_EQ(reply.Field("Connection"), "close");
  EXPECT_TRUE(client.SeesEnd());
  EXPECT_TRUE(drained.get().ok());
}

TEST(DrainTest, PipelinedRequestsAreAnsweredAndOnlyTheLastOneEndsTheConnection) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/later1") + Get("/later2") + Get("/now"));
  ASSERT_TRUE(harness.WaitForRequests(3));
  auto drained = DrainInBackground(harness);
  ASSERT_TRUE(NoLongerListens(harness));
  harness.Answer("/later2", "two");
  harness.Answer("/later1", "one");
  const Reply one = client.Read();
  const Reply two = client.Read();
  const Reply now = client.Read();
  EXPECT_EQ(one.body, "one");
  EXPECT_EQ(one.Field("Connection"), "");
  EXPECT_EQ(two.body, "two");
  EXPECT_EQ(now.body, "GET /now ");
  EXPECT_EQ(now.Field("Connection"), "close");
  EXPECT_TRUE(client.SeesEnd());
  EXPECT_TRUE(drained.get().ok());
}

TEST(DrainTest, ARequestThatHasBegunMayBeFinished) {
  Harness harness;
  Client client = harness.Connect();
  client.Send("POST /half HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nbo");
  ASSERT_TRUE(Eventually([&] { return harness.server().stats().connections == 1; }));
  auto drained = DrainInBackground(harness);
  ASSERT_TRUE(NoLongerListens(harness));
  client.Send("dy");
  const Reply reply = client.Read();
  EXPECT_EQ(reply.body, "POST /half body");
  EXPECT_EQ(reply.Field("Connection"), "close");
  EXPECT_TRUE(drained.get().ok());
}

TEST(DrainTest, WhatTakesTooLongIsCut) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/later"));
  ASSERT_TRUE(harness.WaitForRequests(1));
  EXPECT_EQ(harness.server().Drain(absl::Now() + absl::Milliseconds(50)).code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(client.Read().status, 0);
}

TEST(DrainTest, ARequestThatNeverCameWholeIsCutAndNothingIsLost) {
  Harness harness;
  Client in_head = harness.Connect();
  in_head.Send("POST /half HTTP/1.1\r\nHost:");
  Client in_body = harness.Connect();
  in_body.Send("POST /half HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nbo");
  Client in_second = harness.Connect();
  in_second.Send(Get("/") + "POST /half HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nbo");
  EXPECT_EQ(in_second.Read().status, 200);
  ASSERT_TRUE(Eventually([&] { return harness.server().stats().connections == 3; }));
  EXPECT_TRUE(harness.server().Drain(absl::Now() + absl::Milliseconds(50)).ok());
  for (Client* client : {&in_head, &in_body, &in_second}) EXPECT_EQ(client->Read().status, 0);
}

TEST(DrainTest, AnAnswerThatIsCutInTheMiddleIsTold) {
  Harness harness({.write_timeout = absl::Seconds(30)});
  Client client = harness.Connect();
  client.Send(Get("/later"));
  ASSERT_TRUE(harness.WaitForRequests(1));
  harness.Answer("/later", std::string(std::size_t{32} << 20, 'x'));  // more than sockets hold
  EXPECT_EQ(harness.server().Drain(absl::Now() + absl::Milliseconds(200)).code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST(DrainTest, StreamsEnd) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/stream"));
  const auto stream = harness.Stream();
  EXPECT_TRUE(stream->Write("second"));
  auto drained = DrainInBackground(harness);
  EXPECT_EQ(client.Read().body, "firstsecond");
  EXPECT_TRUE(drained.get().ok());
  EXPECT_FALSE(stream->Write("third"));
}

// Clients that never stop, while the server does: each request has either a whole answer or none.
TEST(DrainTest, UnderLoadNoAnswerIsCut) {
  for (int round = 0; round < 5; ++round) {
    Harness harness;
    std::atomic<int> answered = 0;
    std::atomic<int> cut = 0;
    std::latch connected(8);  // who comes once the drain has begun is refused
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&] {
        Client client = harness.Connect();
        connected.count_down();
        while (client.Send(Post("/load", "body") + Post("/load", "body"))) {
          const Reply first = client.Read();
          if (first.status == 0) break;
          if (first.body != "POST /load body") ++cut;
          ++answered;
          if (first.Field("Connection") == "close") break;
          const Reply second = client.Read();
          if (second.body != "POST /load body") ++cut;  // it was sent with the first
          ++answered;
          if (second.Field("Connection") == "close") break;
        }
      });
    }
    connected.wait();
    ASSERT_TRUE(harness.WaitForRequests(200));
    EXPECT_TRUE(harness.server().Drain(absl::Now() + absl::Seconds(10)).ok());
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(cut, 0);
    EXPECT_EQ(harness.requests().size(), static_cast<std::size_t>(answered.load()));
  }
}

}  // namespace
}  // namespace host
