#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "components/curl/harness.h"

namespace omni::curl_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Reply Ok(const Request&) { return Reply::Answer(200, ""); }

std::string EveryByte(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i % 251 + i / 251);
  return bytes;
}

/// What the server was sent.
Request Sent(HttpRequest request, const std::string& target = "/") {
  Server server(Ok);
  request.url = server.Url(target);
  EXPECT_THAT(Fetch(*Open(), request), IsOk());
  auto requests = server.requests();
  EXPECT_THAT(requests, SizeIs(1));
  if (requests.empty()) return {};
  const std::string host = "127.0.0.1:" + std::to_string(server.port());
  if (const std::size_t at = requests[0].head.find(host); at != std::string::npos) {
    requests[0].head.replace(at, host.size(), "HOST");
  }
  return requests[0];
}

TEST(CurlBodyTest, SendsTheRequestByteForByteAndAddsNothing) {
  HttpRequest request = Post("", EveryByte(300));
  request.headers = {{"Content-Type", "application/json"},
                     {"X-Hub-Signature-256", "sha256=00ff"},
                     {"X-Twice", "a"},
                     {"X-Twice", "b"},
                     {"X-Empty", ""}};
  const Request sent = Sent(request, "/a/../b//c?d=%2F&e=\"{}|");
  EXPECT_EQ(sent.head,
            "POST /a/../b//c?d=%2F&e=\"{}| HTTP/1.1\r\n"
            "Host: HOST\r\n"
            "Content-Type: application/json\r\n"
            "X-Hub-Signature-256: sha256=00ff\r\n"
            "X-Twice: a\r\n"
            "X-Twice: b\r\n"
            "X-Empty:\r\n"
            "Content-Length: 300\r\n\r\n");
  EXPECT_EQ(sent.body, request.body);
}

TEST(CurlBodyTest, AddsNothingToABareRequest) {
  EXPECT_EQ(Sent(Get("")).head, "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n");
  EXPECT_EQ(Sent(Post("", "")).head, "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n");
}

TEST(CurlBodyTest, SendsEachMethodWithAndWithoutABody) {
  for (HttpMethod method : {HttpMethod::kGet, HttpMethod::kPost, HttpMethod::kPut,
                            HttpMethod::kPatch, HttpMethod::kDelete, HttpMethod::kOptions}) {
    const std::string name(HttpMethodName(method));
    for (const char* body : {"", "body"}) {
      const Request sent = Sent({.method = method, .body = body});
      EXPECT_THAT(sent.head, ::testing::StartsWith(name + " / HTTP/1.1\r\n"));
      EXPECT_EQ(sent.body, body) << name;
    }
  }
}

TEST(CurlBodyTest, ExpectsNoBodyOfHead) {
  Server server([](const Request&) -> Reply {
    return {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"};
  });
  HttpRequest request = Get(server.Url("/"));
  request.method = HttpMethod::kHead;
  const Result result = Fetch(*Open(), request);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->headers.Find("Content-Length"), "1000");
  EXPECT_THAT(result->body, IsEmpty());
}

TEST(CurlBodyTest, KeepsTheFieldsOfTheConnectionToItself) {
  HttpRequest request = Post("", "body");
  request.headers = {{"host", "elsewhere.example"},
                     {"Content-Length", "9999"},
                     {"Transfer-Encoding", "chunked"},
                     {"Connection", "close"},
                     {"Expect", "100-continue"},
                     {"Upgrade", "h2c"},
                     {"X-Own", "1"}};
  EXPECT_EQ(Sent(request).head,
            "POST / HTTP/1.1\r\nHost: HOST\r\nX-Own: 1\r\nContent-Length: 4\r\n\r\n");
}

TEST(CurlBodyTest, CarriesBigBodiesBothWays) {
  Server server([](const Request& request) { return Reply::Answer(200, request.body); });
  CurlHttpClientOptions options = QuickOptions();
  options.max_response_bytes = 16 * 1024 * 1024;
  const std::string body = EveryByte(options.max_response_bytes);
  const Result result = Fetch(*Open(options), Post(server.Url("/"), body));
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->body == body);  // not EXPECT_EQ, which would print them
  EXPECT_THAT(server.requests().at(0).head, Not(HasSubstr("Expect")));
}

TEST(CurlBodyTest, GivesUpOnAnAnswerBeyondTheBound) {
  Server server([](const Request& request) {
    return Reply::Answer(200, std::string(std::stoul(request.body), 'x'));
  });
  CurlHttpClientOptions options = QuickOptions();
  options.max_response_bytes = 100'000;
  const auto client = Open(options);
  EXPECT_THAT(Fetch(*client, Post(server.Url("/"), "100000")), IsOk());
  for (const char* size : {"100001", "5000000"}) {
    const Result result = Fetch(*client, Post(server.Url("/"), size));
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("larger")));
    EXPECT_EQ(Reason(result), "response_too_large");
  }
  EXPECT_THAT(server.requests(), SizeIs(3)) << "another attempt would bring the same";
}

TEST(CurlBodyTest, GivesUpOnHeadersBeyondTheBound) {
  const std::string field = "X-Field: " + std::string(100, 'x') + "\r\n";
  Server server([&](const Request& request) {
    Reply reply = Reply::Answer(200, "", field);
    if (request.body == "endless") {
      reply.bytes = "HTTP/1.1 200 OK\r\n";
      for (int i = 0; i < 100; ++i) reply.bytes += field;
      reply.then = Reply::Then::kKeepSilent;
    }
    return reply;
  });
  CurlHttpClientOptions options = QuickOptions();
  options.max_response_header_bytes = 1000;
  const auto client = Open(options);
  EXPECT_THAT(Fetch(*client, Post(server.Url("/"), "")), IsOk());
  EXPECT_EQ(Reason(Fetch(*client, Post(server.Url("/"), "endless"))), "response_too_large");
}

TEST(CurlBodyTest, RefusesARequestThatCannotBeSentAsItIs) {
  const HttpRequest requests[] = {
      {.method = HttpMethod::kUnknown, .url = "http://h.example/"},
      {.method = HttpMethod::kHead, .url = "http://h.example/", .body = "body"},
      Get(""),
      Get("/path"),
      Get("ftp://h.example/"),
      Get("file:///etc/passwd"),
      Get("http://user:secret@h.example/"),
      Get("http://h.example/a b"),
      Get("http://h.example/\r\nX-Injected: 1"),
      {.url = "http://h.example/", .headers = {{"X-A", "1\r\nX-Injected: 1"}}},
      {.url = "http://h.example/", .headers = {{"X-A", std::string("1\0002", 3)}}},
      {.url = "http://h.example/", .headers = {{"X-A:", "1"}}},
      {.url = "http://h.example/", .headers = {{"", "1"}}},
  };
  const auto client = Open();
  for (const HttpRequest& request : requests) {
    auto pending = Start(*client, request);
    ASSERT_TRUE(IsReady(pending)) << request.url;
    const Result result = pending.get();
    EXPECT_EQ(Reason(result), "invalid_request") << request.url;
    EXPECT_THAT(std::string(result.status().message()), Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace omni::curl_test
