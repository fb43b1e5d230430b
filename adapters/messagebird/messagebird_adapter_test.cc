#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "messagebird_test_gateway.h"
#include "messagebird_test_signatures.h"
#include "omni/error.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::omni::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(MessageBirdAdapter, SaysWhatItIs) {
  const AdapterInfo info = NewAdapter()->info();
  EXPECT_EQ(info.name, "messagebird");
  EXPECT_EQ(info.account_option, "channelId");
  EXPECT_TRUE(info.origin_authenticates);
  ASSERT_THAT(info.mounts, SizeIs(1));
  EXPECT_EQ(info.mounts[0].name, "receive");
  EXPECT_EQ(info.mounts[0].path, "/messagebird");
  EXPECT_EQ(info.mounts[0].cors_headers,
            "Content-Type, MessageBird-Signature, MessageBird-Signature-JWT, "
            "MessageBird-Request-Timestamp");
  EXPECT_THAT(info.mounts[0].methods, ElementsAre(HttpMethod::kPost, HttpMethod::kGet));
  ASSERT_THAT(info.secrets, SizeIs(1));
  EXPECT_EQ(info.secrets[0].name, "signingKey");
  EXPECT_FALSE(info.secrets[0].required);
}

TEST(MessageBirdAdapter, ReadsItsOptionsFromJson) {
  AdapterRegistry::Builder builder;
  Register(builder);
  OMNI_ASSERT_OK_AND_ASSIGN(const AdapterRegistry registry, std::move(builder).Build());
  OMNI_ASSERT_OK_AND_ASSIGN(const AdapterFactory* factory, registry.Find("messagebird"));
  const auto create = [&](std::string_view json) {
    const absl::StatusOr<JsonDocument> options = JsonDocument::Parse(json);
    const std::vector<std::string> reserved = {"adapter", "signingKey"};
    return factory->Create(
        {.options = options->root(), .path = "channels[0]", .reserved = reserved});
  };
  EXPECT_THAT(create(R"({"adapter":"messagebird","signingKey":"x"})"), IsOk());
  const auto adapter =
      create(R"({"clockSkew":"1s","maxAge":"10s","redeliveryAge":"1h","acceptBodySignature":false,)"
             R"("channelAddresses":[{"channelId":"c","address":"+15551234567"}]})");
  ASSERT_THAT(adapter, IsOk());
  const Presented presented = WithTimestamp({.body = kSms}, "", 11);
  const WebhookRequest request = MakeRequest(presented);
  const auto verdict = (*adapter)->Verify({.request = request,
                                           .mount = "receive",
                                           .path_params = {},
                                           .external_url = presented.url,
                                           .keys = KeysOf(presented.keys),
                                           .now = kNow});
  EXPECT_EQ(GetErrorDetail(verdict.status()).reason, "timestamp_out_of_window");
  EXPECT_THAT(
      create(R"({"clockSkew":"-1s","maxAge":5,"redeliverAge":"1h"})"),
      testing::StatusIs(absl::StatusCode::kInvalidArgument,
                        AllOf(HasSubstr("channels[0].clockSkew"), HasSubstr("channels[0].maxAge"),
                              HasSubstr("redeliveryAge"))));
}

