/// \file
/// The field rules, the endpoint for receipts, and the contract's errors.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "inteliquent_test_gateway.h"
#include "omni/error.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string ErrorBody(std::string_view error, std::string_view code) {
  return R"({"error":")" + std::string(error) + R"(","code":")" + std::string(code) +
         R"(","requestId":"test"})";
}

struct RuleCase {
  std::string body;
  std::string_view error;
};

std::vector<RuleCase> RuleCases() {
  return {
      {"{}", "messageId: required"},
      {R"({"type":"sms"})", "messageId: required"},
      {R"({"eventType":"x"})", "messageId: required"},
      {Message(R"("messageId":null)"), "messageId: required"},
      {Message(R"("messageId":"")"), "messageId: required"},
      {Message(R"("messageId":{})"), "messageId: not a string"},
      {Message(R"("messageId":true)"), "messageId: not a string"},
      {Message(R"("type":null)"), "type: required"},
      {Message(R"("type":"")"), "type: required"},
      {Message(R"("type":7)"), "type: not a string"},
      {Message(R"("from":null)"), "from: required"},
      {Message(R"("from":"")"), "from: required"},
      {Message(R"("from":["+12125550187"])"), "from: not a phone number"},
      {Message(R"("from":-1)"), "from: not a phone number"},
      {Message(R"("from":1.5)"), "from: not a phone number"},
      {Message(R"("to":null)"), "to: required"},
      {Message(R"("to":"")"), "to: required"},
      {Message(R"("to":{})"), "to: not a phone number"},
      {Message(R"("to":1e300)"), "to: not a phone number"},
      {Message(R"("timestamp":null)"), "timestamp: required"},
      {Message(R"("timestamp":"")"), "timestamp: required"},
      {Message(R"("timestamp":"yesterday")"), "timestamp: not an ISO 8601 time"},
      {Message(R"("timestamp":"2026-02-30T00:00:00Z")"), "timestamp: not an ISO 8601 time"},
      {Message(R"("timestamp":1770130800)"), "timestamp: not an ISO 8601 time"},
      {Receipt(R"("status":null)"), "status: required"},
      {Receipt(R"("status":"")"), "status: required"},
      {Receipt(R"("status":1)"), "status: not a string"},
      {Receipt(R"("timestamp":null)"), "timestamp: required"},
      {Receipt(R"("timestamp":[])"), "timestamp: not an ISO 8601 time"},
      {NativeMessage(R"("referenceId":null)"), "referenceId: required"},
      {NativeMessage(R"("referenceId":"")"), "referenceId: required"},
      {NativeMessage(R"("referenceId":[])"), "referenceId: not a string"},
      {NativeMessage(R"("from":null)"), "from: required"},
      {NativeMessage(R"("from":{})"), "from: not a phone number"},
      {NativeMessage(R"("to":null)"), "to: required"},
      {NativeMessage(R"("to":[])"), "to: not a list of phone numbers"},
      {NativeMessage(R"("to":[null,{},""])"), "to: not a list of phone numbers"},
      {NativeMessage(R"("to":true)"), "to: not a list of phone numbers"},
      {NativeMessage(R"("deliveryReceipt":"maybe")"), "deliveryReceipt: neither true nor false"},
      {NativeReceipt(R"("referenceId":null)"), "referenceId: required"},
      {NativeReceipt(R"("referenceId":null,"messageId":{})"), "messageId: not a string"},
  };
}

TEST(RuleTest, AnswersWithTheField) {
  TestGateway gateway;
  for (const RuleCase& c : RuleCases()) {
    SCOPED_TRACE(c.body);
    const HttpResponse response = gateway.Handle(ProvedPost(c.body));
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(response.body, ErrorBody(c.error, "UNPROCESSABLE"));
    EXPECT_EQ(gateway.LastReport().reason, "unprocessable");
  }
  EXPECT_THAT(gateway.accepted(), IsEmpty());
}

