#include "omni/support/capsule_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/testing/status_matchers.h"
#include "unit/random_bytes.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::HasSubstr;

Capsule Full() {
  return {.id = "0190a5b2-7c3d-7e4f-8a1b-2c3d4e5f6a7b",
          .version = "0.1.0",
          .channel = "main-sms",
          .tenant = "acme",
          .request = {.method = HttpMethod::kPost,
                      .target = "/webhooks/sms?a=b",
                      .external_url = "https://example.com/webhooks/sms?a=b",
                      .headers = {{"X-A", "1"}, {"x-a", "2"}, {"X-B", ""}},
                      .body = "From=%2B1&Body=h%C3%A9",
                      .peer = "192.0.2.1",
                      .tls = true,
                      .received_at = absl::FromUnixMillis(1'700'000'000'123)},
          .authentication = "verified",
          .coverage = {.body = true, .url = false, .query = true},
          .key_id = "authToken[1]",
          .bound_account = "AC1",
          .reason = "missing_field",
          .message = "no `MessageSid`",
          .http_status = 400};
}

void ExpectEqual(const Capsule& actual, const Capsule& expected) {
  EXPECT_EQ(actual.id, expected.id);
  EXPECT_EQ(actual.version, expected.version);
  EXPECT_EQ(actual.channel, expected.channel);
  EXPECT_EQ(actual.tenant, expected.tenant);
  EXPECT_EQ(actual.request.method, expected.request.method);
  EXPECT_EQ(actual.request.target, expected.request.target);
  EXPECT_EQ(actual.request.external_url, expected.request.external_url);
  EXPECT_EQ(actual.request.headers.items(), expected.request.headers.items());
  EXPECT_EQ(actual.request.body, expected.request.body);
  EXPECT_EQ(actual.request.peer, expected.request.peer);
  EXPECT_EQ(actual.request.tls, expected.request.tls);
  EXPECT_EQ(actual.request.received_at, expected.request.received_at);
  EXPECT_EQ(actual.authentication, expected.authentication);
  EXPECT_EQ(actual.coverage.body, expected.coverage.body);
  EXPECT_EQ(actual.coverage.url, expected.coverage.url);
  EXPECT_EQ(actual.coverage.query, expected.coverage.query);
  EXPECT_EQ(actual.key_id, expected.key_id);
  EXPECT_EQ(actual.bound_account, expected.bound_account);
  EXPECT_EQ(actual.reason, expected.reason);
  EXPECT_EQ(actual.message, expected.message);
  EXPECT_EQ(actual.http_status, expected.http_status);
}

void ExpectRoundTrip(const Capsule& capsule) {
  const std::string json = ToJson(capsule);
  EXPECT_TRUE(IsValidUtf8(json));
  OMNI_ASSERT_OK_AND_ASSIGN(const Capsule read, CapsuleFromJson(json));
  ExpectEqual(read, capsule);
}

TEST(CapsuleCodecTest, WritesOneObjectThatAPersonCanRead) {
  EXPECT_EQ(
      ToJson(Full()),
      R"({"schema":"omni.capsule.v1","id":"0190a5b2-7c3d-7e4f-8a1b-2c3d4e5f6a7b",)"
      R"("version":"0.1.0","channel":"main-sms","tenant":"acme","reason":"missing_field",)"
      R"("message":"no `MessageSid`","httpStatus":400,"verdict":{"authentication":"verified",)"
      R"("coversBody":true,"coversUrl":false,"coversQuery":true,"keyId":"authToken[1]",)"
      R"("boundAccount":"AC1"},"request":{"method":"POST","target":"/webhooks/sms?a=b",)"
      R"("externalUrl":"https://example.com/webhooks/sms?a=b","peer":"192.0.2.1","tls":true,)"
      R"("receivedAt":"2023-11-14T22:13:20.123Z","headers":[{"name":"X-A","value":"1"},)"
      R"({"name":"x-a","value":"2"},{"name":"X-B"}],"body":"From=%2B1&Body=h%C3%A9"}})");
}

TEST(CapsuleCodecTest, ReadsWhatItWrote) {
  ExpectRoundTrip(Full());
  ExpectRoundTrip({});
  for (const HttpMethod method : {HttpMethod::kUnknown, HttpMethod::kGet, HttpMethod::kPut}) {
    ExpectRoundTrip({.request = {.method = method}});
  }
}

