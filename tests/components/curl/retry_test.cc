#include "components/curl/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <vector>

#include "components/curl/harness.h"

namespace omni::curl_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// A server that gives these replies, and from then on the last of them.
class Script {
 public:
  explicit Script(std::vector<Reply> replies)
      : replies_(std::move(replies)), server_([this](const Request&) {
          const std::size_t next = next_++;
          return replies_[std::min(next, replies_.size() - 1)];
        }) {}

  [[nodiscard]] std::string Url() const { return server_.Url("/"); }
  [[nodiscard]] std::vector<Request> requests() const { return server_.requests(); }

 private:
  const std::vector<Reply> replies_;
  std::atomic<std::size_t> next_ = 0;
  Server server_;
};

Reply Status(int status, std::string_view fields = "") {
  return Reply::Answer(status, std::to_string(status), fields);
}

/// A port on which nobody listens.
class ClosedPort {
 public:
  ClosedPort() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address_);
    auto* const generic = reinterpret_cast<sockaddr*>(&address_);
    EXPECT_TRUE(bind(socket_, generic, size) == 0 && getsockname(socket_, generic, &size) == 0);
  }
  ~ClosedPort() { close(socket_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;

  [[nodiscard]] std::string Url() const {
    return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)) + "/";
  }

 private:
  const int socket_;
  sockaddr_in address_ = {};
};

TEST(CurlRetryTest, TriesAgainUntilAnAnswerIsFinal) {
  for (int status : {429, 500, 502, 503, 599}) {
    Script server({Status(status), Status(status), Status(204)});
    const Result result = Fetch(*Open(), Post(server.Url(), "body"));
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->status, 204);
    ASSERT_THAT(server.requests(), SizeIs(3));
    for (const Request& request : server.requests()) EXPECT_EQ(request.body, "body");
  }
}

TEST(CurlRetryTest, GivesTheLastAnswerWhenTheAttemptsAreUsedUp) {
  Script server({Status(500), Status(503)});
  const Result result = Fetch(*Open(), Get(server.Url()));
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->status, 503);
  EXPECT_EQ(result->body, "503");
  EXPECT_THAT(server.requests(), SizeIs(3));
}

TEST(CurlRetryTest, MakesAsManyAttemptsAsItIsTold) {
  for (int attempts : {1, 5}) {
    Script server({Status(503)});
    CurlHttpClientOptions options = QuickOptions();
    options.max_attempts = attempts;
    EXPECT_THAT(Fetch(*Open(options), Get(server.Url())), IsOk());
    EXPECT_THAT(server.requests(), SizeIs(attempts));
  }
}

TEST(CurlRetryTest, TakesEveryOtherAnswerAsFinal) {
  for (int status : {200, 204, 301, 400, 401, 404, 408, 410}) {
    Script server({Status(status), Status(200)});
    const Result result = Fetch(*Open(), Get(server.Url()));
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->status, status);
    EXPECT_THAT(server.requests(), SizeIs(1));
  }
}

TEST(CurlRetryTest, TriesAgainWhenTheConnectionIsLost) {
  const Reply half = {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                      .then = Reply::Then::kClose};
  Script server({Reply::Close(), half, Reply::Answer(200, "whole")});
  const Result result = Fetch(*Open(), Get(server.Url()));
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->body, "whole");
  EXPECT_THAT(server.requests(), SizeIs(3));
}

TEST(CurlRetryTest, SaysWhyNoAnswerCame) {
  Script closing({Reply::Close()});
  Script babbling({{.bytes = "220 smtp.example ready\r\n\r\n", .then = Reply::Then::kClose}});
  const ClosedPort closed;
  const auto client = Open();
  const Result lost = Fetch(*client, Get(closing.Url()));
  EXPECT_THAT(lost, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("request failed")));
  EXPECT_EQ(Reason(lost), "connection_lost");
  EXPECT_THAT(closing.requests(), SizeIs(3));
  EXPECT_EQ(Reason(Fetch(*client, Get(closed.Url()))), "connection_failed");
  const std::string no_name(64, 'x');  // a character too long, so that nobody has to be asked
  EXPECT_EQ(Reason(Fetch(*client, Get("http://" + no_name + ".example/"))), "name_unresolved");
  EXPECT_EQ(Reason(Fetch(*client, Get(babbling.Url()))), "invalid_response");
  EXPECT_THAT(babbling.requests(), SizeIs(1));
}

TEST(CurlRetryTest, WaitsAsLongAsRetryAfterAsks) {
  Script server({Status(503, "Retry-After: 1\r\n"), Status(200)});
  const Result result = Fetch(*Open(), Get(server.Url()));
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->status, 200);
  const auto requests = server.requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_GE(requests[1].at - requests[0].at, std::chrono::milliseconds(990));
}

TEST(CurlRetryTest, DoesNotTryAgainEarlierThanRetryAfterAsks) {
  for (const char* time : {"11", "3600", "99999999999", "Fri, 31 Dec 2094 23:59:59 GMT"}) {
    Script server({Status(429, std::string("Retry-After: ") + time + "\r\n"), Status(200)});
    const Result result = Fetch(*Open(), Get(server.Url()));
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->status, 429) << "there was no time to wait so long";
    EXPECT_THAT(server.requests(), SizeIs(1)) << time;
  }
}

TEST(CurlRetryTest, DoesNotMindARetryAfterThatIsNone) {
  for (const char* time : {"", "0", "-5", "soon", "Fri, 31 Dec 1999 23:59:59 GMT"}) {
    Script server({Status(503, std::string("Retry-After: ") + time + "\r\n"), Status(200)});
    const Result result = Fetch(*Open(), Get(server.Url()));
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->status, 200) << time;
  }
}

TEST(CurlRetryTest, GivesTheAnswerAtOnceWhenNoTimeIsLeftForAnotherAttempt) {
  Script server({Status(503), Status(200)});
  CurlHttpClientOptions options;
  options.min_backoff = options.max_backoff = absl::Hours(1);
  const Result result = Fetch(*Open(options), Get(server.Url()));
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->status, 503);
}

TEST(BackoffTest, DoublesUpToTheMaximum) {
  CurlHttpClientOptions options;
  options.min_backoff = absl::Milliseconds(100);
  options.max_backoff = absl::Milliseconds(350);
  std::vector<absl::Duration> pauses;
  for (int attempt : {1, 2, 3, 4, 1000}) {
    pauses.push_back(internal::Backoff(options, attempt, 0));
  }
  EXPECT_THAT(pauses,
              ElementsAre(absl::Milliseconds(100), absl::Milliseconds(200), absl::Milliseconds(350),
                          absl::Milliseconds(350), absl::Milliseconds(350)));
}

TEST(BackoffTest, IsShorterByUpToAHalf) {
  CurlHttpClientOptions options;
  options.min_backoff = absl::Milliseconds(100);
  EXPECT_EQ(internal::Backoff(options, 1, 0.5), absl::Milliseconds(75));
  EXPECT_EQ(internal::Backoff(options, 1, 1), absl::Milliseconds(50));
}

}  // namespace
}  // namespace omni::curl_test
