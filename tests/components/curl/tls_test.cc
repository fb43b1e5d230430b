#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "components/curl/harness.h"

namespace omni::curl_test {
namespace {

using ::testing::SizeIs;

Reply Ok(const Request&) { return Reply::Answer(200, "secret"); }

/// The options of a client that trusts this certificate only.
CurlHttpClientOptions Trusting(const Certificate& certificate) {
  CurlHttpClientOptions options = QuickOptions();
  options.ca_file = ::testing::TempDir() + "omni_" +
                    ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".pem";
  std::ofstream(options.ca_file) << certificate.Pem();
  return options;
}

TEST(CurlTlsTest, TrustsACertificateOfTheGivenAuthority) {
  const Certificate certificate("IP:127.0.0.1");
  Server server(Ok, certificate);
  const auto client = Open(Trusting(certificate));
  for (int i = 0; i < 2; ++i) {
    const Result result = Fetch(*client, Post(server.Url("/"), "body"));
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->body, "secret");
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST(CurlTlsTest, SendsNothingToWhomItDoesNotTrust) {
  const Certificate certificate("IP:127.0.0.1");
  const Certificate another("IP:127.0.0.1");
  Server server(Ok, certificate);
  for (const CurlHttpClientOptions& options : {QuickOptions(), Trusting(another)}) {
    EXPECT_EQ(Reason(Fetch(*Open(options), Post(server.Url("/"), "body"))),
              "certificate_untrusted");
  }
  EXPECT_EQ(server.connections(), 2U) << "another attempt would see the same certificate";
  EXPECT_THAT(server.requests(), SizeIs(0));
}

TEST(CurlTlsTest, TakesNoCertificateForAnotherName) {
  const Certificate certificate("DNS:elsewhere.example");
  Server server(Ok, certificate);
  EXPECT_EQ(Reason(Fetch(*Open(Trusting(certificate)), Get(server.Url("/")))),
            "certificate_untrusted");
  EXPECT_THAT(server.requests(), SizeIs(0));
}

TEST(CurlTlsTest, SaysSoWhenTheAuthoritiesCannotBeUsed) {
  const Certificate certificate("IP:127.0.0.1");
  Server server(Ok, certificate);
  CurlHttpClientOptions options = Trusting(certificate);
  std::ofstream(options.ca_file) << "no certificate";
  EXPECT_EQ(Reason(Fetch(*Open(options), Get(server.Url("/")))), "http_client_failed");
}

}  // namespace
}  // namespace omni::curl_test
