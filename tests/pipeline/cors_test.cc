/// \file
/// Preflights, and what a browser may read of the real answers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";

WebhookRequest Preflight(std::string_view origin) {
  WebhookRequest request = MakePost("");
  request.method = HttpMethod::kOptions;
  request.headers = {};
  if (!origin.empty()) request.headers.Add("Origin", std::string(origin));
  return request;
}

TEST(CorsTest, APreflightNeedsNoProof) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  const HttpResponse response = harness.Send(Preflight("https://app.example.com"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(Header(response, "Access-Control-Allow-Methods"), "GET, POST, OPTIONS");
  EXPECT_EQ(Header(response, "Access-Control-Allow-Headers"), "Content-Type, X-Token");
  EXPECT_EQ(Header(response, "Access-Control-Max-Age"), "86400");
  EXPECT_EQ(Header(response, kAllowOrigin), "*");
  EXPECT_NE(Header(response, "X-Request-Id"), "");
  ASSERT_EQ(harness.observer->requests().size(), 1u);
  EXPECT_EQ(harness.observer->requests()[0].authentication, Authentication::kNone);
  EXPECT_EQ(harness.observer->requests()[0].reason, "ok");
}

struct OriginCase {
  const char* name;
  bool any_by_default;
  std::vector<std::string> listed;
  std::string_view origin;
  std::string_view allowed;  ///< empty: no such header
  std::string_view vary;
};

class CorsOriginTest : public ::testing::TestWithParam<OriginCase> {};

TEST_P(CorsOriginTest, IsAllowedAsConfigured) {
  const OriginCase& c = GetParam();
  Harness harness;
  harness.AddChannel({.any_origin = c.any_by_default}).allowed_origins = c.listed;
  ASSERT_THAT(harness.Open(), IsOk());
  const HttpResponse preflight = harness.Send(Preflight(c.origin));
  EXPECT_EQ(Header(preflight, kAllowOrigin), c.allowed);
  EXPECT_EQ(Header(preflight, "Vary"), c.vary);

  // The real answers say the same, refusals too.
  for (std::string_view token : {kToken, std::string_view("guess")}) {
    WebhookRequest request = MakePost(kOneMessage);
    request.headers.Set("X-Token", std::string(token));
    request.headers.Add("Origin", std::string(c.origin));
    const HttpResponse response = harness.Send(request);
    EXPECT_EQ(Header(response, kAllowOrigin), c.allowed);
    EXPECT_EQ(Header(response, "Vary"), c.vary);
  }
}

const std::string& App() {
  static const auto& app = *new std::string("https://app.example.com");
  return app;
}

INSTANTIATE_TEST_SUITE_P(
    All, CorsOriginTest,
    ::testing::Values(
        OriginCase{"AnyByDefault", true, {}, App(), "*", ""},
        OriginCase{"NoneByDefault", false, {}, App(), "", ""},
        OriginCase{"Listed", false, {App()}, App(), App(), "Origin"},
        OriginCase{"ListedEndsTheDefault", true, {App()}, "https://x.example", "", "Origin"},
        OriginCase{"Star", false, {"*"}, App(), "*", ""},
        OriginCase{"ListedBesideStar", false, {App(), "*"}, App(), App(), "Origin"},
        OriginCase{"StarBesideListed", false, {App(), "*"}, "https://x.example", "*", "Origin"},
        OriginCase{"CaseMatters", false, {App()}, "https://APP.example.com", "", "Origin"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(CorsTest, CarriersWithoutAnOriginHearNothingOfIt) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  EXPECT_EQ(Header(harness.Post(kOneMessage), kAllowOrigin), "");
}

TEST(CorsTest, ChannelsOfOnePathPoolTheirOrigins) {
  Harness harness;
  ChannelConfig& one = harness.AddChannel({.any_origin = false});
  one.accounts = {"AC1"};
  one.allowed_origins = {"https://one.example"};
  ChannelConfig& two = harness.AddChannel({.any_origin = false});
  two.accounts = {"AC2"};
  two.allowed_origins = {"https://two.example"};
  ASSERT_THAT(harness.Open(), IsOk());
  for (std::string_view origin : {"https://one.example", "https://two.example"}) {
    EXPECT_EQ(Header(harness.Send(Preflight(origin)), kAllowOrigin), origin);
  }
}

TEST(CorsTest, APreflightOfAnUnknownPathIsNotFound) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = Preflight("https://app.example.com");
  request.target = "/nowhere";
  EXPECT_EQ(harness.Send(request).status, 404);
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
