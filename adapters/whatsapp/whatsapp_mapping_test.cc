/// \file
/// The mapping endpoint through the gateway: who may use it, what it answers, what it refuses.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "omni/json.h"
#include "whatsapp_test_gateway.h"

namespace omni::inline v0_1 {
namespace whatsapp::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kWaba = "102290129340398";
constexpr std::string_view kTarget = "https://staging.example.com/hooks?x=1";

std::string Code(const HttpResponse& response) {
  const auto document = JsonDocument::Parse(response.body);
  return document.ok() ? std::string(document->root()["code"].text()) : response.body;
}

class MappingTest : public ::testing::Test {
 protected:
  void SetUp() override { gateway_.Open(); }
  HttpResponse Post(std::string_view body) {
    return gateway_.Administer(HttpMethod::kPost, {}, std::string(body));
  }

  TestGateway gateway_;
};

TEST_F(MappingTest, CreatesAndAnswersAsTheContractSays) {
  const HttpResponse response =
      Post(R"({"wabaId":"102290129340398","targetUrl":"https://staging.example.com/hooks?x=1"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.Find("Content-Type"), "application/json");
  EXPECT_EQ(response.body,
            R"({"success":true,"mapping":{"wabaId":"102290129340398",)"
            R"("targetUrl":"https://staging.example.com/hooks?x=1","enabled":true,)"
            R"("createdAt":"2024-01-15T10:30:00.412Z","updatedAt":"2024-01-15T10:30:00.412Z"}})");
}

TEST_F(MappingTest, TakesTheIdAsANumber) {
  const HttpResponse response =
      Post(R"({"wabaId":102290129340398,"targetUrl":"https://staging.example.com/"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr(R"("wabaId":"102290129340398")"));
}

TEST_F(MappingTest, ChangesOnlyWhatIsGiven) {
  gateway_.Map(kWaba, kTarget);
  gateway_.clock->Advance(absl::Seconds(1));
  const HttpResponse disabled = Post(R"({"wabaId":"102290129340398","enabled":false})");
  EXPECT_EQ(disabled.body,
            R"({"success":true,"mapping":{"wabaId":"102290129340398",)"
            R"("targetUrl":"https://staging.example.com/hooks?x=1","enabled":false,)"
            R"("createdAt":"2024-01-15T10:30:00.412Z","updatedAt":"2024-01-15T10:30:01.412Z"}})");
  gateway_.Map(kWaba, "https://other.example.com/");
  const auto mapping = gateway_.mappings->Find({"default", "whatsapp"}, kWaba);
  ASSERT_TRUE(mapping.ok() && *mapping);
  EXPECT_EQ((*mapping)->target_url, "https://other.example.com/");
  EXPECT_FALSE((*mapping)->enabled) << "a new target does not enable";
}

TEST_F(MappingTest, ListsPageByPageAndRemoves) {
  for (std::string_view id : {"3", "1", "2"}) gateway_.Map(id, kTarget);
  const HttpResponse first = gateway_.Administer(HttpMethod::kGet, "limit=2", {});
  EXPECT_THAT(first.body, HasSubstr(R"("wabaId":"1")"));
  EXPECT_THAT(first.body, HasSubstr(R"("wabaId":"2")"));
  EXPECT_THAT(first.body, Not(HasSubstr(R"("wabaId":"3")")));
  EXPECT_THAT(first.body, HasSubstr(R"("hasMore":true)"));
  const HttpResponse second = gateway_.Administer(HttpMethod::kGet, "limit=2&after=2", {});
  EXPECT_THAT(second.body, HasSubstr(R"("wabaId":"3")"));
  EXPECT_THAT(second.body, HasSubstr(R"("hasMore":false)"));

  EXPECT_EQ(gateway_.Administer(HttpMethod::kDelete, "wabaId=2", {}).status, 200);
  EXPECT_EQ(gateway_.Administer(HttpMethod::kDelete, "wabaId=2", {}).status, 404);
  EXPECT_EQ(gateway_.Administer(HttpMethod::kGet, "wabaId=2", {}).body,
            R"({"success":true,"mappings":[],"hasMore":false})");
}

TEST_F(MappingTest, IsClosedWithoutTheToken) {
  for (const std::string_view authorization :
       {"", "Bearer", "Bearer ", "Bearer admin-token-canar", "Bearer admin-token-canary2",
        "Basic admin-token-canary", "admin-token-canary"}) {
    WebhookRequest request{.method = HttpMethod::kPost, .target = std::string(kMappingPath)};
    if (!authorization.empty()) request.headers.Add("Authorization", std::string(authorization));
    request.body = R"({"wabaId":"1","targetUrl":"https://evil.example.com/"})";
    const HttpResponse response = gateway_.Send(request);
    EXPECT_EQ(response.status, 401) << authorization;
    EXPECT_EQ(Code(response), "UNAUTHORIZED") << authorization;
  }
  EXPECT_EQ(gateway_.Administer(HttpMethod::kGet, {}, {}).body,
            R"({"success":true,"mappings":[],"hasMore":false})");
  EXPECT_THAT(gateway_.observer->AllText(), Not(HasSubstr("admin-token")));
}

TEST_F(MappingTest, SignatureOfTheCarrierIsNoToken) {
  WebhookRequest request = SignedPost(R"({"wabaId":"1","targetUrl":"https://evil.example.com/"})");
  request.target = kMappingPath;
  EXPECT_EQ(gateway_.Send(request).status, 401);
}

TEST_F(MappingTest, RefusesWhatIsMalformed) {
  struct Case {
    std::string_view body;
    std::string_view code;
  };
  for (const Case& test : {
           Case{"", "INVALID_PAYLOAD"},
           Case{"[]", "INVALID_PAYLOAD"},
           Case{R"({"targetUrl":"https://a.example.com/"})", "MISSING_FIELD"},
           Case{R"({"wabaId":"1"})", "MISSING_FIELD"},
           Case{R"({"wabaId":"../1","targetUrl":"https://a.example.com/"})", "INVALID_PAYLOAD"},
           Case{R"({"wabaId":"1","targetUrl":7})", "INVALID_PAYLOAD"},
           Case{R"({"wabaId":"1","targetUrl":"https://a.example.com/","enabled":"yes"})",
                "INVALID_PAYLOAD"},
       }) {
    const HttpResponse response = Post(test.body);
    EXPECT_EQ(response.status, 400) << test.body;
    EXPECT_EQ(Code(response), test.code) << test.body;
  }
  EXPECT_EQ(Post(R"({"wabaId":"1","enabled":true})").status, 404) << "there is none to enable";
  EXPECT_EQ(gateway_.Administer(HttpMethod::kGet, "limit=0", {}).status, 400);
  EXPECT_EQ(gateway_.Administer(HttpMethod::kGet, "limit=1e3", {}).status, 400);
  EXPECT_EQ(gateway_.Administer(HttpMethod::kPut, {}, {}).status, 405);
}

TEST_F(MappingTest, RefusesTargetsInsideTheNetwork) {
  for (const std::string_view target :
       {"http://staging.example.com/", "https://u:p@staging.example.com/", "https://127.0.0.1/",
        "https://[::1]/", "https://localhost/", "https://10.0.0.8/", "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data", "https://2130706433/", "https://0x7f.1/",
        "https://[::ffff:10.0.0.1]/", "https://metadata.internal/", "ftp://a.example.com/",
        "/relative", "https://a.example.com/#f", "https://a.example.com\\@127.0.0.1/"}) {
    const HttpResponse response = Post(R"({"wabaId":"1","targetUrl":)" + [&] {
      std::string text;
      JsonWriter(text).String(target);
      return text;
    }() + "}");
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_EQ(Code(response), "INVALID_PAYLOAD") << target;
  }
}

TEST_F(MappingTest, AllowsThemWhereTheChannelSaysSo) {
  TestGateway lenient{.options = {.mapping_allow_http = true, .mapping_allow_private = true}};
  lenient.Open();
  lenient.Map("1", "http://127.0.0.1:8080/hooks");
}

TEST_F(MappingTest, PreflightIsTheContracts) {
  WebhookRequest request{.method = HttpMethod::kOptions, .target = std::string(kMappingPath)};
  const HttpResponse response = gateway_.Send(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.Find("Access-Control-Allow-Methods"), "POST, OPTIONS");
  EXPECT_EQ(response.headers.Find("Access-Control-Allow-Headers"), "Content-Type, Authorization");
}

TEST_F(MappingTest, IsNotThereWithoutATokenOrAStore) {
  TestGateway tokenless{.with_admin_token = false};
  tokenless.Open();
  EXPECT_EQ(tokenless.Administer(HttpMethod::kGet, {}, {}).status, 404);
  TestGateway storeless{.with_mappings = false};
  storeless.Open();
  const HttpResponse response = storeless.Administer(HttpMethod::kGet, {}, {});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(Code(response), "NOT_FOUND");
}

}  // namespace
}  // namespace whatsapp::testing
}  // namespace omni::inline v0_1