TEST(RuleTest, AnswersWithThePathInAListOfNothingElse) {
  TestGateway gateway;
  for (const RuleCase& c : RuleCases()) {
    SCOPED_TRACE(c.body);
    const HttpResponse response = gateway.Handle(ProvedPost("[" + c.body + "," + c.body + "]"));
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(response.body, ErrorBody("[0]." + std::string(c.error), "UNPROCESSABLE"));
  }
  EXPECT_EQ(gateway.Handle(ProvedPost("[7,null]")).body,
            ErrorBody("[0]: not an object", "UNPROCESSABLE"));
}

TEST(RuleTest, AnswersToABodyThatIsNoObject) {
  TestGateway gateway;
  for (std::string_view body : {"null", "5", "true", "\"text\""}) {
    const HttpResponse response = gateway.Handle(ProvedPost(std::string(body)));
    EXPECT_EQ(response.status, 422) << body;
    EXPECT_EQ(response.body, ErrorBody("the body is not an object", "UNPROCESSABLE"));
  }
  EXPECT_THAT(gateway.accepted(), IsEmpty());
}

TEST(RuleTest, ABrokenOneIsANoticeBesideObjectsThatAreWhole) {
  for (const RuleCase& c : RuleCases()) {
    SCOPED_TRACE(c.body);
    const auto result = Normalize("[" + c.body + ",7," + NativeMessage("") + "]");
    ASSERT_THAT(result, IsOk());
    ASSERT_THAT(result->events, SizeIs(3));
    EXPECT_EQ(result->events[0].event->notice->type, "unknown");
    EXPECT_EQ(result->events[0].event->notice->detail.text, c.body);
    EXPECT_EQ(result->events[1].event->notice->detail.text, "7");
    EXPECT_EQ(result->events[2].event->kind, EventKind::kMessage);
  }
}

TEST(RuleTest, WhatIsOptionalIsNeverARefusal) {
  for (std::string_view value : {"null", "7", "\"x\"", "[]", "{}", "true", "[{}]"}) {
    for (std::string_view name : {"text", "attachments", "errorCode", "zz"}) {
      const std::string member = "\"" + std::string(name) + "\":" + std::string(value);
      SCOPED_TRACE(member);
      EXPECT_THAT(Normalize(Message(member)), IsOk());
      EXPECT_THAT(Normalize(Receipt(member)), IsOk());
      EXPECT_THAT(Normalize(NativeMessage(member)), IsOk());
      EXPECT_THAT(Normalize(NativeReceipt(member)), IsOk());
    }
  }
}

WebhookRequest ToReceipts(std::string body) {
  WebhookRequest request = ProvedPost(std::move(body));
  request.target = kReceiptsPath;
  return request;
}

TEST(ReceiptsEndpointTest, TakesReceiptsOfBothShapes) {
  TestGateway gateway;
  for (const std::string& body : {Receipt(""), NativeReceipt("")}) {
    const HttpResponse response = gateway.Handle(ToReceipts(body));
    EXPECT_EQ(response.status, 200);
  }
  EXPECT_THAT(gateway.accepted(), SizeIs(2));
  // The same receipt at the other endpoint is the same receipt.
  EXPECT_EQ(gateway.Handle(ProvedPost(Receipt(""))).body,
            R"({"success":true,"messageId":"m1","status":"accepted"})");
  EXPECT_THAT(gateway.accepted(), SizeIs(2));
}

TEST(ReceiptsEndpointTest, TakesNothingElse) {
  TestGateway gateway;
  const RuleCase cases[] = {
      {Message(""), "type: only receipts are taken at this endpoint"},
      {R"({"messageId":"m1","type":"rcs"})", "type: only receipts are taken at this endpoint"},
      {NativeMessage(""), "deliveryReceipt: only receipts are taken at this endpoint"},
      {"{}", "messageId: required"},
  };
  for (const RuleCase& c : cases) {
    SCOPED_TRACE(c.body);
    const HttpResponse response = gateway.Handle(ToReceipts(c.body));
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(response.body, ErrorBody(c.error, "UNPROCESSABLE"));
  }
  EXPECT_THAT(gateway.accepted(), IsEmpty());
  EXPECT_EQ(gateway.Handle(ToReceipts(ReadTestdata("foreign_order_update_event.json"))).status,
            200);
}

