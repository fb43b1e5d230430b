/// \file
/// Signatures, against the examples that AWS publishes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "components/aws/sigv4.h"

namespace omni::aws_test {
namespace {

// 2015-08-30T12:36:00Z
const absl::Time kTime = absl::FromUnixSeconds(1440938160);

constexpr const char* kSessionToken =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfI"
    "eoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0"
    "wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDry"
    "pNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

struct Vector {
  const char* name = "";
  HttpMethod method = HttpMethod::kPost;
  HttpHeaders headers = {};
  std::string body = {};
  std::string session_token = {};
  std::string names = {};
  std::string signature = {};
};

std::vector<Vector> Vectors() {
  return {
      {.name = "get-vanilla",
       .method = HttpMethod::kGet,
       .names = "host;x-amz-date",
       .signature = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {.name = "get-header-key-duplicate",
       .method = HttpMethod::kGet,
       .headers = {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
       .names = "host;my-header1;x-amz-date",
       .signature = "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
      {.name = "get-header-value-order",
       .method = HttpMethod::kGet,
       .headers = {{"My-Header1", "value4"},
                   {"My-Header1", "value1"},
                   {"My-Header1", "value3"},
                   {"My-Header1", "value2"}},
       .names = "host;my-header1;x-amz-date",
       .signature = "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
      {.name = "get-header-value-trim",
       .method = HttpMethod::kGet,
       .headers = {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
       .names = "host;my-header1;my-header2;x-amz-date",
       .signature = "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {.name = "post-vanilla",
       .names = "host;x-amz-date",
       .signature = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {.name = "post-header-key-sort",
       .headers = {{"My-Header1", "value1"}},
       .names = "host;my-header1;x-amz-date",
       .signature = "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
      {.name = "post-header-value-case",
       .headers = {{"My-Header1", "VALUE1"}},
       .names = "host;my-header1;x-amz-date",
       .signature = "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
      {.name = "post-sts-header-before",
       .session_token = kSessionToken,
       .names = "host;x-amz-date;x-amz-security-token",
       .signature = "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
      {.name = "post-x-www-form-urlencoded",
       .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
       .body = "Param1=value1",
       .names = "content-type;host;x-amz-date",
       .signature = "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
  };
}

TEST(AwsSignatureTest, IsAsPublished) {
  for (const Vector& vector : Vectors()) {
    const internal::AwsCredentials credentials = {
        .access_key_id = "AKIDEXAMPLE",
        .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        .session_token = Secret(vector.session_token)};
    HttpRequest request = {.method = vector.method,
                           .url = "https://example.amazonaws.com/",
                           .headers = vector.headers,
                           .body = vector.body};
    internal::SignAwsRequest(credentials,
                             {.region = "us-east-1", .service = "service", .time = kTime}, request);
    EXPECT_EQ(request.headers.Find("Authorization").value_or(""),
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
              "SignedHeaders=" +
                  vector.names + ", Signature=" + vector.signature)
        << vector.name;
    EXPECT_EQ(request.headers.Find("X-Amz-Date"), "20150830T123600Z");
  }
}

}  // namespace
}  // namespace omni::aws_test
