#include "omni/provenance.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <type_traits>

#include "omni/adapter.h"

namespace omni {
namespace {

WebhookRequest Request() {
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = "/in?x=1";
  request.headers.Add("X-Tag", "t");
  request.body = "body";
  return request;
}

TEST(SignedRequestTest, GivesOutAsSignedOnlyWhatIsCovered) {
  const WebhookRequest request = Request();
  const SignedRequest body_only(request, "https://h/in?x=1", Coverage{.body = true});
  ASSERT_TRUE(body_only.body().has_value());
  EXPECT_EQ(**body_only.body(), "body");
  EXPECT_FALSE(body_only.url().has_value());

  const SignedRequest url_only(request, "https://h/in?x=1", Coverage{.url = true});
  EXPECT_FALSE(url_only.body().has_value());
  EXPECT_EQ(**url_only.url(), "https://h/in?x=1");
}

TEST(SignedRequestTest, GivesOutTheQueryWhenItOrTheUrlIsCovered) {
  const WebhookRequest request = Request();
  const auto query = [&](std::string_view url, Coverage coverage) {
    const auto covered = SignedRequest(request, url, coverage).query();
    return covered.has_value() ? std::string(**covered) : "not covered";
  };
  EXPECT_EQ(query("https://h/in?y=2#f?z", Coverage{.query = true}), "y=2");
  EXPECT_EQ(query("https://h/in?y=2", Coverage{.url = true}), "y=2");
  EXPECT_EQ(query("https://h/in#?y=2", Coverage{.url = true}), "");
  EXPECT_EQ(query("", Coverage{.query = true}), "x=1");
  EXPECT_EQ(query("https://h/in?y=2", Coverage{.body = true}), "not covered");
  EXPECT_FALSE(SignedRequest(request, "https://h/in", Coverage{.query = true}).url().has_value());
}

TEST(SignedRequestTest, EverythingElseIsAClaim) {
  const WebhookRequest request = Request();
  const SignedRequest signed_request(request, "", Coverage{});
  EXPECT_EQ(signed_request.claimed_body().unverified(), "body");
  EXPECT_EQ(signed_request.claimed_target().unverified(), "/in?x=1");
  EXPECT_EQ(signed_request.claimed_header("x-tag").unverified(), "t");
  EXPECT_EQ(signed_request.claimed_header("absent").unverified(), "");
}

TEST(SignedTest, WhatIsDerivedFromSignedIsSigned) {
  const WebhookRequest request = Request();
  const SignedRequest signed_request(request, "", Coverage{.body = true});
  Signed<Event> event = signed_request.Prove(Event{.tenant = "acme"});
  event.Amend([](Event& e) { e.conversation = "c"; });
  const RouteKey key(event.Map([](const Event& e) { return e.tenant + ":q"; }),
                     event.Map([](const Event& e) { return e.conversation; }));
  EXPECT_EQ(key.queue(), "acme:q");
  EXPECT_EQ(key.group(*event), "c");
  EXPECT_FALSE(key.groups_by_conversation());
  EXPECT_EQ(RouteKey(event.Map([](const Event& e) { return e.tenant; })).group(*event), "c");
}

TEST(SignedTest, AClaimIsAcceptedOnlyInSoManyWords) {
  const WebhookRequest request = Request();
  const SignedRequest signed_request(request, "", Coverage{});
  const Claimed<std::string> claim("q");
  const Signed<std::string> trusted =
      TrustClaim(signed_request.proof(), claim, "a test: nothing depends on it");
  EXPECT_EQ(*trusted, "q");
  static_assert(!std::is_convertible_v<Claimed<std::string>, std::string>);
  static_assert(!std::is_constructible_v<Signed<std::string>, Claimed<std::string>>);
  static_assert(!std::is_default_constructible_v<Proof>);
}

}  // namespace
}  // namespace omni