TEST(ReceiptsEndpointTest, WantsTheSameProof) {
  TestGateway gateway;
  WebhookRequest request = ToReceipts(Receipt(""));
  EXPECT_EQ(gateway.Handle(WithHeader(request, "Authorization", "Bearer x")).status, 403);
  request = BarePost(Receipt(""));
  request.target = kReceiptsPath;
  EXPECT_EQ(gateway.Handle(request).status, 401);
}

TEST(ContractTest, RefusesWhatIsNoJson) {
  TestGateway gateway;
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("nonsense"), std::string("{}}"),
        std::string("\xff"), std::string(200'000, '[')}) {
    const HttpResponse response = gateway.Handle(ProvedPost(body));
    EXPECT_EQ(response.status, 400) << body.substr(0, 20);
    EXPECT_EQ(JsonDocument::Parse(response.body)->root()["code"].text(), "INVALID_PAYLOAD");
  }
}

TEST(ContractTest, RefusesAnotherContentType) {
  TestGateway gateway;
  const WebhookRequest request = ProvedPost(Message(""));
  for (const char* type :
       {"text/plain", "application/x-www-form-urlencoded", "application/jsonx"}) {
    const HttpResponse response = gateway.Handle(WithHeader(request, "Content-Type", type));
    EXPECT_EQ(response.status, 415) << type;
    EXPECT_EQ(response.body,
              ErrorBody("the content type is not application/json", "UNSUPPORTED_MEDIA_TYPE"));
  }
  for (const char* type : {"Application/JSON;charset=UTF-8", "application/json", ""}) {
    EXPECT_EQ(gateway.Handle(WithHeader(request, "Content-Type", type)).status, 200) << type;
  }
}

TEST(ContractTest, RefusesAnotherMethodPathOrSize) {
  TestGateway gateway;
  WebhookRequest request = ProvedPost(Message(""));
  request.method = HttpMethod::kGet;
  const HttpResponse not_allowed = gateway.Handle(request);
  EXPECT_EQ(not_allowed.status, 405);
  EXPECT_EQ(not_allowed.headers.Find("Allow"), "POST, OPTIONS");
  request = ProvedPost(Message(""));
  request.target = "/webhooks/inteliquent/other";
  EXPECT_EQ(gateway.Handle(request).status, 404);
  const std::string large = Message(R"("text":")" + std::string(1 << 20, 'x') + "\"");
  EXPECT_EQ(gateway.Handle(ProvedPost(large)).body,
            ErrorBody("the body is too large", "PAYLOAD_TOO_LARGE"));
}

TEST(ContractTest, AcknowledgesAnEmptyList) {
  const auto result = Normalize("[]");
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->events, IsEmpty());
  EXPECT_THAT(result->ignored, ElementsAre("empty"));
  EXPECT_EQ(result->ack.body, R"({"success":true,"status":"accepted"})");
}

TEST(ContractTest, HoldsSoManyEventsAndNoMore) {
  const std::string three = "[" + Receipt("") + "," + Receipt("") + "," + Receipt("") + "]";
  EXPECT_THAT(NormalizeWith({.body = three, .max_events = 3}), IsOk());
  const auto refused = NormalizeWith({.body = three, .max_events = 2});
  EXPECT_EQ(GetErrorDetail(refused.status()).http_status, 413);
}

TEST(ContractTest, AFullQueueMakesTheCarrierRetryAndNothingIsLost) {
  auto sink = std::make_shared<omni::testing::RecordingSink>();
  int calls = 0;
  sink->SetDecision([&calls](const Envelope&) {
    return ++calls == 2 ? absl::UnavailableError("full") : absl::OkStatus();
  });
  TestGateway gateway(kChannel, sink);
  const HttpResponse first = gateway.Handle(FixtureRequest("native_inbound_group"));
  EXPECT_EQ(first.status, 503);
  EXPECT_TRUE(first.headers.Find("Retry-After"));
  EXPECT_EQ(gateway.Handle(FixtureRequest("native_inbound_group")).status, 200);
  EXPECT_THAT(gateway.accepted(), SizeIs(2));
}

}  // namespace
}  // namespace testing
}  // namespace inteliquent
}  // namespace omni::inline v0_1
