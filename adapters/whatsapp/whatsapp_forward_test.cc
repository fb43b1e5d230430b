/// \file
/// Webhooks of WABAs that are mapped to other environments.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "omni/codec.h"
#include "whatsapp_test_gateway.h"

namespace omni::inline v0_1 {
namespace whatsapp::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr std::string_view kStaging = "https://staging.example.com/hooks";
constexpr std::string_view kDevelopment = "https://dev.example.com/";

/// A webhook with one message for each account. The spelling is nothing that a parser would write.
std::string Body(const std::vector<std::string>& accounts) {
  std::string body = R"({ "object" : "whatsapp_business_account","entry":[)";
  for (const std::string& account : accounts) {
    if (account != accounts.front()) body += ',';
    body += R"({"id":")" + account +
            R"(","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",)"
            R"("metadata":{"display_phone_number":"15551234567","phone_number_id":"1"},)"
            R"("messages":[{"from":"15559876543","id":"wamid.)" +
            account +
            R"(","timestamp":"1705314600","type":"text","text":{"body":"\u00e9\/"}}]}}]})";
  }
  return body + "]}\n";
}

std::vector<std::string> QueuedAccounts(const TestGateway& gateway) {
  std::vector<std::string> accounts;
  for (const Envelope& envelope : gateway.sink->accepted()) {
    accounts.push_back(EventFromJson(envelope.body)->account);
  }
  return accounts;
}

std::vector<std::string> Targets(const TestGateway& gateway) {
  std::vector<std::string> targets;
  for (const HttpRequest& request : gateway.http->sent()) targets.push_back(request.url);
  return targets;
}

class ForwardTest : public ::testing::Test {
 protected:
  void SetUp() override { gateway_.Open(); }
  TestGateway gateway_;
};

TEST_F(ForwardTest, PassesAMappedAccountOnByteForByteWithItsSignature) {
  gateway_.Map("7", kStaging);
  const std::string body = Body({"7"});
  const WebhookRequest request = SignedPost(body);
  EXPECT_EQ(gateway_.Send(request).status, 200);
  EXPECT_THAT(gateway_.sink->accepted(), IsEmpty());
  ASSERT_THAT(gateway_.http->sent(), SizeIs(1));
  const HttpRequest sent = gateway_.http->sent().front();
  EXPECT_EQ(sent.method, HttpMethod::kPost);
  EXPECT_EQ(sent.url, kStaging);
  EXPECT_EQ(sent.body, body);
  EXPECT_EQ(sent.headers.Find("X-Hub-Signature-256"), request.headers.Find("X-Hub-Signature-256"));
  EXPECT_EQ(sent.headers.Find("X-Omni-Forwarded"), "1");
  EXPECT_TRUE(sent.public_address_only);
}

TEST_F(ForwardTest, TheTargetCanProveWhatItGets) {
  gateway_.Map("7", kStaging);
  gateway_.Send(SignedPost(Body({"7"})));
  ASSERT_THAT(gateway_.http->sent(), SizeIs(1));
  const HttpRequest sent = gateway_.http->sent().front();
  TestGateway target;
  target.Open();
  WebhookRequest received{.method = sent.method, .target = std::string(kPath)};
  received.headers = sent.headers;
  received.body = sent.body;
  EXPECT_EQ(target.Send(received).status, 200);
  EXPECT_THAT(QueuedAccounts(target), ElementsAre("7"));
}

TEST_F(ForwardTest, AnUnmappedOrDisabledAccountStaysHere) {
  gateway_.Map("8", kStaging);
  gateway_.Map("7", kStaging);
  gateway_.Administer(HttpMethod::kPost, {}, R"({"wabaId":"7","enabled":false})");
  EXPECT_EQ(gateway_.Send(SignedPost(Body({"7"}))).status, 200);
  EXPECT_THAT(QueuedAccounts(gateway_), ElementsAre("7"));
  EXPECT_THAT(gateway_.http->sent(), IsEmpty());
}