TEST(MessageBirdAdapter, NamesTheMissingField) {
  struct Case {
    std::string_view body;
    std::string_view field;
  };
  constexpr Case kCases[] = {
      {"{}", "id"},
      {R"({"recipient":"15551234567","originator":"15559876543","body":"hi"})", "id"},
      {R"({"id":"","recipient":"15551234567","originator":"15559876543"})", "id"},
      {R"({"id":null,"recipient":"15551234567","originator":"15559876543"})", "id"},
      {R"({"id":{},"recipient":"15551234567","originator":"15559876543"})", "id"},
      {R"({"id":"1","recipient":"15551234567","body":"hi"})", "originator"},
      {R"({"id":"1","originator":"15559876543","body":"hi"})", "recipient"},
      {R"({"id":"1","shortcode":"51234","body":"hi"})", "originator"},
      {R"({"recipient":"15559876543","status":"delivered"})", "id"},
      {R"({"id":"1","status":"delivered"})", "recipient"},
      {R"({"reference":"r","status":"delivered"})", "recipient"},
  };
  for (const Case& c : kCases) {
    const absl::Status status = NormalizeJson(std::string(c.body)).status();
    const ErrorDetail detail = GetErrorDetail(status);
    EXPECT_EQ(detail.code, "MISSING_FIELD") << c.body;
    EXPECT_EQ(detail.field, c.field) << c.body;
    EXPECT_EQ(detail.http_status, 400) << c.body;
  }
  EXPECT_EQ(GetErrorDetail(NormalizeQuery("").status()).field, "id");
}

TEST(MessageBirdAdapter, RefusesJsonThatIsNoObject) {
  for (std::string_view body : {"[]", "[{}]", "1", "\"x\"", "null", "true", "{", "", "a=b"}) {
    const absl::Status status = NormalizeJson(std::string(body)).status();
    EXPECT_EQ(HttpStatusFor(status), 400) << body;
    EXPECT_EQ(GetErrorDetail(status).code, "INVALID_PAYLOAD") << body;
  }
}

TEST(MessageBirdAdapter, ChoosesTheParserByContentTypeAndThenByTheBody) {
  const std::string form = "id=1&recipient=15551234567&originator=15559876543&body=canary";
  struct Case {
    std::string_view content_type;
    std::string body;
    int status;
  };
  const Case cases[] = {
      {"application/json; charset=utf-8", kSms, 200},
      {"APPLICATION/JSON", kSms, 200},
      {"application/x-www-form-urlencoded", form, 200},
      {"", kSms, 200},
      {"", form, 200},
      {"text/plain", kSms, 200},
      {"text/plain", form, 415},
      {"multipart/form-data; boundary=x", "--x--", 415},
      {"application/json", form, 400},
      {"application/x-www-form-urlencoded", kSms, 200},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.content_type);
    Presented presented = {.headers = {}, .body = c.body};
    if (!c.content_type.empty()) presented.headers.Add("Content-Type", std::string(c.content_type));
    const auto result = Normalize(presented);
    EXPECT_EQ(HttpStatusFor(result.status()), c.status) << result.status();
    if (c.status != 200) continue;
    EXPECT_EQ(OnlyEvent(result).message->text, "canary");
  }
}

TEST(MessageBirdAdapter, ReadsOnlyWhatIsCovered) {
  const Presented get = {.method = HttpMethod::kGet,
                         .url = std::string(kUrl) + "?id=1&recipient=15551234567&status=sent"};
  EXPECT_THAT(Normalize(get, {.coverage = {.url = true}}), IsOk());
  EXPECT_THAT(Normalize(get, {.coverage = {.query = true}}), IsOk());
  const absl::Status query = Normalize(get, {.coverage = {.body = true}}).status();
  EXPECT_EQ(GetErrorDetail(query).reason, "query_not_covered");
  EXPECT_EQ(HttpStatusFor(query), 401);
  const absl::Status body = Normalize({.body = kSms}, {.coverage = {.url = true}}).status();
  EXPECT_EQ(GetErrorDetail(body).reason, "body_not_covered");
}

