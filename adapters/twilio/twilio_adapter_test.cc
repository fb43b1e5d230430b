#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "omni/adapters/twilio.h"
#include "omni/error.h"
#include "omni/testing/status_matchers.h"
#include "twilio_test_gateway.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

using ::omni::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::string_view kAccountField = "AccountSid=AC5a1d0c3b7e92f84610d3a5c7e9b1f204";
constexpr std::string_view kJsonUrl = "https://hooks.example.com/twilio/sms?bodySHA256=00";

std::string ClaimOf(const WebhookRequest& request) {
  return NewAdapter()->ClaimAccount({.request = request}).unverified();
}

TEST(TwilioAdapter, SaysWhatItIs) {
  const AdapterInfo info = NewAdapter()->info();
  EXPECT_EQ(info.name, "twilio");
  EXPECT_EQ(info.account_option, "accountSid");
  EXPECT_EQ(info.ack_deadline, absl::Seconds(15));
  ASSERT_THAT(info.mounts, SizeIs(1));
  EXPECT_EQ(info.mounts[0].name, "receive");
  EXPECT_EQ(info.mounts[0].path, "/twilio");
  EXPECT_EQ(info.mounts[0].cors_headers, "Content-Type, X-Twilio-Signature");
  EXPECT_THAT(info.mounts[0].methods, ElementsAre(HttpMethod::kPost));
  ASSERT_THAT(info.secrets, SizeIs(1));
  EXPECT_EQ(info.secrets[0].name, "authToken");
  EXPECT_TRUE(info.secrets[0].required);
}

TEST(TwilioAdapter, AcceptsGetOnlyWhenTold) {
  EXPECT_THAT(NewAdapter({.accept_get = true})->info().mounts[0].methods,
              ElementsAre(HttpMethod::kPost, HttpMethod::kGet));
}

TEST(TwilioAdapter, ReadsItsOptionsFromJson) {
  AdapterRegistry::Builder builder;
  Register(builder);
  OMNI_ASSERT_OK_AND_ASSIGN(const AdapterRegistry registry, std::move(builder).Build());
  OMNI_ASSERT_OK_AND_ASSIGN(const AdapterFactory* factory, registry.Find("twilio"));
  const auto create = [&](std::string_view json) {
    const absl::StatusOr<JsonDocument> options = JsonDocument::Parse(json);
    const std::vector<std::string> reserved = {"adapter", "authToken"};
    return factory->Create(
        {.options = options->root(), .path = "channels[0]", .reserved = reserved});
  };
  const auto adapter = create(R"({"adapter":"twilio","authToken":"x","acceptGet":true})");
  ASSERT_THAT(adapter, IsOk());
  EXPECT_THAT((*adapter)->info().mounts[0].methods, SizeIs(2));
  EXPECT_THAT(create(R"({"legacyQueryEncoding":"yes","aceptGet":true})"),
              testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                AllOf(HasSubstr("channels[0].legacyQueryEncoding"),
                                      HasSubstr("channels[0].aceptGet"), HasSubstr("acceptGet"))));
}

TEST(TwilioAdapter, ClaimsTheAccountOfAForm) {
  EXPECT_EQ(ClaimOf(MakeRequest({.body = std::string(kAccountField) + "&A=1"})), kAccount);
  EXPECT_EQ(ClaimOf(MakeRequest({.body = "A=1&&" + std::string(kAccountField)})), kAccount);
  EXPECT_EQ(ClaimOf(MakeRequest({.body = "AccountSid=AC%31"})), "AC1");
  EXPECT_EQ(ClaimOf(MakeRequest({.body = "XAccountSid=AC1&AccountSidX=AC2&AccountSid"})), "");
  EXPECT_EQ(ClaimOf(MakeRequest({.body = "AccountSid=" + std::string(65, 'A')})), "");
  EXPECT_EQ(ClaimOf(MakeRequest({.url = std::string(kSmsUrl) + "?AccountSid=AC1", .body = ""})),
            "");
}

TEST(TwilioAdapter, ClaimsTheAccountOfAQueryWhereThereIsNoForm) {
  const std::string url = std::string(kSmsUrl) + "?a=1&" + std::string(kAccountField);
  EXPECT_EQ(ClaimOf(MakeRequest({.url = url, .method = HttpMethod::kGet})), kAccount);
  EXPECT_EQ(ClaimOf(MakeRequest({.url = url, .content_type = "application/json"})), kAccount);
}

TEST(TwilioAdapter, NamesTheMissingField) {
  struct Case {
    std::string_view body;
    std::string_view field;
  };
  constexpr Case kCases[] = {
      {"", "MessageSid"},
      {"CallSid=CA1&AccountSid=AC1&From=1&To=2", "MessageSid"},
      {"MessageSid=&AccountSid=AC1&From=1&To=2", "MessageSid"},
      {"MessageSid=SM1&From=1&To=2", "AccountSid"},
      {"SmsSid=SM1&AccountSid=AC1&From=1&To=2&Body=", "MessageSid"},
      {"MessageSid=SM1&AccountSid=AC1&To=2&Body=", "From"},
      {"MessageSid=SM1&AccountSid=AC1&From=1&Body=", "To"},
      {"SmsStatus=sent&AccountSid=AC1", "MessageSid"},
      {"SmsStatus=sent&SmsSid=SM1", "AccountSid"},
      {"MessageStatus=sent&SmsSid=SM1&AccountSid=AC1", "MessageSid"},
      {"MessageStatus=sent&AccountSid=AC1", "MessageSid"},
      {"MessageStatus=sent&MessageSid=SM1", "AccountSid"},
      {"ConversationSid=CH1&EventType=onMessageAdded", "AccountSid"},
  };
  for (const Case& c : kCases) {
    const absl::Status status = NormalizeBody(std::string(c.body)).status();
    const ErrorDetail detail = GetErrorDetail(status);
    EXPECT_EQ(detail.code, "MISSING_FIELD") << c.body;
    EXPECT_EQ(detail.field, c.field) << c.body;
    EXPECT_EQ(detail.http_status, 400) << c.body;
  }
}

