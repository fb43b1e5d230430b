// Keys, origins, and what is told of a verdict.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "messagebird_test_signatures.h"
#include "omni/error.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::omni::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(MessageBirdProof, TriesEveryKeyOfTheRing) {
  for (Presented presented :
       {WithToken({.body = kSms}), WithTimestamp({.body = kSms}, ""),
        WithTimestamp({.body = kSms}, kUrl), WithBodySignature({.body = kSms})}) {
    presented.keys = {"newer", std::string(kKey), "older"};
    const auto result = Verify(presented);
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->key_id, "signingKey[1]");
    presented.keys = {"newer", "older"};
    EXPECT_EQ(ReasonOf(Verify(presented)), "signature_mismatch");
  }
}

TEST(MessageBirdProof, AnAllowedOriginProvesTheWholeRequest) {
  const auto result = Verify({.body = kSms, .origin_allowed = true});
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->coverage.body);
  EXPECT_TRUE(result->coverage.url);
  EXPECT_EQ(result->key_id, "allowFrom");
}

TEST(MessageBirdProof, AWrongSignatureIsRefusedFromAnAllowedOriginToo) {
  Presented presented = WithToken({.body = kSms, .origin_allowed = true});
  EXPECT_THAT(Verify(presented), IsOk());
  presented.body += " ";
  EXPECT_EQ(ReasonOf(Verify(presented)), "body_hash_mismatch");
  // Without a key nobody can tell.
  presented.keys = {};
  EXPECT_THAT(Verify(presented), IsOk());
}

TEST(MessageBirdProof, WithoutKeyAndOriginNothingIsProved) {
  EXPECT_EQ(ReasonOf(Verify({.body = kSms})), "signature_missing");
  const absl::Status status = Verify({.body = kSms, .keys = {}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(GetErrorDetail(status).code, "FORBIDDEN");
  EXPECT_EQ(HttpStatusFor(status), 403);
  EXPECT_EQ(ReasonOf(Verify(WithToken({.body = kSms, .keys = {}}))), "origin_not_allowed");
}

// One line a step: `- key signingKey[0]`.
std::vector<std::string> StepsOf(const Explanation& explanation) {
  std::vector<std::string> lines;
  for (const ExplanationStep& step : explanation.steps) {
    lines.push_back((step.passed ? "+ " : "- ") + step.step + " " + step.detail);
  }
  return lines;
}

TEST(MessageBirdProof, ExplainsAToken) {
  Explanation explanation;
  Presented presented = WithToken({.body = kSms});
  presented.url = "https://user:pw@api.example.com:443/messagebird?token=hunter2";
  ASSERT_THAT(Verify(presented, {}, &explanation), Not(IsOk()));
  const std::string size =
      std::to_string(presented.headers.Find("MessageBird-Signature-JWT")->size());
  EXPECT_THAT(StepsOf(explanation),
              ElementsAre("+ header MessageBird-Signature-JWT", "+ token " + size + " bytes",
                          "+ algorithm of the token's header", "+ key signingKey[0]",
                          "+ claims issuer and times",
                          "- url hash https://api.example.com:443/messagebird?token=[7]",
                          "- url hash https://api.example.com/messagebird?token=[7]"));
}

TEST(MessageBirdProof, ExplainsAnOlderSignature) {
  Explanation explanation;
  Presented presented = WithTimestamp({.body = kSms}, kUrl, 100'000);
  ASSERT_THAT(Verify(presented, {}, &explanation), Not(IsOk()));
  EXPECT_THAT(StepsOf(explanation), ElementsAre("+ header MessageBird-Signature",
                                                "+ header MessageBird-Request-Timestamp",
                                                "- signed text query of 0 bytes, with any key",
                                                "+ signed text URL of 35 bytes, with signingKey[0]",
                                                "- timestamp 100000 s ago, at most 86400"));
}

TEST(MessageBirdProof, ExplainsAMissingSignature) {
  Explanation explanation;
  ASSERT_THAT(Verify({.body = kSms}, {}, &explanation), Not(IsOk()));
  EXPECT_THAT(StepsOf(explanation), ElementsAre("- address on allowFrom"));
}

TEST(MessageBirdProof, TellsNoSecretAndNoSignature) {
  std::vector<Presented> requests = {WithToken({.body = kSms}), WithTimestamp({.body = kSms}, ""),
                                     WithBodySignature({.body = kSms}), WithStandardSignature()};
  for (Presented& presented : requests) {
    presented.body += " tampered";
    Explanation explanation;
    const auto result = Verify(presented, {}, &explanation);
    std::string told = result.status().ToString();
    for (const ExplanationStep& step : explanation.steps) told += step.step + step.detail;
    EXPECT_THAT(explanation.steps, Not(IsEmpty()));
    EXPECT_THAT(told, Not(HasSubstr("tampered")));
    EXPECT_THAT(told, Not(HasSubstr("15551234567")));
    EXPECT_THAT(told, Not(HasSubstr(presented.keys.front())));
    for (const auto& [name, value] : presented.headers) {
      if (name == "Content-Type") continue;
      EXPECT_THAT(told, Not(HasSubstr(value))) << name;
    }
  }
}

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