TEST(MessageBirdAdapter, RefusesMoreEventsThanAllowed) {
  // A failure and the opt-out that it tells.
  const std::string body = R"({"id":"1","recipient":"2","status":"failed","statusErrorCode":103})";
  EXPECT_THAT(Normalize({.body = body}, {.max_events = 2}), IsOk());
  const auto result = Normalize({.body = body}, {.max_events = 1});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(MessageBirdAdapter, RepeatsTheIdInItsAnswer) {
  const auto ack = [](std::string body) {
    const auto result = NormalizeJson(std::move(body));
    return result.ok() ? result->ack.body : result.status().ToString();
  };
  EXPECT_EQ(ack(kSms), R"({"success":true,"messageId":"1"})");
  EXPECT_EQ(ack(R"({"id":4294967301,"recipient":"2","status":"sent"})"),
            R"({"success":true,"messageId":"4294967301"})");
  EXPECT_EQ(ack(R"({"id":"a\"b","recipient":"2","status":"sent"})"),
            R"({"success":true,"messageId":"a\"b"})");
  EXPECT_EQ(ack(R"({"reference":"r","recipient":"2","status":"sent"})"), R"({"success":true})");
  EXPECT_EQ(ack(R"({"type":"message.created","message":{"id":"m1"}})"),
            R"({"success":true,"messageId":"m1"})");
  EXPECT_EQ(ack(R"({"type":"conversation.created","conversation":{"id":"c1"}})"),
            R"({"success":true,"messageId":"c1"})");
  EXPECT_EQ(ack(R"({"service":"channels","event":"sms.inbound","payload":{"id":"p1"}})"),
            R"({"success":true,"messageId":"p1"})");
  EXPECT_EQ(ack(R"({"type":"sms.sent","data":{"sms_id":"s1"}})"),
            R"({"success":true,"messageId":"s1"})");
  EXPECT_EQ(ack(R"({"something":"else"})"), R"({"success":true})");
}

TEST(MessageBirdAdapter, AnUnknownShapeIsANoticeWithEverythingInIt) {
  struct Case {
    std::string_view body;
    std::string_view subject;
    std::string_view channel = "messagebird";
  };
  // `message` and `payload` are names of a text too.
  constexpr Case kCases[] = {
      {R"({"something":"else","n":[1,2]})", ""},
      {R"({"type":"hlr","msisdn":31612345678})", "hlr"},
      {R"({"type":"message.created","message":"none"})", "message.created"},
      {R"({"type":"sms.received","data":[]})", "sms.received"},
      {R"({"service":"channels","event":"sms.inbound","payload":"x"})", "sms.inbound", "sms"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.body);
    const Event event = EventOf(std::string(c.body));
    EXPECT_EQ(event.kind, EventKind::kNotice);
    EXPECT_EQ(event.channel, c.channel);
    EXPECT_EQ(event.notice->type, "unknown");
    EXPECT_EQ(event.conversation, "");
    EXPECT_EQ(event.notice->subject, c.subject);
    EXPECT_EQ(event.notice->detail.text, c.body);
  }
  const Event event = EventOfQuery("b=2&a=1&a=3");
  EXPECT_EQ(event.notice->detail.text, R"({"a":["1","3"],"b":"2"})");
}

// ---- through the gateway

TEST(MessageBirdAdapter, RefusesAForgedRequestWithTheContractsError) {
  TestGateway gateway;
  Presented presented = WithToken({.body = kSms});
  presented.headers.Set("MessageBird-Signature-JWT",
                        MakeToken(MakeClaims(presented), R"({"alg":"HS256"})", "forged key"));
  const HttpResponse response = gateway.Handle(presented);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.body,
            R"({"error":"the token's signature does not match","code":"INVALID_SIGNATURE",)"
            R"("requestId":"test"})");
  EXPECT_THAT(gateway.accepted(), IsEmpty());
  const std::string token(*presented.headers.Find("MessageBird-Signature-JWT"));
  for (std::string_view canary :
       {std::string_view("canary"), kKey, std::string_view(token).substr(token.rfind('.') + 1)}) {
    EXPECT_THAT(response.body, Not(HasSubstr(std::string(canary))));
    EXPECT_THAT(gateway.observer().AllText(), Not(HasSubstr(std::string(canary))));
  }
}

