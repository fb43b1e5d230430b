// What a hostile client sends: refused, in the contract's words, while others are served.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "host/server/harness.h"

namespace host {
namespace {

using ::testing::HasSubstr;

struct Refused {
  std::string_view name;
  std::string_view bytes;
};

std::ostream& operator<<(std::ostream& out, const Refused& refused) { return out << refused.name; }

class MalformedTest : public ::testing::TestWithParam<Refused> {};

TEST_P(MalformedTest, IsAnswered400AndTheEnd) {
  Harness harness;
  Client client = harness.Connect();
  // What hides behind it must not be taken for a request.
  client.Send(std::string(GetParam().bytes) + "GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n");
  const Reply reply = client.Read();
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("INVALID_PAYLOAD"));
  EXPECT_EQ(reply.Field("Connection"), "close");
  EXPECT_TRUE(client.SeesEnd());
  EXPECT_TRUE(harness.requests().empty());
  EXPECT_EQ(harness.server().stats().refused_requests, 1);
}

using namespace std::string_view_literals;

constexpr Refused kMalformed[] = {
    {"TwoLengths",
     "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n"sv},
    {"TheSameLengthTwice",
     "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nbody"sv},
    {"ListOfLengths", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 4, 4\r\n\r\nbody"sv},
    {"SignedLength", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: +4\r\n\r\nbody"sv},
    {"NegativeLength", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n"sv},
    {"HexLength", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0x4\r\n\r\nbody"sv},
    {"HugeLength",
     "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999999\r\n\r\n"sv},
    {"EmptyLength", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length:\r\n\r\n"sv},
    {"LengthThenChunked",
     "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv},
    {"ChunkedThenLength",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"sv},
    {"GzipChunked",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"sv},
    {"ChunkedGzip",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"sv},
    {"NearlyChunked",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"sv},
    {"Identity", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: identity\r\n\r\n"sv},
    {"ChunkedTwice",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\n\r\n"sv},
    {"ChunkedInHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv},
    {"FoldedField", "GET / HTTP/1.1\r\nHost: t\r\nX-A: 1\r\n 2\r\n\r\n"sv},
    {"FoldedLength", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length:\r\n 4\r\n\r\nbody"sv},
    {"FieldBeforeAll", "GET / HTTP/1.1\r\n X: 1\r\nHost: t\r\n\r\n"sv},
    {"SpaceBeforeColon", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length : 4\r\n\r\nbody"sv},
    {"TabBeforeColon", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding\t: chunked\r\n\r\n"sv},
    {"NoName", "GET / HTTP/1.1\r\nHost: t\r\n: x\r\n\r\n"sv},
    {"NoColon", "GET / HTTP/1.1\r\nHost: t\r\nnonsense\r\n\r\n"sv},
    {"BareLineFeedInFields", "GET / HTTP/1.1\r\nHost: t\r\nX: 1\nY: 2\r\n\r\n"sv},
    {"BareLineFeedAfterRequestLine", "GET / HTTP/1.1\nHost: t\r\n\r\n"sv},
    {"BareLineFeedEndsTheHead", "GET / HTTP/1.1\r\nHost: t\r\n\n"sv},
    {"BareCarriageReturn", "GET / HTTP/1.1\r\nHost: t\r\nX: 1\rY: 2\r\n\r\n"sv},
    {"NulInValue", "GET / HTTP/1.1\r\nHost: t\r\nX: a\0b\r\n\r\n"sv},
    {"NulInName", "GET / HTTP/1.1\r\nHost: t\r\nX\0: a\r\n\r\n"sv},
    {"NulInTarget", "GET /\0 HTTP/1.1\r\nHost: t\r\n\r\n"sv},
    {"NoHost", "GET / HTTP/1.1\r\nX: 1\r\n\r\n"sv},
    {"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"sv},
    {"ListOfHosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"sv},
    {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"sv},
    {"HostWithUser", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"sv},
    {"AnotherHostInTarget", "GET http://evil/ HTTP/1.1\r\nHost: t\r\n\r\n"sv},
    {"AnotherSchemeInTarget", "GET ftp://t/ HTTP/1.1\r\nHost: t\r\n\r\n"sv},
    {"TargetWithoutPath", "GET path HTTP/1.1\r\nHost: t\r\n\r\n"sv},
    {"Tunnel", "CONNECT t:443 HTTP/1.1\r\nHost: t\r\n\r\n"sv},
    {"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: t\r\n\r\n"sv},
    {"NoVersion", "GET /\r\nHost: t\r\n\r\n"sv},
    {"Version09", "GET / HTTP/0.9\r\nHost: t\r\n\r\n"sv},
    {"Version2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"sv},
    {"LowerCaseVersion", "GET / http/1.1\r\nHost: t\r\n\r\n"sv},
    {"TwoSpaces", "GET  / HTTP/1.1\r\nHost: t\r\n\r\n"sv},
    {"SpaceFirst", " GET / HTTP/1.1\r\nHost: t\r\n\r\n"sv},
    {"TwoEmptyLinesFirst", "\r\n\r\nGET / HTTP/1.1\r\nHost: t\r\n\r\n"sv},
    {"ChunkSizeSigned",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n+4\r\nbody\r\n0\r\n\r\n"sv},
    {"ChunkSizeWithPrefix",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0x4\r\nbody\r\n0\r\n\r\n"sv},
    {"ChunkSizeOverflow",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000004\r\nbody\r\n"
     "0\r\n\r\n"sv},
    {"ChunkLongerThanItSays",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbody\r\n0\r\n\r\n"sv},
    {"ChunkWithBareLineFeed",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n4\nbody\r\n0\r\n\r\n"sv},
    {"ChunkEndsInBareLineFeed",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\n0\r\n\r\n"sv},
    {"TlsOnThePlainPort", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n"sv},
};

INSTANTIATE_TEST_SUITE_P(Hostile, MalformedTest, ::testing::ValuesIn(kMalformed),
                         [](const auto& test) { return std::string(test.param.name); });

// Sends until the server has had enough; the reply to it.
Reply SendWithoutEnd(Client& client, std::string_view first, std::string_view again) {
  client.Send(first);
  // More than any limit; the server stops reading long before, and the sending fails.
  for (std::size_t sent = 0; sent < (std::size_t{64} << 20); sent += again.size()) {
    if (!client.Send(again)) break;
  }
  return client.Read();
}

TEST(LimitsTest, ALongTarget) {
  Harness harness({.max_target_bytes = 1000});
  Client client = harness.Connect();
  client.Send(Get("/" + std::string(990, 'a')));
  EXPECT_EQ(client.Read().status, 200);
  client.Send(Get("/" + std::string(1100, 'a')));
  const Reply reply = client.Read();
  EXPECT_EQ(reply.status, 414);
  EXPECT_THAT(reply.body, HasSubstr("URI_TOO_LONG"));
  EXPECT_TRUE(client.SeesEnd());
}

TEST(LimitsTest, AnEndlessTarget) {
  Harness harness;
  Client client = harness.Connect();
  EXPECT_EQ(SendWithoutEnd(client, "GET /", std::string(8192, 'a')).status, 414);
}

TEST(LimitsTest, ALongField) {
  Harness harness({.max_header_bytes = 1000});
  Client client = harness.Connect();
  client.Send(Get("/", "X: " + std::string(900, 'a') + "\r\n"));
  EXPECT_EQ(client.Read().status, 200);
  client.Send(Get("/", "X: " + std::string(1000, 'a') + "\r\n"));
  const Reply reply = client.Read();
  EXPECT_EQ(reply.status, 431);
  EXPECT_THAT(reply.body, HasSubstr("HEADERS_TOO_LARGE"));
  EXPECT_TRUE(client.SeesEnd());
}

TEST(LimitsTest, ManyFields) {
  Harness harness({.max_headers = 10});
  Client client = harness.Connect();
  std::string fields;
  for (int i = 0; i < 9; ++i) fields += "X: 1\r\n";
  client.Send(Get("/", fields));
  EXPECT_EQ(client.Read().status, 200);
  client.Send(Get("/", fields + "X: 1\r\n"));
  EXPECT_EQ(client.Read().status, 431);
}

TEST(LimitsTest, AFloodOfFields) {
  Harness harness;
  Client client = harness.Connect();
  EXPECT_EQ(SendWithoutEnd(client, "GET / HTTP/1.1\r\nHost: t\r\n", "X-Flood: 1\r\n").status, 431);
}

TEST(LimitsTest, ABodyThatSaysItIsTooLargeIsNotAskedFor) {
  Harness harness({.max_body_bytes = 1000});
  Client client = harness.Connect();
  client.Send(Post("/", std::string(1000, 'b')));
  EXPECT_EQ(client.Read().status, 200);
  client.Send("POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
  const Reply reply = client.Read();
  EXPECT_EQ(reply.status, 413);
  EXPECT_THAT(reply.body, HasSubstr("PAYLOAD_TOO_LARGE"));
  EXPECT_TRUE(client.SeesEnd());
}

TEST(LimitsTest, ABodyMayBeAsLargeAsItsTargetAllows) {
  Harness harness({.max_body_bytes = 10, .body_limit = [](std::string_view target) {
                     return target == "/large?a=b" ? std::size_t{1000} : std::size_t{10};
                   }});
  const auto status = [&](const std::string& request) {
    Client client = harness.Connect();
    client.Send(request);
    return client.Read().status;
  };
  const std::string large(1000, 'b');
  EXPECT_EQ(status(Post("/large?a=b", large)), 200);
  EXPECT_EQ(status(Post("http://test/large?a=b", large)), 200);
  EXPECT_EQ(status(Post("/large?a=b", large + "b")), 413);
  EXPECT_EQ(status(Post("/small", large)), 413);
  EXPECT_EQ(status(Post("/small", std::string(10, 'b'))), 200);
  EXPECT_EQ(status("POST /small HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "b\r\n" +
                   std::string(11, 'b') + "\r\n0\r\n\r\n"),
            413);
  // What follows on the same connection is measured by its own target.
  Client client = harness.Connect();
  client.Send(Post("/large?a=b", large) + Post("/small", large));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().status, 413);
}

TEST(LimitsTest, AClientThatSendsTooLargeABodyCanReadWhyItIsRefused) {
  Harness harness({.max_body_bytes = 1000});
  Client client = harness.Connect();
  EXPECT_TRUE(client.Send(Post("/", std::string(4 << 20, 'b'))));
  EXPECT_EQ(client.Read().status, 413);
  EXPECT_TRUE(client.SeesEnd());
}

TEST(LimitsTest, AnEndlessChunkedBody) {
  Harness harness({.max_body_bytes = 100'000});
  Client client = harness.Connect();
  const std::string chunk = "1000\r\n" + std::string(4096, 'b') + "\r\n";
  EXPECT_EQ(SendWithoutEnd(
                client, "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n", chunk)
                .status,
            413);
  EXPECT_TRUE(Eventually([&] { return harness.server().stats().connections == 0; }));
}

TEST(LimitsTest, AnEndlessChunkExtension) {
  Harness harness;
  Client client = harness.Connect();
  EXPECT_EQ(
      SendWithoutEnd(client, "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n1;x=",
                     std::string(4096, 'y'))
          .status,
      400);
}

TEST(LimitsTest, AnEndlessTrailer) {
  Harness harness;
  Client client = harness.Connect();
  EXPECT_EQ(SendWithoutEnd(client,
                           "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                           "X-Trailer: 1\r\n")
                .status,
            400);
}

TEST(LimitsTest, WhatWasRightBeforeIsAnsweredFirst) {
  Harness harness;
  Client client = harness.Connect();
  client.Send(Get("/later") + "nonsense\r\n\r\n");
  harness.Answer("/later", "right");
  EXPECT_EQ(client.Read().body, "right");
  EXPECT_EQ(client.Read().status, 400);
  EXPECT_TRUE(client.SeesEnd());
}

}  // namespace
}  // namespace host
