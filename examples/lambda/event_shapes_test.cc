#include "event_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "omni/json.h"

namespace lambda {
namespace {

using ::omni::HttpMethod;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kTwilioBody =
    "AccountSid=AC3f0c9a7be1d24586a9b7c0d1e2f3a4b5&Body=Is+my+order+on+its+way%3F+%F0%9F%93%A6"
    "&From=%2B14155550143&MessageSid=SM6b1f8e07c2d94a35b86e0f9d7c5a4b32&NumMedia=0"
    "&To=%2B15550100300";

HttpEvent Read(std::string_view json) {
  auto event = ReadEvent(json);
  EXPECT_TRUE(event.ok()) << event.status();
  return event.ok() ? *std::move(event) : HttpEvent{};
}

HttpEvent ReadFixture(const std::string& name) {
  std::ifstream file(TESTDATA "/" + name + ".json");
  return Read(std::string(std::istreambuf_iterator<char>(file), {}));
}

TEST(ReadEvent, TakesARestApisRequest) {
  const auto [format, request] = ReadFixture("rest_api");
  EXPECT_EQ(format, PayloadFormat::kVersion1);
  EXPECT_EQ(request.method, HttpMethod::kPost);
  EXPECT_EQ(request.target, "/twilio");
  EXPECT_EQ(request.external_url,
            "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod/twilio");
  EXPECT_EQ(request.headers.Find("x-twilio-signature"), "to be signed");
  EXPECT_EQ(request.body, kTwilioBody);
  EXPECT_EQ(request.peer, "54.172.60.10");
  EXPECT_TRUE(request.tls);
}

TEST(ReadEvent, TakesAnHttpApisRequest) {
  const auto [format, request] = ReadFixture("http_api");
  EXPECT_EQ(format, PayloadFormat::kVersion2);
  EXPECT_EQ(request.method, HttpMethod::kPost);
  EXPECT_EQ(request.target, "/twilio");
  EXPECT_EQ(request.external_url,
            "https://f6g7h8i9j0.execute-api.eu-central-1.amazonaws.com/live/twilio");
  EXPECT_EQ(request.headers.Find("X-Twilio-Signature"), "to be signed");
  EXPECT_EQ(request.body, kTwilioBody);
  EXPECT_EQ(request.peer, "54.172.60.10");
}

TEST(ReadEvent, TakesAFunctionUrlsRequest) {
  const auto [format, request] = ReadFixture("function_url");
  EXPECT_EQ(format, PayloadFormat::kVersion2);
  EXPECT_EQ(request.target, "/twilio");
  EXPECT_EQ(request.external_url,
            "https://k3l4m5n6o7p8q9r0s1t2u3v4w5x6y7z8.lambda-url.eu-central-1.on.aws/twilio");
  EXPECT_EQ(request.body, kTwilioBody);
}

TEST(ReadEvent, RebuildsTheQueryOfVersion1) {
  const auto request = Read(R"({"httpMethod": "GET", "path": "/hook", "headers": null,
      "multiValueQueryStringParameters": {"hub.mode": ["subscribe"], "a b": ["1&2", "ü"]},
      "queryStringParameters": {"hub.mode": "subscribe", "a b": "ü"},
      "requestContext": {"path": "/prod/hook", "domainName": "api.example.com"}})")
                           .request;
  EXPECT_EQ(request.target, "/hook?hub.mode=subscribe&a%20b=1%262&a%20b=%C3%BC");
  EXPECT_EQ(request.external_url, "https://api.example.com/prod" + request.target);
}

TEST(ReadEvent, KeepsEveryHeaderOfVersion1) {
  const auto request = Read(R"({"httpMethod": "GET", "path": "/", "headers": {"X-A": "2"},
      "multiValueHeaders": {"X-A": ["1", "2"]}, "requestContext": {}})")
                           .request;
  EXPECT_THAT(request.headers.FindAll("x-a"), ElementsAre("1", "2"));
  EXPECT_EQ(request.external_url, "");  // nobody says where
}

TEST(ReadEvent, LooksForSingleValuesWhereVersion1HasNoLists) {
  const auto request = Read(R"({"httpMethod": "GET", "path": "/", "headers": {"X-A": "2"},
      "queryStringParameters": {"q": "1"}, "requestContext": {}})")
                           .request;
  EXPECT_THAT(request.headers.FindAll("x-a"), ElementsAre("2"));
  EXPECT_EQ(request.target, "/?q=1");
}

TEST(ReadEvent, TakesTheStageOffAnHttpApisVersion1) {
  const auto request = Read(R"({"version": "1.0", "httpMethod": "POST", "path": "/dev/twilio",
      "requestContext": {"path": "/dev/twilio", "stage": "dev", "domainName": "a.example"}})")
                           .request;
  EXPECT_EQ(request.target, "/twilio");
  EXPECT_EQ(request.external_url, "https://a.example/dev/twilio");
}

