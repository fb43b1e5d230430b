/// \file
/// The README's embedding, compiled and run. docs_test.cc compares it with the README, word for
/// word.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "omni/adapters/all.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/testing/status_matchers.h"

namespace {

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
      .SetSink(queue)
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
