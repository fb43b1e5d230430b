/// \file
/// What goes over the wire, where the emulator does not look closely: how a FIFO queue is received
/// from, receipts that SQS does not know any more, the names of queues.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "absl/time/clock.h"
#include "components/sqs/queue_name.h"
#include "loopback/server.h"
#include "omni/components/sqs.h"
#include "omni/testing/status_matchers.h"

namespace omni::sqs_test {
namespace {

using ::omni::loopback::Reply;
using ::omni::loopback::Request;
using ::omni::loopback::Server;
using ::omni::testing::IsOk;
using ::omni::testing::StatusIs;
using ::testing::_;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kQueue = "acme:sms:inbound";

SqsQueue Open(const Server& server, const std::string& url) {
  SqsOptions options;
  options.aws.region = "us-east-1";
  options.aws.endpoint = server.Url("");
  options.aws.access_key_id = "id";
  options.aws.secret_access_key = Secret("secret");
  options.aws.min_backoff = absl::Milliseconds(1);
  options.aws.max_backoff = absl::Milliseconds(2);
  options.queue_urls = {{kQueue, url}};
  auto queue = OpenSqs(options);
  EXPECT_THAT(queue, IsOk());
  return queue.ok() ? *queue : SqsQueue{};
}

bool Is(const Request& request, const std::string& operation) {
  return request.head.find("AmazonSQS." + operation + "\r\n") != std::string::npos;
}

TEST(SqsWireTest, TakesOneMessageOfAFifoQueueWithEachRequest) {
  Server server([](const Request&) { return Reply::Answer(200, "{}"); });
  const SqsQueue queue = Open(server, "https://sqs.example.com/1/q.fifo");
  EXPECT_THAT(queue.source->Lease({.queue = kQueue, .limit = 4}), IsOk());
  ASSERT_THAT(server.requests(), SizeIs(4));
  for (const Request& request : server.requests()) {
    EXPECT_THAT(request.body, HasSubstr("\"MaxNumberOfMessages\":1,"));
    EXPECT_THAT(request.body, HasSubstr("\"ReceiveRequestAttemptId\""));
  }
}

TEST(SqsWireTest, TakesTenOfAStandardQueueAndWaitsOnTheServer) {
  Server server([](const Request&) { return Reply::Answer(200, "{}"); });
  const SqsQueue queue = Open(server, "https://sqs.example.com/1/q");
  EXPECT_THAT(queue.source->Lease({.queue = kQueue, .limit = 40, .wait = absl::Nanoseconds(1)}),
              IsOk());
  EXPECT_THAT(server.requests()[0].body, HasSubstr("\"MaxNumberOfMessages\":10,"));
  EXPECT_THAT(server.requests()[0].body, HasSubstr("\"WaitTimeSeconds\":1,"));
}

TEST(SqsWireTest, KnowsReceiptsThatSqsDoesNotKnowAnyMore) {
  Server server([](const Request& request) {
    if (Is(request, "ReceiveMessage")) {
      return Reply::Answer(200,
                           R"({"Messages":[{"MessageId":"1","ReceiptHandle":"r","Body":"b"}]})");
    }
    if (Is(request, "DeleteMessageBatch")) {
      return Reply::Answer(200, R"({"Failed":[{"Id":"0","SenderFault":true,)"
                                R"("Code":"ReceiptHandleIsInvalid"}]})");
    }
    return Reply::Answer(400, R"({"__type":"com.amazonaws.sqs#MessageNotInflight"})");
  });
  const SqsQueue queue = Open(server, "https://sqs.example.com/1/q");
  const auto deliveries = queue.source->Lease({.queue = kQueue});
  ASSERT_THAT(deliveries, IsOk());
  ASSERT_THAT(*deliveries, SizeIs(1));
  EXPECT_THAT(queue.source->Extend({.receipt = "r"}), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_THAT(queue.source->Nack({.receipt = "r"}), StatusIs(absl::StatusCode::kNotFound, _));
  const std::vector<std::string> receipts = {"r"};
  EXPECT_THAT(queue.source->Ack({.receipts = receipts}), IsOk());
}

/// What an enqueue of one envelope is told where the server answers so to whatever it is sent.
absl::Status Told(int status, const std::string& body) {
  Server server([&](const Request&) { return Reply::Answer(status, body); });
  const SqsQueue queue = Open(server, "https://sqs.example.com/1/q");
  std::promise<Settlement> promise;
  queue.sink->Enqueue({.envelopes = {{.queue = kQueue, .dedupe_key = "k", .body = "b"}},
                       .deadline = absl::Now() + absl::Seconds(20)},
                      [&](Settlement settlement) { promise.set_value(std::move(settlement)); });
  return promise.get_future().get().outcomes.at(0);
}

std::string FailedEntry(const std::string& code) {
  return R"({"Failed":[{"Id":"0","SenderFault":true,"Code":")" + code + "\"}]}";
}

TEST(SqsWireTest, RefusesForGoodOnlyWhatSqsSaysOfTheMessage) {
  EXPECT_THAT(Told(200, FailedEntry("InvalidParameterValue")),
              StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(Told(200, FailedEntry("KmsDisabled")),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("KmsDisabled")));
  EXPECT_THAT(Told(400, R"({"__type":"com.amazonaws.sqs#InvalidSecurity"})"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("InvalidSecurity")));
  for (const int status : {400, 404, 407, 408, 413}) {
    EXPECT_THAT(Told(status, "<html>a proxy</html>"),
                StatusIs(absl::StatusCode::kUnavailable, HasSubstr("HTTP 4")))
        << status;
  }
}

TEST(SqsWireTest, GivesEachQueueANameOfItsOwn) {
  SqsOptions options;
  const auto name = [&](const std::string& queue) {
    return internal::SqsNameOf(options, queue).name;
  };
  EXPECT_EQ(name("acme:sms:inbound"), "acme-sms-inbound.fifo");
  EXPECT_EQ(name("acme:sms:inbound:dead"), "acme-sms-inbound-dead.fifo");
  EXPECT_EQ(name("a-b:sms"), "a--b-sms.fifo");
  EXPECT_NE(name("a:-b"), name("a-:b"));
  EXPECT_NE(name("a/b"), name("a_b"));
  EXPECT_NE(name(std::string(100, 'a')), name(std::string(101, 'a')));
  EXPECT_LE(name(std::string(100, 'a')).size(), 80u);
  options.fifo = false;
  options.name_prefix = "omni-";
  EXPECT_EQ(name("acme:sms:inbound"), "omni-acme-sms-inbound");
  options.queue_urls = {{"q", "https://sqs.us-east-1.amazonaws.com/1/HandoffQueue.fifo"}};
  EXPECT_EQ(name("q:dead"), "HandoffQueue-dead.fifo");
}

}  // namespace
}  // namespace omni::sqs_test
