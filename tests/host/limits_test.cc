/// \file
/// Rates, origins and quotas of the host.

#include "limits/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

#include "limits/failed_logins.h"
#include "omni/error.h"

namespace host {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'705'314'600);  // January

TEST(TokenBucketTest, BeginsFullAndFillsAtItsRate) {
  TokenBucket bucket;
  const TokenBucket::Rate rate{.per_second = 2, .burst = 3};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.Take(rate, kNow), absl::ZeroDuration());
  EXPECT_EQ(bucket.Take(rate, kNow), absl::Milliseconds(500));
  EXPECT_EQ(bucket.Take(rate, kNow + absl::Milliseconds(500)), absl::ZeroDuration());
  EXPECT_GT(bucket.Take(rate, kNow + absl::Milliseconds(500)), absl::ZeroDuration());
  const absl::Time much_later = kNow + absl::Hours(1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.Take(rate, much_later), absl::ZeroDuration());
  EXPECT_GT(bucket.Take(rate, much_later), absl::ZeroDuration()) << "no more than the burst";
}

TEST(TokenBucketTest, AClockThatIsSetBackGivesNothingAndTakesNothing) {
  TokenBucket bucket;
  const TokenBucket::Rate rate{.per_second = 1, .burst = 2};
  EXPECT_EQ(bucket.Take(rate, kNow), absl::ZeroDuration());
  EXPECT_EQ(bucket.Take(rate, kNow - absl::Hours(1)), absl::ZeroDuration());
  EXPECT_EQ(bucket.Take(rate, kNow - absl::Hours(1)), absl::Seconds(1));
}

TEST(TokenBucketTest, TakesBackWhatWasTakenForNothing) {
  TokenBucket bucket;
  const TokenBucket::Rate rate{.per_second = 0.001, .burst = 2};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(bucket.Take(rate, kNow), absl::ZeroDuration());
    bucket.GiveBack();
  }
  bucket.GiveBack();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(bucket.Take(rate, kNow), absl::ZeroDuration());
  EXPECT_GT(bucket.Take(rate, kNow), absl::ZeroDuration()) << "no more than the burst";
}

omni::WebhookRequest From(std::string peer) {
  omni::WebhookRequest request;
  request.peer = std::move(peer);
  return request;
}

TEST(FailedLoginsTest, CountWhatFailedAndRefuseEverythingBeyond) {
  FailedLogins logins;
  logins.Configure({.per_minute = 1, .burst = 2});
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(logins.Begin("a", kNow).ok());
    logins.Succeed("a");
  }
  EXPECT_TRUE(logins.Begin("a", kNow).ok());
  EXPECT_TRUE(logins.Begin("a", kNow).ok());
  const omni::ErrorDetail detail = omni::GetErrorDetail(logins.Begin("a", kNow));
  EXPECT_EQ(detail.http_status, 429);
  EXPECT_EQ(detail.reason, "failed_logins");
  EXPECT_EQ(detail.retry_after, absl::Minutes(1));
  EXPECT_TRUE(logins.Begin("b", kNow).ok()) << "another address";
  EXPECT_TRUE(logins.Begin("a", kNow + absl::Minutes(1)).ok());
  EXPECT_FALSE(logins.Begin("a", kNow + absl::Minutes(1)).ok());
}

TEST(FailedLoginsTest, WhoeverHasAnIpv6AddressHasItsNetwork) {
  const omni::CidrSet none;
  EXPECT_EQ(GuesserOf(From("2001:db8:1:2::1"), none),
            GuesserOf(From("2001:db8:1:2:ffff::9"), none));
  EXPECT_NE(GuesserOf(From("2001:db8:1:2::1"), none), GuesserOf(From("2001:db8:1:3::1"), none));
  EXPECT_EQ(GuesserOf(From("192.0.2.7"), none), "192.0.2.7");
  EXPECT_NE(GuesserOf(From("192.0.2.7"), none), GuesserOf(From("192.0.2.8"), none));
  EXPECT_EQ(GuesserOf(From("nobody"), none), GuesserOf(From(""), none));
}