TEST(CapsuleCodecTest, GivesEveryByteBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    all.push_back(static_cast<char>(byte));
    const std::string one(1, static_cast<char>(byte));
    ExpectRoundTrip({.request = {.target = "/" + one,
                                 .external_url = one + "x",
                                 .headers = {{"X-" + one, one}, {one, "a" + one + "b"}},
                                 .body = one}});
  }
  ExpectRoundTrip(
      {.request = {.target = all, .external_url = all, .headers = {{all, all}}, .body = all}});
}

TEST(CapsuleCodecTest, GivesRandomBytesBack) {
  RandomBytes random;
  for (int i = 0; i < 500; ++i) {
    ExpectRoundTrip({.request = {.target = random.NextUpTo(20),
                                 .headers = {{random.NextUpTo(5), random.NextUpTo(9)}},
                                 .body = random.NextUpTo(60)}});
  }
}

TEST(CapsuleCodecTest, GivesATextBackThatLooksEncoded) {
  for (const char* text :
       {"base64:", "base64:AA==", "base64:not base64", "base64", "Base64:AA=="}) {
    ExpectRoundTrip({.request = {.target = text, .headers = {{text, text}}, .body = text}});
  }
}

TEST(CapsuleCodecTest, WritesTextAsText) {
  EXPECT_THAT(ToJson({.request = {.body = "héllo"}}), HasSubstr(R"("body":"héllo")"));
  EXPECT_THAT(ToJson({.request = {.body = "h\xE9llo"}}), HasSubstr(R"("body":"base64:aOlsbG8=")"));
}

TEST(CapsuleCodecTest, ReadsACapsuleOfALargeBodyWhateverItHolds) {
  constexpr std::size_t kBodyBytes = std::size_t{4} << 20;
  for (const char byte : {'a', '\x01', '\xFF'}) {
    const Capsule capsule{.request = {.body = std::string(kBodyBytes, byte)}};
    const auto read = CapsuleFromJson(ToJson(capsule));
    ASSERT_THAT(read, IsOk());
    EXPECT_TRUE(read->request.body == capsule.request.body);
  }
}

TEST(CapsuleCodecTest, SkipsWhatItDoesNotKnow) {
  OMNI_ASSERT_OK_AND_ASSIGN(
      const Capsule capsule,
      CapsuleFromJson(R"({"new":[{}],"schema":"omni.capsule.v1","id":"1","request":{"new":1,)"
                      R"("body":"b","headers":[{"name":"n","newer":null,"value":"v"}]},)"
                      R"("verdict":{"new":""}})"));
  EXPECT_EQ(capsule.id, "1");
  EXPECT_EQ(capsule.request.body, "b");
  EXPECT_EQ(capsule.request.headers.Find("n"), "v");
}

TEST(CapsuleCodecTest, RefusesWhatIsNoCapsule) {
  for (const char* json : {"{}", R"({"schema":""})", R"({"schema":"omni.event.v1"})",
                           R"({"schema":"omni.capsule.v2","id":"1"})"}) {
    EXPECT_THAT(CapsuleFromJson(json), StatusIs(absl::StatusCode::kInvalidArgument,
                                                HasSubstr("schema: expected omni.capsule.v1")))
        << json;
  }
  for (const char* json : {"", "[]", "null", "capsule", R"({"schema":"omni.capsule.v1")"}) {
    EXPECT_THAT(CapsuleFromJson(json), StatusIs(absl::StatusCode::kInvalidArgument, ::testing::_))
        << json;
  }
}

TEST(CapsuleCodecTest, NamesThePathOfAMistake) {
  struct Mistake {
    std::string_view members;
    std::string_view path;
  };
  for (const Mistake& mistake : std::vector<Mistake>{
           {R"("id":7)", "id"},
           {R"("httpStatus":"400")", "httpStatus"},
           {R"("verdict":[])", "verdict"},
           {R"("verdict":{"coversBody":1})", "verdict.coversBody"},
           {R"("request":{"receivedAt":"yesterday"})", "request.receivedAt"},
           {R"("request":{"headers":{}})", "request.headers"},
           {R"("request":{"headers":[{"name":1}]})", "request.headers[0].name"},
           {R"("request":{"target":"base64:A"})", "request.target"},
           {R"("request":{"externalUrl":"base64:?"})", "request.externalUrl"},
           {R"("request":{"body":"base64:AA="})", "request.body"},
           {R"("request":{"headers":[{},{"name":"base64:x"}]})",
            "request.headers[1].name: expected base64"},
           {R"("request":{"headers":[{"value":"base64:x"}]})", "request.headers[0].value"}}) {
    const std::string json = R"({"schema":"omni.capsule.v1",)" + std::string(mistake.members) + "}";
    EXPECT_THAT(CapsuleFromJson(json),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(std::string(mistake.path))))
        << json;
  }
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
