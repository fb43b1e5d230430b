/// \file
/// An emulator of SQS behind a proxy that checks signatures, and a queue that speaks to it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "components/aws/node_process.h"
#include "omni/components/curl.h"
#include "omni/components/sqs.h"
#include "omni/testing/status_matchers.h"

namespace omni::sqs_test {

using ::omni::aws_test::NodeProcess;
using ::omni::aws_test::Sdk;
using ::omni::testing::IsOk;
using ::omni::testing::StatusIs;

/// One for the whole program, made at the first use.
///
/// Thread safety: thread-compatible.
class Server {
 public:
  static Server& Get() {
    static Server server;
    return server;
  }
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }

  /// Gives an order of tests/oracle/sqs_server.mjs; the counters.
  JsonDocument Control(std::string order) {
    std::promise<absl::StatusOr<HttpResponse>> promise;
    client_->Send(
        {{.method = HttpMethod::kPost,
          .url = endpoint_ + "/control",
          .body = std::move(order),
          .timeout = absl::Minutes(1)}},
        [&](absl::StatusOr<HttpResponse> answer) { promise.set_value(std::move(answer)); });
    const auto answer = promise.get_future().get();
    EXPECT_THAT(answer, IsOk());
    return *JsonDocument::Parse(answer.ok() ? answer->body : "{}");
  }
  [[nodiscard]] std::int64_t Requests(const std::string& operation) {
    const JsonDocument counters = Control("{}");
    return counters.root()["requests"][operation].AsInt64().value_or(0);
  }

 private:
  Server()
      : process_("sqs_server.mjs", {}),
        endpoint_("http://127.0.0.1:" + process_.ReadLine()),
        client_(*MakeCurlHttpClient({})) {}

  NodeProcess process_;
  const std::string endpoint_;
  const std::shared_ptr<HttpClient> client_;
};

inline SqsOptions Options() {
  SqsOptions options;
  options.aws.region = "us-east-1";
  options.aws.endpoint = Server::Get().endpoint();
  options.aws.access_key_id = "AKIDEXAMPLE";
  options.aws.secret_access_key = Secret("secret");
  options.create_missing = true;
  return options;
}

inline SqsQueue Open(const SqsOptions& options) {
  auto queue = OpenSqs(options);
  EXPECT_THAT(queue, IsOk());
  return queue.ok() ? *std::move(queue) : SqsQueue{};
}

/// Tests that use queues of their own.
class SqsTest : public ::testing::Test {
 protected:
  [[nodiscard]] Envelope Make(const std::string& key, const std::string& group = "") const {
    return {.queue = queue_,
            .group = group,
            .dedupe_key = key,
            .event_id = "id of " + key,
            .body = "body of " + key};
  }
  static std::future<Settlement> Start(QueueSink& sink, Envelopes envelopes,
                                       absl::Time deadline = absl::Now() + absl::Seconds(30)) {
    auto promise = std::make_shared<std::promise<Settlement>>();
    sink.Enqueue({.envelopes = std::move(envelopes), .deadline = deadline},
                 [promise](Settlement settlement) { promise->set_value(std::move(settlement)); });
    return promise->get_future();
  }
  static absl::Status Put(QueueSink& sink, Envelope envelope) {
    Envelopes envelopes;
    envelopes.push_back(std::move(envelope));
    const Settlement settlement = Start(sink, std::move(envelopes)).get();
    return settlement.outcomes.size() == 1 ? settlement.outcomes[0]
                                           : absl::InternalError("no outcome");
  }
  /// Everything there is, acknowledged.
  std::vector<Delivery> Drain(QueueSource& source, const std::string& queue,
                              absl::Duration wait = absl::Seconds(1)) {
    std::vector<Delivery> all;
    while (true) {
      auto deliveries = source.Lease({.queue = queue, .limit = 10, .wait = wait});
      EXPECT_THAT(deliveries, IsOk());
      if (!deliveries.ok() || deliveries->empty()) return all;
      std::vector<std::string> receipts;
      for (Delivery& delivery : *deliveries) {
        receipts.push_back(delivery.receipt);
        all.push_back(std::move(delivery));
      }
      EXPECT_THAT(source.Ack({.receipts = receipts}), IsOk());
    }
  }
  std::vector<std::string> DrainKeys(QueueSource& source) {
    std::vector<std::string> keys;
    for (Delivery& delivery : Drain(source, queue_)) {
      keys.push_back(std::move(delivery.envelope.dedupe_key));
    }
    return keys;
  }

  const std::string queue_ = std::string("acme:") +
                             ::testing::UnitTest::GetInstance()->current_test_info()->name() +
                             ":inbound";
};

}  // namespace omni::sqs_test