// One signature covers all of the body, so every owner gets all of it.
TEST_F(ForwardTest, AMixedBatchGoesWholeToEveryOwnerAndOnlyTheRestIsQueued) {
  gateway_.Map("7", kStaging);
  gateway_.Map("8", kDevelopment);
  gateway_.Map("9", kStaging);
  const std::string body = Body({"7", "1", "8", "9", "2"});
  EXPECT_EQ(gateway_.Send(SignedPost(body)).status, 200);
  EXPECT_THAT(QueuedAccounts(gateway_), UnorderedElementsAre("1", "2"));
  EXPECT_THAT(Targets(gateway_), UnorderedElementsAre(kStaging, kDevelopment));
  for (const HttpRequest& sent : gateway_.http->sent()) EXPECT_EQ(sent.body, body);
}

TEST_F(ForwardTest, MapsAccountsThatNoChannelServes) {
  TestGateway narrow{.accounts = {"1"}};
  narrow.Open();
  narrow.Map("7", kStaging);
  EXPECT_EQ(narrow.Send(SignedPost(Body({"7"}))).status, 200);
  EXPECT_THAT(narrow.http->sent(), SizeIs(1));
  EXPECT_EQ(narrow.Send(SignedPost(Body({"8"}))).status, 404);
}

TEST_F(ForwardTest, AFailedTargetAsksMetaToRetryAndARetryDoesOnlyWhatIsMissing) {
  gateway_.Map("7", kStaging);
  gateway_.Map("8", kDevelopment);
  gateway_.http->SetAnswer([](const HttpRequest& request) -> absl::StatusOr<HttpResponse> {
    if (request.url == kDevelopment) return HttpResponse::Empty(502);
    return HttpResponse::Empty(200);
  });
  const WebhookRequest request = SignedPost(Body({"7", "8", "1"}));
  const HttpResponse response = gateway_.Send(request);
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(response.headers.Find("Retry-After").has_value());

  gateway_.http->SetAnswer(
      [](const HttpRequest&) -> absl::StatusOr<HttpResponse> { return HttpResponse::Empty(204); });
  EXPECT_EQ(gateway_.Send(request).status, 200);
  EXPECT_THAT(Targets(gateway_), ElementsAre(kStaging, kDevelopment, kDevelopment));
  EXPECT_THAT(QueuedAccounts(gateway_), ElementsAre("1"));
  EXPECT_EQ(gateway_.Send(request).status, 200);
  EXPECT_THAT(gateway_.http->sent(), SizeIs(3)) << "a third delivery repeats nothing";
}

TEST_F(ForwardTest, ARedirectOrAnUnreachableTargetIsNoSuccess) {
  gateway_.Map("7", kStaging);
  for (const auto& answer : std::vector<absl::StatusOr<HttpResponse>>{
           HttpResponse::Empty(302), HttpResponse::Empty(404), absl::UnavailableError("down")}) {
    gateway_.http->SetAnswer([answer](const HttpRequest&) { return answer; });
    EXPECT_EQ(gateway_.Send(SignedPost(Body({"7"}))).status, 503);
  }
}

TEST_F(ForwardTest, AForgedWebhookIsNotForwarded) {
  gateway_.Map("7", kStaging);
  WebhookRequest request = SignedPost(Body({"7"}));
  request.body += ' ';
  EXPECT_EQ(gateway_.Send(request).status, 401);
  EXPECT_THAT(gateway_.http->sent(), IsEmpty());
}

TEST_F(ForwardTest, WhatWasForwardedHereIsNotForwardedOn) {
  gateway_.Map("7", kStaging);
  WebhookRequest request = SignedPost(Body({"7"}));
  request.headers.Add("X-Omni-Forwarded", "1");
  EXPECT_EQ(gateway_.Send(request).status, 403);
  EXPECT_THAT(gateway_.http->sent(), IsEmpty());
  WebhookRequest own = SignedPost(Body({"1"}));
  own.headers.Add("X-Omni-Forwarded", "1");
  EXPECT_EQ(gateway_.Send(own).status, 200);
  EXPECT_THAT(QueuedAccounts(gateway_), ElementsAre("1"));
}

}  // namespace
}  // namespace whatsapp::testing
}  // namespace omni::inline v0_1