std::string TargetOf(std::string_view path, std::string_view stage) {
  return Read(R"({"rawPath": ")" + std::string(path) + R"(", "rawQueryString": "x=%41+b",
      "requestContext": {"stage": ")" +
              std::string(stage) + R"(", "http": {"method": "GET"}}})")
      .request.target;
}

TEST(ReadEvent, TakesOffTheStageAndNothingElse) {
  EXPECT_EQ(TargetOf("/live/twilio", "live"), "/twilio?x=%41+b");
  EXPECT_EQ(TargetOf("/live", "live"), "/?x=%41+b");
  EXPECT_EQ(TargetOf("/lively/twilio", "live"), "/lively/twilio?x=%41+b");
  EXPECT_EQ(TargetOf("/twilio", "$default"), "/twilio?x=%41+b");
  EXPECT_EQ(TargetOf("", "live"), "?x=%41+b");
}

TEST(ReadEvent, JoinsCookies) {
  const auto request = Read(R"({"rawPath": "/", "rawQueryString": "", "cookies": ["a=1", "b=2"],
      "requestContext": {"http": {"method": "GET"}}})")
                           .request;
  EXPECT_EQ(request.headers.Find("Cookie"), "a=1; b=2");
}

TEST(ReadEvent, HasTheVeryBytesOfABody) {
  const auto request = Read(R"({"rawPath": "/", "body": "AP/+DQo=", "isBase64Encoded": true,
      "requestContext": {"http": {"method": "POST"}}})")
                           .request;
  EXPECT_EQ(request.body, std::string_view("\0\xff\xfe\r\n", 5));
}

TEST(ReadEvent, RefusesWhatIsNoRequest) {
  for (const char* json :
       {"", "[]", "{}", "null", R"({"Records": [{"eventSource": "aws:sqs", "body": "secret"}]})",
        R"({"rawPath": "/secret", "requestContext": {}})",
        R"({"httpMethod": "GET", "path": "/secret"})",
        R"({"rawPath": "/", "body": "no secret!", "isBase64Encoded": true,
            "requestContext": {"http": {"method": "POST"}}})"}) {
    const auto event = ReadEvent(json);
    EXPECT_TRUE(absl::IsInvalidArgument(event.status())) << json;
    EXPECT_THAT(std::string(event.status().message()), Not(HasSubstr("secret")));
  }
}

omni::HttpResponse Answer() {
  omni::HttpResponse answer = omni::HttpResponse::Json(503, R"({"a":"ü"})");
  answer.headers.Add("Vary", "Origin");
  answer.headers.Add("Set-Cookie", "a=1, x");
  answer.headers.Add("vary", "Accept");
  answer.headers.Add("set-cookie", "b=2");
  return answer;
}

TEST(WriteAnswer, ListsTheHeadersInVersion1) {
  const auto json = *omni::JsonDocument::Parse(WriteAnswer(PayloadFormat::kVersion1, Answer()));
  const omni::JsonValue root = json.root();
  EXPECT_EQ(root["statusCode"].AsInt64(), 503);
  EXPECT_EQ(root["multiValueHeaders"]["Vary"].raw(), R"(["Origin","Accept"])");
  EXPECT_EQ(root["multiValueHeaders"]["Set-Cookie"].raw(), R"(["a=1, x","b=2"])");
  EXPECT_EQ(root["multiValueHeaders"].size(), 3U);
  EXPECT_EQ(root["body"].text(), R"({"a":"ü"})");
  EXPECT_EQ(root["isBase64Encoded"].AsBool(), false);
}

TEST(WriteAnswer, JoinsTheHeadersInVersion2ButNotCookies) {
  const auto json = *omni::JsonDocument::Parse(WriteAnswer(PayloadFormat::kVersion2, Answer()));
  const omni::JsonValue root = json.root();
  EXPECT_EQ(root["headers"]["Vary"].text(), "Origin, Accept");
  EXPECT_EQ(root["headers"].size(), 2U);
  EXPECT_EQ(root["cookies"].raw(), R"(["a=1, x","b=2"])");
}

TEST(WriteAnswer, SendsBytesThatAreNoTextAsBase64) {
  const auto json = *omni::JsonDocument::Parse(
      WriteAnswer(PayloadFormat::kVersion2, omni::HttpResponse::Text(200, "\xff\xfe")));
  EXPECT_EQ(json.root()["body"].text(), "//4=");
  EXPECT_EQ(json.root()["isBase64Encoded"].AsBool(), true);
}

}  // namespace
}  // namespace lambda
