/// \file
/// The README's embedding, compiled and run. docs_test.cc compares it with the README, word for
/// word.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
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

/// docs/embedding.md: secrets from files, `file:PATH`.
class FileSecrets : public omni::SecretsProvider {
 public:
  absl::StatusOr<omni::KeyRing> Lookup(const LookupParams& params) override {
    if (!params.reference.starts_with("file:")) return absl::NotFoundError("not a file");
    const std::string path(params.reference.substr(5));
    std::ifstream file(path);
    std::string secret;
    if (!std::getline(file, secret)) return absl::NotFoundError("the file cannot be read");
    std::lock_guard lock(mutex_);
    omni::KeyRing& ring = rings_[{path, std::string(params.name)}];
    // The same keys until the file changes, so that what was prepared from them is kept.
    if (ring.empty() || ring.keys().front()->secret().Reveal() != secret) {
      ring = omni::KeyRing::Of(params.name, {secret});
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

TEST(Embedding, TakesSecretsFromFiles) {
  const std::string path = ::testing::TempDir() + "omni_embedding_secret";
  FileSecrets secrets;
  const auto look_up = [&] {
    return secrets.Lookup({.reference = "file:" + path, .name = "authToken"});
  };
  std::remove(path.c_str());
  EXPECT_EQ(look_up().status().code(), absl::StatusCode::kNotFound);
  std::ofstream(path) << "one\n";
  OMNI_ASSERT_OK_AND_ASSIGN(const omni::KeyRing first, look_up());
  OMNI_ASSERT_OK_AND_ASSIGN(const omni::KeyRing again, look_up());
  EXPECT_EQ(first.keys().front(), again.keys().front());
  std::ofstream(path) << "two\n";
  OMNI_ASSERT_OK_AND_ASSIGN(const omni::KeyRing changed, look_up());
  EXPECT_EQ(changed.keys().front()->secret().Reveal(), "two");
  std::remove(path.c_str());
}

/// docs/embedding.md: without blocking.
void OnWebhookAsync(omni::Gateway& gateway, omni::WebhookRequest request,
                    const std::shared_ptr<std::vector<int>>& connection) {
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