TEST(TwilioAdapter, WantsAForm) {
  const absl::Status status =
      Normalize({.presented = {.body = "{}", .content_type = "application/json"}}).status();
  EXPECT_EQ(HttpStatusFor(status), 415);
  EXPECT_EQ(GetErrorDetail(status).code, "UNSUPPORTED_MEDIA_TYPE");
  EXPECT_EQ(HttpStatusFor(Normalize({.presented = {.content_type = ""}}).status()), 415);
  EXPECT_THAT(Normalize({.presented = {.body = "MessageSid=SM1&AccountSid=AC1&From=1&To=2",
                                       .content_type = "Application/X-WWW-Form-Urlencoded; "
                                                       "charset=UTF-8"}}),
              IsOk());
}

TEST(TwilioAdapter, ReadsTheParametersOfAGetFromTheSignedUrl) {
  const std::string url = std::string(kSmsUrl) +
                          "?MessageSid=SM1&AccountSid=AC1&From=%2B15185550142&To=894546&Body=a+b";
  const Presented get = {.url = url, .content_type = "", .method = HttpMethod::kGet};
  const auto result = Normalize({.presented = get, .coverage = {.url = true}});
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->events[0].event->message->text, "a b");
  // A URL that nobody signed says nothing.
  EXPECT_THAT(Normalize({.presented = get, .coverage = {.body = true}}), Not(IsOk()));
}

TEST(TwilioAdapter, GivesANoticeForEachObjectOfAJsonBody) {
  const auto result = Normalize(
      {.presented = {.url = std::string(kJsonUrl),
                     .body =
                         R"([{"type": "a.b", "data": {"AccountSid": "AC1"}}, {"x": [1, 2]}, 7])",
                     .content_type = "application/json"},
       .keep_raw = true});
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(result->events, SizeIs(3));
  const Event& first = *result->events[0].event;
  EXPECT_EQ(first.kind, EventKind::kNotice);
  EXPECT_EQ(first.channel, "twilio");
  EXPECT_EQ(first.account, "AC1");
  EXPECT_EQ(first.conversation, "");
  EXPECT_EQ(first.notice->type, "unknown");
  EXPECT_EQ(first.notice->subject, "a.b");
  EXPECT_EQ(first.notice->detail.text, R"({"type":"a.b","data":{"AccountSid":"AC1"}})");
  EXPECT_EQ(first.raw, first.notice->detail);
  EXPECT_EQ(result->events[1].event->notice->detail.text, R"({"x":[1,2]})");
  EXPECT_EQ(result->events[1].event->account, "");
  EXPECT_EQ(result->events[2].event->notice->detail.text, "7");
  EXPECT_EQ(result->ack.headers.Find("Content-Type"), "text/xml");
}

TEST(TwilioAdapter, TakesTheAccountOfAJsonBodyFromTheUrlWhereTheBodyHasNone) {
  const auto result =
      Normalize({.presented = {.url = std::string(kJsonUrl) + "&AccountSid=AC2", .body = "{}"}});
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->events[0].event->account, "AC2");
}

TEST(TwilioAdapter, RefusesAJsonBodyThatIsNoneOrHoldsTooMuch) {
  EXPECT_EQ(HttpStatusFor(
                Normalize({.presented = {.url = std::string(kJsonUrl), .body = "a=b"}}).status()),
            400);
  EXPECT_EQ(
      Normalize({.presented = {.url = std::string(kJsonUrl), .body = "[1,2,3]"}, .max_events = 2})
          .status()
          .code(),
      absl::StatusCode::kResourceExhausted);
}

TEST(TwilioAdapter, RefusesAForgedRequestWithTheContractsError) {
  TestGateway gateway;
  const HttpResponse response = gateway.Handle({.body = "Body=canary", .signature = "forged"});
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(response.body, HasSubstr(R"("code":"INVALID_SIGNATURE")"));
  EXPECT_THAT(gateway.accepted(), IsEmpty());
  for (std::string_view canary : {"canary", "forged", "7f3c1e9a"}) {
    EXPECT_THAT(response.body, Not(HasSubstr(std::string(canary))));
    EXPECT_THAT(gateway.observer().AllText(), Not(HasSubstr(std::string(canary))));
  }
}

TEST(TwilioAdapter, ServesOnlyTheAccountsOfItsChannel) {
  TestGateway gateway({.accounts = {"AC00000000000000000000000000000001"}});
  const JsonValue fixtures = Vectors().root()["fixture_signatures"];
  const HttpResponse response =
      gateway.Handle(FixtureRequest({"sms_inbound.txt", fixtures["sms_inbound.txt"]}));
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(gateway.accepted(), IsEmpty());
}

}  // namespace
}  // namespace twilio
}  // namespace omni::inline v0_1
