/// \file
/// The README's embedding, compiled and run. docs_test.cc compares it with the README, word for
/// word.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "omni/adapters/all.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/testing/status_matchers.h"

namespace {

/// docs/embedding.md: a sink over a store whose calls block.
class LogSink : public omni::BlockingQueueSink {
 public:
  explicit LogSink(std::ostream& log) : log_(log) {}

  omni::Settlement Put(const EnqueueParams& params) override {
    std::lock_guard lock(mutex_);
    for (const omni::Envelope& envelope : params.envelopes) {
      log_ << envelope.queue << ' ' << envelope.group << ' ' << envelope.body << '\n';
    }
    log_.flush();
    const bool written = log_.good();
    return omni::Settlement::All(
        params.envelopes.size(),
        written ? absl::OkStatus() : absl::UnavailableError("the log cannot be written"));
  }

 private:
  std::mutex mutex_;
  std::ostream& log_;
};

/// docs/embedding.md: secrets from the environment, `env:NAME`.
class EnvironmentSecrets : public omni::SecretsProvider {
 public:
  absl::StatusOr<omni::KeyRing> Lookup(const LookupParams& params) override {
    if (!params.reference.starts_with("env:")) return absl::NotFoundError("not an env: reference");
    const std::string variable(params.reference.substr(4));
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr) return absl::NotFoundError("the variable is not set");
    std::lock_guard lock(mutex_);
    auto& ring = rings_[{variable, std::string(params.name)}];
    // The same keys until the value changes, so that what was prepared from them is kept.
    if (ring.empty() || ring.keys().front()->secret().Reveal() != value) {
      ring = omni::KeyRing::Of(params.name, {value});
    }
    return ring;
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, omni::KeyRing> rings_;
};

/// A request as an HTTP server would have read it.
struct Incoming {
  std::string method = {};
  std::string target = {};
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

absl::StatusOr<std::unique_ptr<omni::Gateway>> OpenGateway(std::shared_ptr<omni::QueueSink> queue) {
  omni::AdapterRegistry::Builder adapters;
  omni::RegisterAllAdapters(adapters);
  auto registry = std::move(adapters).Build();
  if (!registry.ok()) return registry.status();

  omni::Gateway::Builder builder;
  builder.SetOptions({.public_url = "https://hooks.example.com"})
      .SetSink(std::move(queue))
      .SetIdempotencyStore(omni::MakeMemoryIdempotencyStore({}))
      .AddChannelJson(R"({"adapter": "twilio", "tenant": "acme", "authToken": "s3cret"})");
  return std::move(builder).Build(*registry);
}

omni::HttpResponse OnWebhook(omni::Gateway& gateway, Incoming in) {
  omni::WebhookRequest request;
  request.method = omni::ParseHttpMethod(in.method);
  request.target = in.target;         // "/twilio": path and query, as in the request line
  request.body = std::move(in.body);  // the bytes as they came, before anything parses them
  for (auto& [name, value] : in.headers) request.headers.Add(name, value);
  return gateway.HandleBlocking(std::move(request));
}

TEST(Embedding, AnswersASignedWebhookAndQueuesItsEvent) {
  const auto queue = std::make_shared<omni::MemoryQueue>();
  const auto gateway = OpenGateway(queue);
  ASSERT_THAT(gateway, omni::testing::IsOk());
  const std::string signature = omni::Base64Encode(omni::AsView(omni::HmacSha1Key("s3cret").Sign(
      "https://hooks.example.com/twilioAccountSidAC1BodyHiFrom+14155550143MessageSidSM1"
      "NumMedia0To+15550100300")));
  const auto answer = OnWebhook(
      **gateway, {.method = "POST",
                  .target = "/twilio",
                  .body = "AccountSid=AC1&Body=Hi&From=%2B14155550143&MessageSid=SM1&NumMedia=0&"
                          "To=%2B15550100300",
                  .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                              {"X-Twilio-Signature", signature}}});
  EXPECT_EQ(answer.status, 200);
  const auto envelope = queue->Pop("acme:sms:inbound");
  ASSERT_TRUE(envelope.has_value());
  EXPECT_THAT(envelope->body, ::testing::HasSubstr(R"("text":"Hi")"));
}

TEST(Embedding, WritesEnvelopesToALog) {
  std::ostringstream log;
  const auto put = [&](LogSink& sink) {
    return sink.Put({.envelopes = {{.queue = "q", .group = "g", .body = "{}"}}}).outcomes;
  };
  LogSink sink(log);
  EXPECT_THAT(put(sink), ::testing::ElementsAre(omni::testing::IsOk()));
  EXPECT_EQ(log.str(), "q g {}\n");
  log.setstate(std::ios::badbit);
  EXPECT_THAT(put(sink), ::testing::ElementsAre(::testing::Not(omni::testing::IsOk())));
}

TEST(Embedding, TakesSecretsFromTheEnvironment) {
  EnvironmentSecrets secrets;
  const auto look_up = [&] {
    return secrets.Lookup({.reference = "env:OMNI_DOCS_SECRET", .name = "authToken"});
  };
  ::unsetenv("OMNI_DOCS_SECRET");
  EXPECT_EQ(look_up().status().code(), absl::StatusCode::kNotFound);
  ::setenv("OMNI_DOCS_SECRET", "one", 1);
  OMNI_ASSERT_OK_AND_ASSIGN(const omni::KeyRing first, look_up());
  OMNI_ASSERT_OK_AND_ASSIGN(const omni::KeyRing again, look_up());
  EXPECT_EQ(first.keys().front(), again.keys().front());
  ::setenv("OMNI_DOCS_SECRET", "two", 1);
  OMNI_ASSERT_OK_AND_ASSIGN(const omni::KeyRing changed, look_up());
  EXPECT_EQ(changed.keys().front()->secret().Reveal(), "two");
}

/// docs/embedding.md: without blocking.
void OnWebhookAsync(omni::Gateway& gateway, omni::WebhookRequest request,
                    std::shared_ptr<std::vector<int>> connection) {
  gateway.Handle(std::move(request), [connection](const omni::HttpResponse& answer) {
    connection->push_back(answer.status);  // hand it to the connection's thread and write it
  });
}

TEST(Embedding, AnswersWithoutBlocking) {
  const auto gateway = OpenGateway(std::make_shared<omni::MemoryQueue>());
  ASSERT_THAT(gateway, omni::testing::IsOk());
  const auto connection = std::make_shared<std::vector<int>>();
  OnWebhookAsync(**gateway, {.method = omni::HttpMethod::kPost, .target = "/nowhere"}, connection);
  EXPECT_THAT(*connection, ::testing::ElementsAre(404));
}

/// docs/threading.md.
void Stop(omni::Gateway& gateway) {
  absl::Status status = gateway.Shutdown(absl::Now() + absl::Seconds(10));
  if (!status.ok()) std::cerr << status.message() << '\n';
}

TEST(Embedding, RefusesRequestsOnceItIsShutDown) {
  const auto gateway = OpenGateway(std::make_shared<omni::MemoryQueue>());
  ASSERT_THAT(gateway, omni::testing::IsOk());
  Stop(**gateway);
  EXPECT_EQ(OnWebhook(**gateway, {.method = "POST", .target = "/twilio"}).status, 503);
}

}  // namespace
