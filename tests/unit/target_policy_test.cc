#include "omni/support/target_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "omni/error.h"
#include "omni/testing/status_matchers.h"

namespace omni {
namespace {

using ::omni::testing::IsOk;
using ::omni::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

bool IsPublic(std::string_view text) {
  const std::optional<IpAddress> address = IpAddress::Parse(text);
  EXPECT_TRUE(address.has_value()) << text;
  return address && IsPublicAddress(*address);
}

TEST(IsPublicAddressTest, TakesWhatTheInternetRoutes) {
  for (std::string_view text :
       {"1.1.1.1", "8.8.8.8", "192.0.1.0", "223.255.255.255", "2606:4700::1", "2a00:1450:4001::5",
        "2001:200::1", "3ffe::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"}) {
    EXPECT_TRUE(IsPublic(text)) << text;
  }
}

TEST(IsPublicAddressTest, RefusesEverySpecialBlockUpToItsEdges) {
  struct Edges {
    std::string_view before, first, last, after;  // `before` and `after` are public, or empty
  };
  constexpr Edges kBlocks[] = {
      {"", "0.0.0.0", "0.255.255.255", "1.0.0.0"},
      {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
      {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
      {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
      {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
      {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
      {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
      {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
      {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
      {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
      {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
      {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
      {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
      {"223.255.255.255", "224.0.0.0", "255.255.255.255", ""},
      {"", "::", "1fff:ffff::", "2000::"},
      {"2000:ffff::", "2001::", "2001:1ff:ffff::", "2001:200::"},
      {"2001:db7:ffff::", "2001:db8::", "2001:db8:ffff::", "2001:db9::"},
      {"2001:ffff::", "2002::", "2002:ffff::", "2003::"},
      {"3ffe:ffff::", "3fff::", "3fff:fff:ffff::", "3fff:1000::"},
      {"3fff:ffff::", "4000::", "ffff:ffff::", ""},
  };
  for (const Edges& block : kBlocks) {
    EXPECT_FALSE(IsPublic(block.first)) << block.first;
    EXPECT_FALSE(IsPublic(block.last)) << block.last;
    EXPECT_TRUE(block.before.empty() || IsPublic(block.before)) << block.before;
    EXPECT_TRUE(block.after.empty() || IsPublic(block.after)) << block.after;
  }
}

TEST(IsPublicAddressTest, SeesThroughFormsThatHoldAnIpv4Address) {
  for (std::string_view text :
       {"::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:a9fe:a9fe", "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8", "::8.8.8.8", "2002:0808:0808::1",
        "2001:0:808:808::1", "::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1"}) {
    EXPECT_FALSE(IsPublic(text)) << text;
  }
}

TEST(CheckTargetTest, TakesHttpsUrlsOfPublicHosts) {
  for (std::string_view url :
       {"https://hooks.example.com/whatsapp", "HTTPS://Hooks.Example.COM",
        "https://a-b.example:8443", "https://xn--bcher-kva.example/?a=b&c=%20",
        "https://example.com./x", "https://8.8.8.8/x", "https://[2606:4700::1]:8443/",
        "https://a_b.example/", "https://127.example.com", "https://mylocal.example",
        "https://notlocalhost.example", "https://10.0.0.1.example/"}) {
    EXPECT_THAT(CheckTarget(url, {}), IsOk()) << url;
  }
}

struct Refusal {
  std::string_view url;
  std::string_view problem;
};

// Refused whatever the policy allows.
constexpr Refusal kNeverTargets[] = {
    {"", "absolute"},
    {"/path", "absolute"},
    {"hooks.example.com", "absolute"},
    {"ftp://hooks.example.com/", "absolute"},
    {"file:///etc/passwd", "absolute"},
    {"https://", "absolute"},
    {"https:///x", "absolute"},
    {"https://h.example:0/", "absolute"},
    {"https://h.example:65536/", "absolute"},
    {"https://h.example:/", "absolute"},
    {"https://h.example:80:80/", "absolute"},
    {"https://[::1", "absolute"},
    {"https://[fe80::1%25eth0]/", "absolute"},
    {"https://[127.0.0.1]/", "absolute"},
    {"https://user:password@h.example/", "credentials"},
    {"https://@h.example/", "credentials"},
    {"https://127.0.0.1@h.example/", "credentials"},
    {"https://h.example/#f", "fragment"},
    {"https://h.example#", "fragment"},
    {"https://h.example\\@127.0.0.1/", "characters"},
    {"https://h.example/a b", "characters"},
    {"https://h.example/\r\nX: y", "characters"},
    {"https://b\u00fccher.example/", "characters"},
    {"https://\uff11\uff12\uff17.0.0.1/", "characters"},  // digits of full width
    {"https://127%2e0.0.1/", "domain name"},
    {"https://h..example/", "domain name"},
    {"https://h.example../", "domain name"},
    {"https://./", "domain name"},
    {"https://-h.example/", "domain name"},
    {"https://h-.example/", "domain name"},
    {"https://h!.example/", "domain name"},
    {"https://2130706433/", "unusual"},
    {"https://134744072/", "unusual"},
    {"https://0x7f000001/", "unusual"},
    {"https://0X7F.1/", "unusual"},
    {"https://0177.0.0.1/", "unusual"},
    {"https://127.1/", "unusual"},
    {"https://127.0.0.0x1/", "unusual"},
    {"https://8.8.8.010/", "unusual"},
    {"https://256.256.256.256/", "unusual"},
    {"https://h.example.1/", "unusual"},
    {"https://0x/", "unusual"},
};

TEST(CheckTargetTest, RefusesWhatIsNoSoundTargetWhateverIsAllowed) {
  for (const Refusal& refusal : kNeverTargets) {
    const absl::Status status =
        CheckTarget(refusal.url, {.allow_http = true, .allow_private = true});
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                                 HasSubstr(std::string(refusal.problem))))
        << refusal.url;
    EXPECT_EQ(GetErrorDetail(status).reason, "target_refused");
    EXPECT_THAT(CheckTarget(refusal.url, {}), Not(IsOk())) << refusal.url;
  }
}

TEST(CheckTargetTest, RefusesPrivateHostsUnlessAllowed) {
  for (std::string_view url : {"https://localhost/",
                               "https://LOCALHOST:8443/",
                               "https://localhost./",
                               "https://a.localhost/",
                               "https://db.local/",
                               "https://db.LOCAL./",
                               "https://metadata/",
                               "https://metadata.google.internal/",
                               "https://router.home.arpa/",
                               "https://nas.lan/",
                               "https://127.0.0.1/",
                               "https://127.0.0.1./",
                               "https://10.0.0.1:8443/",
                               "https://0.0.0.0/",
                               "https://169.254.169.254/latest/meta-data",
                               "https://192.168.1.1/",
                               "https://[::1]/",
                               "https://[::]/",
                               "https://[::ffff:127.0.0.1]/",
                               "https://[::FFFF:7f00:1]/",
                               "https://[fd00::1]/",
                               "https://[fe80::1]/",
                               "https://[64:ff9b::a00:1]/"}) {
    EXPECT_THAT(CheckTarget(url, {}),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("has")))
        << url;
    EXPECT_THAT(CheckTarget(url, {.allow_private = true}), IsOk()) << url;
  }
}

TEST(CheckTargetTest, RefusesHttpUnlessAllowed) {
  EXPECT_THAT(CheckTarget("http://h.example/", {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not https")));
  EXPECT_THAT(CheckTarget("http://h.example/", {.allow_http = true}), IsOk());
  EXPECT_THAT(CheckTarget("http://127.0.0.1/", {.allow_http = true}), Not(IsOk()));
}

TEST(CheckTargetTest, BoundsEveryLength) {
  const std::string front = "https://h.example/";
  EXPECT_THAT(CheckTarget(front + std::string(2048 - front.size(), 'x'), {}), IsOk());
  EXPECT_THAT(CheckTarget(front + std::string(2049 - front.size(), 'x'), {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("longer")));
  EXPECT_THAT(CheckTarget("https://" + std::string(63, 'a') + ".example/", {}), IsOk());
  EXPECT_THAT(CheckTarget("https://" + std::string(64, 'a') + ".example/", {}), Not(IsOk()));
  std::string host = "example";
  while (host.size() + 10 <= 253) host = "abcdefghi." + host;
  EXPECT_THAT(CheckTarget("https://" + host, {}), IsOk());
  EXPECT_THAT(CheckTarget("https://abcdefghi." + host, {}), Not(IsOk()));
}

TEST(CheckTargetTest, SaysNothingOfTheUrlInItsError) {
  const absl::Status status = CheckTarget("http://10.0.0.1/?token=hunter2", {});
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("10.0.0.1")));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace omni
