#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "components/curl/harness.h"

namespace omni::curl_test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

Reply Ok(const Request&) { return Reply::Answer(200, ""); }

HttpRequest PublicOnly(std::string url) {
  HttpRequest request = Get(std::move(url));
  request.public_address_only = true;
  return request;
}

TEST(CurlGuardTest, DoesNotConnectToAPrivateAddressUnderAnyName) {
  Server server(Ok);
  const auto client = Open();
  for (const char* host : {"localhost", "127.0.0.1", "0x7f.1", "2130706433", "0.0.0.0", "[::1]",
                           "[::ffff:127.0.0.1]", "%6c%6fcalhost"}) {
    const Result result = Fetch(*client, PublicOnly(server.Url(host, "/")));
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("public"))) << host;
    EXPECT_EQ(Reason(result), "address_not_public") << host;
  }
  EXPECT_EQ(server.connections(), 0U);
}

TEST(CurlGuardTest, ConnectsToItWhereThatIsNotForbidden) {
  Server server(Ok);
  EXPECT_THAT(Fetch(*Open(), Get(server.Url("localhost", "/"))), IsOk());
}

TEST(CurlGuardTest, DoesNotUseAConnectionToItThatAnotherRequestOpened) {
  Server server(Ok);
  const auto client = Open();
  ASSERT_THAT(Fetch(*client, Get(server.Url("/1"))), IsOk());
  ASSERT_THAT(Fetch(*client, Get(server.Url("/2"))), IsOk());
  ASSERT_EQ(server.connections(), 1U) << "the connection was not kept, so this test shows nothing";
  EXPECT_EQ(Reason(Fetch(*client, PublicOnly(server.Url("/3")))), "address_not_public");
  EXPECT_THAT(server.requests(), SizeIs(2));
}

}  // namespace
}  // namespace omni::curl_test
