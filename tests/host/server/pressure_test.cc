// Too much of everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "host/server/harness.h"

#ifdef __has_feature
#define HOST_TEST_UNDEFINED_SANITIZER __has_feature(undefined_behavior_sanitizer)
#else
#define HOST_TEST_UNDEFINED_SANITIZER 0
#endif

namespace host {
namespace {

using ::testing::HasSubstr;

TEST(PressureTest, OneRequestTooManyIsSentAwayAndTheConnectionStays) {
  Harness harness({.max_in_flight = 2});
  Client first = harness.Connect();
  first.Send(Get("/later1") + Get("/later2"));
  ASSERT_TRUE(harness.WaitForRequests(2));
  EXPECT_EQ(harness.server().stats().in_flight, 2);
  Client second = harness.Connect();
  second.Send(Post("/three", "too many"));
  const Reply reply = second.Read();
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.body, HasSubstr("QUEUE_UNAVAILABLE"));
  EXPECT_EQ(reply.Field("Retry-After"), "1");
  EXPECT_EQ(harness.server().stats().shed_requests, 1);
  harness.Answer("/later1");
  harness.Answer("/later2");
  EXPECT_EQ(first.Read().status, 200);
  EXPECT_EQ(first.Read().status, 200);
  second.Send(Post("/three", "now"));
  EXPECT_EQ(second.Read().body, "POST /three now");
}

TEST(PressureTest, BodiesUnderWayAreBoundedTogether) {
  Harness harness({.max_in_flight_bytes = 10'000});
  Client first = harness.Connect();
  first.Send(Post("/later", std::string(8000, 'a')));
  ASSERT_TRUE(harness.WaitForRequests(1));
  Client second = harness.Connect();
  second.Send(Post("/b", std::string(4000, 'b')));
  EXPECT_EQ(second.Read().status, 503);
  harness.Answer("/later");
  EXPECT_EQ(first.Read().status, 200);
  Client third = harness.Connect();
  third.Send(Post("/b", std::string(4000, 'b')));
  EXPECT_EQ(third.Read().status, 200);
}

TEST(PressureTest, BodiesThatHaveNotArrivedCountToo) {
  Harness harness({.max_in_flight_bytes = 10'000});
  Client first = harness.Connect();
  first.Send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 9000\r\n\r\n" + std::string(8000, 'a'));
  Client second = harness.Connect();
  // One of the two, whichever comes later, is one too many.
  second.Send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 9000\r\n\r\n" +
              std::string(8000, 'a'));
  ASSERT_TRUE(Eventually([&] { return harness.server().stats().shed_requests == 1; }));
  first.Vanish();
  second.Vanish();
  ASSERT_TRUE(Eventually([&] { return harness.server().stats().connections == 0; }));
  Client third = harness.Connect();
  third.Send(Post("/", std::string(9000, 'c')));
  EXPECT_EQ(third.Read().status, 200);
}

TEST(PressureTest, AnswersThatAreNotFetchedDoNotGather) {
  Harness harness;
  Client client = harness.Connect();
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += Get("/big");
  client.Send(requests);
  EXPECT_EQ(client.Read().body.size(), 8 << 20);
  EXPECT_LT(harness.requests().size(), 5);
}

TEST(PressureTest, TheConnectionThatWasIdleLongestMakesRoom) {
  Harness harness({.threads = 1, .max_connections = 3});
  std::vector<Client> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(harness.Connect());
    clients.back().Send(Get("/"));
    ASSERT_EQ(clients.back().Read().status, 200);
  }
  clients[0].Send(Get("/"));
  ASSERT_EQ(clients[0].Read().status, 200);
  Client fourth = harness.Connect();
  fourth.Send(Get("/"));
  EXPECT_EQ(fourth.Read().status, 200);
  EXPECT_TRUE(clients[1].SeesEnd());
  clients[0].Send(Get("/"));
  EXPECT_EQ(clients[0].Read().status, 200);
}

TEST(PressureTest, ConnectionsAtWorkAreNotClosedForNewOnes) {
  Harness harness({.threads = 1, .max_connections = 2});
  Client first = harness.Connect();
  first.Send(Get("/later1"));
  Client second = harness.Connect();
  second.Send(Get("/later2"));
  ASSERT_TRUE(harness.WaitForRequests(2));
  Client third = harness.Connect();
  EXPECT_TRUE(third.SeesEnd());
  harness.Answer("/later1", "1");
  harness.Answer("/later2", "2");
  EXPECT_EQ(first.Read().body, "1");
  EXPECT_EQ(second.Read().body, "2");
}

/// Lets the process open one descriptor more, and no other.
///
/// Thread safety: confined.
class OneMoreDescriptor {
 public:
  OneMoreDescriptor() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(STDIN_FILENO);
    ::close(next);
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(next) + 1;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  ~OneMoreDescriptor() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  OneMoreDescriptor(const OneMoreDescriptor&) = delete;
  OneMoreDescriptor& operator=(const OneMoreDescriptor&) = delete;

 private:
  rlimit before_ = {};
};

TEST(PressureTest, WithoutADescriptorLeftAnIdleConnectionMakesRoom) {
#if HOST_TEST_UNDEFINED_SANITIZER
  GTEST_SKIP() << "the sanitizer itself opens a pipe to look at an object's type";
#endif
  Harness harness({.threads = 1});
  Client idle = harness.Connect();
  idle.Send(Get("/"));
  ASSERT_EQ(idle.Read().status, 200);
  const OneMoreDescriptor for_the_client;
  Client client = harness.Connect();
  client.Send(Get("/"));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(idle.SeesEnd());
}

// So many connections that say nothing: OMNI_IDLE_CONNECTIONS of them, 1,000 when it is not set.
TEST(PressureTest, IdleConnectionsDoNotDisturbGenuineTraffic) {
  const char* const wanted = std::getenv("OMNI_IDLE_CONNECTIONS");
  const std::size_t count = wanted == nullptr ? 1'000 : std::stoul(wanted);
  rlimit files = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ASSERT_GT(files.rlim_cur, 2 * count + 100) << "both ends are in this process";

  Harness harness({.idle_timeout = absl::Minutes(10)});
  std::vector<Client> idle;
  for (std::size_t i = 0; i < count; ++i) {
    idle.push_back(harness.Connect());
    if (i % 2 == 0) continue;
    idle.back().Send(Get("/"));
    ASSERT_EQ(idle.back().Read().status, 200);
  }
  ASSERT_TRUE(Eventually([&] { return harness.server().stats().connections == count; }));
  Client client = harness.Connect();
  for (int i = 0; i < 1000; ++i) {
    client.Send(Post("/", std::to_string(i)));
    ASSERT_EQ(client.Read().body, "POST / " + std::to_string(i));
  }
  EXPECT_EQ(harness.server().stats().connections, count + 1);
  for (Client* const one : {&idle.front(), &idle.back()}) {
    one->Send(Get("/"));
    EXPECT_EQ(one->Read().status, 200);
  }
}

}  // namespace
}  // namespace host
