// Bodies that go on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "host/server/harness.h"

namespace host {
namespace {

TEST(StreamTest, ChunksArriveInOrderAndTheConnectionGoesOn) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/stream") + Get("/next"));
  const auto stream = harness.Stream();
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(stream->Write(std::to_string(i) + ","));
  EXPECT_TRUE(stream->Write(""));  // is not the end
  stream->Close();
  EXPECT_FALSE(stream->Write("late"));
  const Reply reply = client.Read();
  EXPECT_EQ(reply.Field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(reply.Field("Content-Length"), "");
  EXPECT_THAT(reply.body, ::testing::StartsWith("first0,1,2,"));
  EXPECT_THAT(reply.body, ::testing::EndsWith(",98,99,"));
  EXPECT_EQ(client.Read().body, "GET /next ");
}

TEST(StreamTest, AChunkArrivesWhenItIsWritten) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/stream"));
  const auto stream = harness.Stream();
  std::string seen;
  while (seen.find("first") == seen.npos) seen += client.ReadSome();
  EXPECT_TRUE(stream->Write("event"));
  while (seen.find("event") == seen.npos) seen += client.ReadSome();
}

TEST(StreamTest, AStreamThatIsForgottenEnds) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/stream"));
  harness.Stream().reset();
  EXPECT_EQ(client.Read().body, "first");
}

TEST(StreamTest, AnOldClientReadsToTheEnd) {
  Harness harness;
  Client client = harness.Connect();
  client.Send("GET /stream HTTP/1.0\r\n\r\n");
  const auto stream = harness.Stream();
  EXPECT_TRUE(stream->Write("second"));
  stream->Close();
  const auto all = client.ReadToEnd();
  ASSERT_TRUE(all.has_value());
  EXPECT_THAT(*all, ::testing::EndsWith("\r\n\r\nfirstsecond"));
  EXPECT_THAT(*all, ::testing::Not(::testing::HasSubstr("chunked")));
}

TEST(StreamTest, TheFeederHearsThatTheClientIsGone) {
  for (const bool keeps_alive : {true, false}) {
    Harness harness;
    Client client = harness.Connect();
    client.Send(Get("/stream", keeps_alive ? "" : "Connection: close\r\n"));
    const auto stream = harness.Stream();
    EXPECT_TRUE(stream->Write("event"));
    client.Vanish();
    EXPECT_TRUE(Eventually([&] { return !stream->Write("event"); }));
    EXPECT_TRUE(Eventually([&] { return harness.server().stats().connections == 0; }));
  }
}

TEST(StreamTest, AClientThatReadsTooSlowlyIsCutOff) {
  Harness harness({.max_stream_bytes = 100'000});
  Client client = harness.Connect();
  client.ReadLittle();
  client.Send(Get("/stream"));
  const auto stream = harness.Stream();
  const std::string chunk(10'000, 'x');
  // The kernel's buffers take some of it, and then it gathers.
  EXPECT_TRUE(Eventually([&] { return !stream->Write(chunk); }));
  EXPECT_TRUE(Eventually([&] { return harness.server().stats().connections == 0; }));
}

TEST(StreamTest, AnIdleStreamStaysOpen) {
  Harness harness({.header_timeout = absl::Milliseconds(20),
                   .idle_timeout = absl::Milliseconds(20),
                   .write_timeout = absl::Milliseconds(20)});
  Client client = harness.Connect();
  client.Send(Get("/stream"));
  const auto stream = harness.Stream();
  Client idle = harness.Connect();
  EXPECT_TRUE(idle.SeesEnd());
  EXPECT_TRUE(stream->Write("still here"));
  stream->Close();
  EXPECT_EQ(client.Read().body, "firststill here");
}

TEST(StreamTest, AStreamOutlivesItsServer) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/stream"));
  const auto stream = harness.Stream();
  harness.StopServer();
  EXPECT_FALSE(stream->Write("nobody"));
  stream->Close();
}

}  // namespace
}  // namespace host
