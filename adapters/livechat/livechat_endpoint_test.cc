/// \file
/// The contract's rows for LiveChat: methods, preflights and every status, with exact headers and
/// bodies.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "livechat_test_gateway.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using ::omni::testing::IsOk;
using Fields = HttpHeaders::Fields;

std::string Error(std::string_view message, std::string_view code) {
  std::string body = R"({"error":")";
  body.append(message).append(R"(","code":")").append(code);
  return body.append(R"(","requestId":"test"})");
}

WebhookRequest Preflight(std::string_view path, std::string_view origin) {
  WebhookRequest request;
  request.method = HttpMethod::kOptions;
  request.target = path;
  request.headers.Add("Origin", std::string(origin));
  request.headers.Add("Access-Control-Request-Method", "POST");
  return request;
}

TEST(PreflightTest, NamesMethodsHeadersAndAgeOnBothPaths) {
  TestGateway gateway;
  for (std::string_view path : {kWebhookPath, kChatPath}) {
    const HttpResponse response = gateway.Handle(Preflight(path, "https://app.example.com"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(response.headers.items(),
              (Fields{{"Access-Control-Allow-Methods", "POST, OPTIONS"},
                      {"Access-Control-Allow-Headers", "Content-Type, Authorization"},
                      {"Access-Control-Max-Age", "86400"},
                      {"Vary", "Origin"},
                      {"Access-Control-Allow-Origin", "https://app.example.com"},
                      {"X-Request-Id", "test"}}));
  }
}

TEST(PreflightTest, RefusesWhatIsNoIdentifierAndDoesNotTellWhichAreKnown) {
  TestGateway gateway;
  const HttpResponse refused =
      gateway.Handle(Preflight("/livechat/@@@", "https://app.example.com"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body,
            Error("the identifier is not base64 of orgId:userId:livechatId", "INVALID_IDENTIFIER"));
  const std::string unknown = "/livechat/" + Base64Encode("nobody:u:l");
  EXPECT_EQ(gateway.Handle(Preflight(unknown, "https://app.example.com")).status, 200);
}

TEST(PreflightTest, AllowsAnOriginOnlyWhereTheChannelDoes) {
  const struct {
    std::string_view origins, origin, allowed;
  } kCases[] = {
      {R"(,"allowedOrigins":["https://app.example.com"])", "https://evil.example", "-"},
      {R"(,"allowedOrigins":["*"])", "https://evil.example", "*"},
      {"", "https://app.example.com", "-"},
  };
  for (const auto& test : kCases) {
    const std::string channel =
        R"({"adapter":"livechat","webhookSecret":"s")" + std::string(test.origins) + "}";
    TestGateway gateway({channel});
    ASSERT_THAT(gateway.status(), IsOk());
    for (const WebhookRequest& request :
         {Preflight(kChatPath, test.origin),
          WithHeader(BarePost(kChatPath, "{}"), "Origin", test.origin)}) {
      const HttpResponse response = gateway.Handle(request);
      EXPECT_EQ(response.headers.Find("Access-Control-Allow-Origin").value_or("-"), test.allowed)
          << channel;
    }
  }
}

TEST(MethodTest, IsPostOnly) {
  TestGateway gateway;
  for (HttpMethod method : {HttpMethod::kGet, HttpMethod::kPut, HttpMethod::kDelete,
                            HttpMethod::kHead, HttpMethod::kPatch}) {
    for (std::string_view path : {kWebhookPath, kChatPath}) {
      WebhookRequest request = TokenPost(path, "{}");
      request.method = method;
      const HttpResponse response = gateway.Handle(request);
      EXPECT_EQ(response.status, 405);
      EXPECT_EQ(response.headers.Find("Allow"), "POST, OPTIONS");
      EXPECT_EQ(response.body,
                Error("this endpoint does not take that method", "METHOD_NOT_ALLOWED"));
    }
  }
}

struct ErrorRow {
  std::string target;
  std::string body;
  int status;
  std::string error;
};

TEST(ErrorTest, HasTheContractsStatusCodeAndBody) {
  const std::string webhook(kWebhookPath);
  const std::string chat(kChatPath);
  const ErrorRow kCases[] = {
      {webhook + "/x", "{}", 404, Error("there is no endpoint at this path", "NOT_FOUND")},
      {"/webhooks/livechat/", "{}", 404, Error("there is no endpoint at this path", "NOT_FOUND")},
      {"/livechat/org123:user456:lc-789", "{}", 400,
       Error("the identifier is not base64 of orgId:userId:livechatId", "INVALID_IDENTIFIER")},
      {webhook, "[]", 400, Error("the body is not a JSON object", "INVALID_PAYLOAD")},
      {webhook, "{}", 400, Error("missing required field: event", "MISSING_FIELD")},
      {chat, R"({"event":"incoming_message","message":{"id":"m"}})", 400,
       Error("missing required field: chat_id", "MISSING_FIELD")},
      {chat + "?action=delivery_status", "{}", 400,
       Error("missing required field: message_id", "MISSING_FIELD")},
      {chat + "?action=nonsense", "{}", 400, Error("there is no such action", "INVALID_PAYLOAD")},
      {chat + "?action=fetch_messages", "{}", 400,
       Error("missing required field: chat_id", "MISSING_FIELD")},
      {chat + "?action=fetch_messages&chat_id=c&limit=x", "{}", 400,
       Error("limit is not a positive integer", "INVALID_PAYLOAD")},
      {chat + "?action=fetch_messages&chat_id=c", "{}", 404,
       Error("no such conversation", "NOT_FOUND")},
      {chat + "?action=upload_media&chat_id=c", "{}", 415,
       Error("the body is not multipart/form-data", "UNSUPPORTED_MEDIA_TYPE")},
  };
  for (const ErrorRow& row : kCases) {
    TestGateway gateway;
    const HttpResponse response = gateway.Handle(TokenPost(row.target, row.body));
    EXPECT_EQ(response.status, row.status) << row.target;
    EXPECT_EQ(response.body, row.error) << row.target;
    EXPECT_EQ(response.headers.items(),
              (Fields{{"Content-Type", "application/json"}, {"X-Request-Id", "test"}}));
    EXPECT_TRUE(gateway.accepted().empty());
  }
}

TEST(ErrorTest, NamesTheContentTypeThatIsNotJson) {
  TestGateway gateway;
  const std::string body = Webhook("incoming_event", ChatEvent(""));
  for (std::string_view type : {"text/plain", "application/x-www-form-urlencoded"}) {
    const HttpResponse response =
        gateway.Handle(WithHeader(BarePost(kWebhookPath, body), "Content-Type", type));
    EXPECT_EQ(response.status, 415);
    EXPECT_EQ(response.body,
              Error("the content type is not application/json", "UNSUPPORTED_MEDIA_TYPE"));
  }
  const auto json = BarePost(kWebhookPath, body);
  EXPECT_EQ(
      gateway.Handle(WithHeader(json, "Content-Type", "application/json; charset=utf-8")).status,
      200);
}

TEST(ActionTest, OfTheQueryIsIgnoredOnTheFirstPathAndNeverTakenFromTheBody) {
  TestGateway gateway;
  const std::string body = Webhook("incoming_event", ChatEvent(""));
  const std::string webhook = std::string(kWebhookPath) + "?action=fetch_messages&chat_id=c";
  EXPECT_EQ(gateway.Handle(BarePost(webhook, body)).body,
            R"({"status":"received","messageId":"TFX1_1"})");
  const std::string fetch = Webhook("fetch_messages", R"({"chat_id":"CFX1"})");
  EXPECT_EQ(gateway.Handle(BarePost(kChatPath, fetch)).body,
            R"({"status":"processed","messageId":null,"queuedAt":"2026-02-03T15:10:00.412Z"})");
}

TEST(StoreTest, ThatIsNotThereIsNotFound) {
  AdapterRegistry::Builder adapters;
  Register(adapters);
  const auto registry = std::move(adapters).Build();
  Gateway::Builder builder;
  builder.SetSink(std::make_shared<omni::testing::RecordingSink>())
      .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
      .AddChannelJson(R"({"adapter":"livechat","apiToken":"fx-internal-token"})");
  const auto gateway = std::move(builder).Build(registry.value());
  ASSERT_THAT(gateway, IsOk());
  const std::string fetch = std::string(kChatPath) + "?action=fetch_messages&chat_id=c";
  EXPECT_EQ((*gateway)->HandleBlocking(TokenPost(fetch, "")).status, 404);
  EXPECT_EQ((*gateway)->HandleBlocking(Upload({{.name = "file", .content = "x"}})).status, 404);
}

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1