TEST(MessageBirdAdapter, AnAddressOnTheAllowListIsProofEnough) {
  TestGateway gateway({.keys = {}, .allow_from = {"192.0.2.0/24"}});
  EXPECT_EQ(gateway.Handle(Presented{.body = kSms}).status, 200);
  WebhookRequest foreign = MakeRequest({.body = kSms});
  foreign.peer = "198.51.100.7";
  const HttpResponse response = gateway.Handle(foreign);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr(R"("code":"FORBIDDEN")"));
  EXPECT_THAT(gateway.accepted(), SizeIs(1));
}

TEST(MessageBirdAdapter, AChannelWithoutAnyProofIsRefusedAtStart) {
  Gateway::Builder builder;
  builder.SetSink(std::make_shared<testing::RecordingSink>())
      .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
      .AddChannel({}, NewAdapter());
  EXPECT_THAT(std::move(builder).Build(*AdapterRegistry::Builder().Build()), Not(IsOk()));
}

TEST(MessageBirdAdapter, AnswersAPreflight) {
  TestGateway gateway;
  WebhookRequest request = MakeRequest({.method = HttpMethod::kOptions, .headers = {}});
  request.headers.Add("Origin", "https://app.example.com");
  const HttpResponse response = gateway.Handle(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.Find("Access-Control-Allow-Methods"), "POST, GET, OPTIONS");
  EXPECT_EQ(response.headers.Find("Access-Control-Allow-Headers"),
            "Content-Type, MessageBird-Signature, MessageBird-Signature-JWT, "
            "MessageBird-Request-Timestamp");
}

TEST(MessageBirdAdapter, RefusesOtherMethods) {
  TestGateway gateway;
  const HttpResponse response = gateway.Handle(Presented{.method = HttpMethod::kPut, .body = kSms});
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.Find("Allow"), "POST, GET, OPTIONS");
}

TEST(MessageBirdAdapter, TheSeedsPlaceholderIsNoSignature) {
  TestGateway gateway;
  Presented presented = {.body = kSms};
  presented.headers.Set("MessageBird-Signature", "sha256=abc123def456");
  presented.headers.Set("MessageBird-Request-Timestamp", "1705315800");
  EXPECT_EQ(gateway.Handle(presented).status, 401);
}

TEST(MessageBirdAdapter, AQueueThatIsDownAsksForARetryWhichIsThenAccepted) {
  TestGateway gateway;
  const Presented presented = WithToken({.body = kSms});
  gateway.sink().SetDecision([](const Envelope&) { return absl::UnavailableError("down"); });
  EXPECT_EQ(gateway.Handle(presented).status, 503);
  gateway.sink().SetDecision([](const Envelope&) { return absl::OkStatus(); });
  EXPECT_EQ(gateway.Handle(presented).status, 200);
  EXPECT_THAT(gateway.accepted(), SizeIs(1));
}

std::string ReportOf(std::string_view recipient) {
  return R"({"id":"1","status":"delivered","recipient":")" + std::string(recipient) + "\"}";
}

TEST(MessageBirdAdapter, OneSendToManyRecipientsGivesAsManyStatuses) {
  TestGateway gateway;
  int webhook = 0;
  for (std::string_view recipient : {"15559876543", "15559876544", "15559876543"}) {
    const Presented presented =
        WithToken({.body = ReportOf(recipient)}, "id-" + std::to_string(++webhook));
    EXPECT_EQ(gateway.Handle(presented).status, 200);
  }
  EXPECT_THAT(gateway.accepted(), SizeIs(2));
}

TEST(MessageBirdAdapter, ATokensIdIsGoodForOneWebhook) {
  TestGateway gateway;
  const Presented first = WithToken({.body = ReportOf("15559876543")}, "one");
  EXPECT_EQ(gateway.Handle(first).status, 200);
  EXPECT_EQ(gateway.Handle(first).status, 200);
  const HttpResponse second = gateway.Handle(WithToken({.body = ReportOf("15559876544")}, "one"));
  EXPECT_EQ(second.status, 401);
  EXPECT_THAT(second.body, HasSubstr(R"("code":"INVALID_SIGNATURE")"));
  EXPECT_THAT(gateway.accepted(), SizeIs(1));
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