TEST(OriginBucketsTest, ForgetTheAddressThatWasSilentLongest) {
  OriginBuckets origins;
  const TokenBucket::Rate once{.per_second = 0.001, .burst = 1};
  const auto takes = [&](std::string_view origin) {
    return origins.Of(origin, 2).Take(once, kNow) == absl::ZeroDuration();
  };
  EXPECT_TRUE(takes("a"));
  EXPECT_TRUE(takes("b"));
  EXPECT_FALSE(takes("a"));
  EXPECT_TRUE(takes("c")) << "b is forgotten";
  EXPECT_FALSE(takes("a"));
  EXPECT_TRUE(takes("b"));
  EXPECT_EQ(origins.size(), 2U);
}

class QuotaBookTest : public ::testing::Test {
 protected:
  QuotaBookTest() : file_(::testing::TempDir() + "omni_quotas_" + std::to_string(getpid())) {}
  ~QuotaBookTest() override { std::filesystem::remove(file_); }

  const std::string file_;
};

TEST_F(QuotaBookTest, CountsByTenantAndMonth) {
  QuotaBook book("");
  EXPECT_EQ(book.Take("a", 1, kNow), absl::ZeroDuration());
  EXPECT_EQ(book.Take("a", 1, kNow), absl::FromUnixSeconds(1'706'745'600) - kNow);
  EXPECT_EQ(book.Take("b", 1, kNow), absl::ZeroDuration());
  EXPECT_EQ(book.Take("a", 2, kNow), absl::ZeroDuration()) << "a larger quota";
  EXPECT_EQ(book.Take("a", 1, kNow + absl::Hours(24 * 20)), absl::ZeroDuration()) << "February";
}

TEST_F(QuotaBookTest, OutlastsTheProcess) {
  {
    QuotaBook book(file_);
    EXPECT_EQ(book.Take("a", 2, kNow), absl::ZeroDuration());
    EXPECT_TRUE(book.Save().ok());
  }
  QuotaBook book(file_);
  EXPECT_EQ(book.Take("a", 2, kNow), absl::ZeroDuration());
  EXPECT_GT(book.Take("a", 2, kNow), absl::ZeroDuration());
  EXPECT_TRUE(book.Save().ok());
  QuotaBook next_month(file_);
  EXPECT_EQ(next_month.Take("a", 1, kNow + absl::Hours(24 * 20)), absl::ZeroDuration());
}

TEST_F(QuotaBookTest, TakesAFileThatIsNoneForAnEmptyBook) {
  std::FILE* const file = std::fopen(file_.c_str(), "w");
  std::fputs("{", file);
  std::fclose(file);
  QuotaBook book(file_);
  EXPECT_EQ(book.Take("a", 1, kNow), absl::ZeroDuration());
  EXPECT_TRUE(book.Save().ok());
}

TEST(LimitsTest, AreOffUntilTheyAreConfigured) {
  Limits limits("");
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_TRUE(limits.AdmitArrival({.client = "192.0.2.1", .now = kNow}).ok());
    ASSERT_TRUE(limits.AdmitProved({.tenant = "acme", .now = kNow}).ok());
  }
  limits.Configure({.per_tenant = TenantLimit{.burst = 1, .monthly_quota = 5},
                    .per_origin = OriginLimit{.burst = 1}});
  EXPECT_TRUE(limits.AdmitArrival({.client = "192.0.2.1", .now = kNow}).ok());
  const absl::Status refused = limits.AdmitArrival({.client = "192.0.2.1", .now = kNow});
  const omni::ErrorDetail detail = omni::GetErrorDetail(refused);
  EXPECT_EQ(detail.http_status, 429);
  EXPECT_EQ(detail.code, "RATE_LIMITED");
  EXPECT_GE(detail.retry_after, absl::Seconds(1));
  EXPECT_TRUE(limits.AdmitProved({.tenant = "acme", .now = kNow}).ok());
  EXPECT_EQ(omni::GetErrorDetail(limits.AdmitProved({.tenant = "acme", .now = kNow})).reason,
            "tenant_rate");
  limits.Configure({});
  EXPECT_TRUE(limits.AdmitProved({.tenant = "acme", .now = kNow}).ok());
}

}  // namespace
}  // namespace host
