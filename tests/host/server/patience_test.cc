// Clients that take their time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "host/server/harness.h"

namespace host {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kShort = absl::Milliseconds(100);
constexpr absl::Duration kLong = absl::Minutes(5);

ServerOptions Patient() {
  return {.header_timeout = kLong,
          .body_timeout = kLong,
          .idle_timeout = kLong,
          .write_timeout = kLong};
}

TEST(PatienceTest, AHeadThatDripsIsTimedFromItsFirstByte) {
  ServerOptions options = Patient();
  options.header_timeout = kShort;
  Harness harness(options);
  Client client = harness.Connect();
  client.Send("GET / HTTP/1.1\r\nHost: t\r\nX: ");
  std::atomic<bool> has_ended = false;
  std::thread drip([&] {
    while (!has_ended && client.Send("x"))
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  const Reply reply = client.Read();
  has_ended = true;
  drip.join();
  EXPECT_EQ(reply.status, 408);
  EXPECT_THAT(reply.body, HasSubstr("TIMEOUT"));
}

TEST(PatienceTest, ABodyThatDripsIsTimedFromItsHead) {
  ServerOptions options = Patient();
  options.body_timeout = kShort;
  Harness harness(options);
  Client client = harness.Connect();
  client.Send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\n");
  std::atomic<bool> has_ended = false;
  std::thread drip([&] {
    while (!has_ended && client.Send("x"))
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  const Reply reply = client.Read();
  has_ended = true;
  drip.join();
  EXPECT_EQ(reply.status, 408);
  EXPECT_TRUE(harness.requests().empty());
}

TEST(PatienceTest, AnIdleConnectionIsClosedWithoutAWord) {
  ServerOptions options = Patient();
  options.idle_timeout = kShort;
  Harness harness(options);
  Client silent = harness.Connect();
  Client client = harness.Connect();
  client.Send(Get("/"));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(client.SeesEnd());
  EXPECT_TRUE(silent.SeesEnd());
}

TEST(PatienceTest, AHandlerMayTakeLongerThanAnyClient) {
  ServerOptions options = Patient();
  options.idle_timeout = options.header_timeout = options.body_timeout = options.write_timeout =
      absl::Milliseconds(20);
  Harness harness(options);
  Client slow = harness.Connect();
  slow.Send(Get("/later"));
  ASSERT_TRUE(harness.WaitForRequests(1));
  Client idle = harness.Connect();
  EXPECT_TRUE(idle.SeesEnd());  // so all those times have gone by
  harness.Answer("/later", "at last");
  EXPECT_EQ(slow.Read().body, "at last");
}

TEST(PatienceTest, AClientThatDoesNotReadIsCutOff) {
  ServerOptions options = Patient();
  options.write_timeout = kShort;
  Harness harness(options);
  Client client = harness.Connect();
  client.ReadLittle();
  client.Send(Get("/big"));
  EXPECT_TRUE(harness.WaitForRequests(1));
  EXPECT_TRUE(Eventually([&] { return harness.server().stats().connections == 0; }));
}

TEST(PatienceTest, AClientThatNeverReadsIsNotReadFromForEver) {
  ServerOptions options = Patient();
  options.write_timeout = absl::Milliseconds(500);
  Harness harness(options);
  Client client = harness.Connect();
  client.ReadLittle();
  const std::string request = Post("/", std::string(1000, 'x'));
  while (client.Send(request)) {  // until the server does not take more, and then cuts
  }
  EXPECT_TRUE(Eventually([&] { return harness.server().stats().connections == 0; }));
}

TEST(PatienceTest, SlowClientsDoNotHoldUpOthers) {
  Harness harness(Patient());
  std::vector<Client> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(harness.Connect());
    slow.back().Send(i % 2 == 0 ? "GET / HT"
                                : "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nx");
  }
  Client client = harness.Connect();
  for (int i = 0; i < 100; ++i) {
    client.Send(Get("/"));
    ASSERT_EQ(client.Read().status, 200);
  }
  EXPECT_EQ(harness.server().stats().connections, 201);
}

}  // namespace
}  // namespace host
