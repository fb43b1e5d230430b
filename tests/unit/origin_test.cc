#include "omni/support/origin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "omni/testing/status_matchers.h"

namespace omni {
namespace {

using ::omni::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Optional;

CidrSet Blocks(const std::vector<std::string>& blocks) {
  absl::StatusOr<CidrSet> set = CidrSet::Parse(blocks);
  EXPECT_TRUE(set.ok()) << set.status();
  return *std::move(set);
}

IpAddress Ip(std::string_view text) {
  const std::optional<IpAddress> address = IpAddress::Parse(text);
  EXPECT_TRUE(address.has_value()) << text;
  return address.value_or(IpAddress{});
}

TEST(IpAddressTest, ReadsAndWritesBothFamilies) {
  for (std::string_view text : {"192.0.2.7", "0.0.0.0", "255.255.255.255", "2001:db8::7", "::1",
                                "::", "fe80::1234:5678:9abc:def0"}) {
    EXPECT_EQ(Ip(text).ToString(), text);
  }
  EXPECT_EQ(Ip("2001:DB8:0:0::7").ToString(), "2001:db8::7");
}

TEST(IpAddressTest, TheMappedSpellingIsTheSameAddress) {
  EXPECT_EQ(Ip("::ffff:192.0.2.7"), Ip("192.0.2.7"));
  EXPECT_EQ(Ip("::FFFF:c000:0207"), Ip("192.0.2.7"));
  EXPECT_EQ(Ip("::ffff:192.0.2.7").ToString(), "192.0.2.7");
  EXPECT_NE(Ip("::192.0.2.7"), Ip("192.0.2.7"));
}

TEST(IpAddressTest, RefusesEverythingElse) {
  for (std::string_view text :
       {"", "192.0.2", "192.0.2.7.1", "192.0.2.256", "192.0.2.07", "0300.0.2.7", "0xc0000207",
        "3221225991", "192.0.2.7 ", " 192.0.2.7", "192.0.2.7:80", "[::1]", "fe80::1%eth0",
        "2001:db8", "1::2::3", "12345::", "localhost",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000"}) {
    EXPECT_EQ(IpAddress::Parse(text), std::nullopt) << text;
  }
  EXPECT_EQ(IpAddress::Parse(std::string_view("192.0.2.7\0x", 11)), std::nullopt);
}

TEST(CidrSetTest, ContainsWhatItsBlocksCover) {
  const CidrSet set =
      Blocks({"198.51.100.0/24", "203.0.113.10", "2001:db8:beef::/48", "10.0.0.8/29"});
  for (std::string_view inside :
       {"198.51.100.0", "198.51.100.255", "::ffff:198.51.100.9", "203.0.113.10", "10.0.0.15",
        "2001:db8:beef::", "2001:db8:beef:ffff::1"}) {
    EXPECT_TRUE(set.Contains(Ip(inside))) << inside;
  }
  for (std::string_view outside :
       {"198.51.99.255", "198.51.101.0", "203.0.113.11", "10.0.0.7", "10.0.0.16",
        "2001:db8:beee:ffff::1", "2001:db8:bef0::", "::198.51.100.9"}) {
    EXPECT_FALSE(set.Contains(Ip(outside))) << outside;
  }
}

TEST(CidrSetTest, APrefixOfZeroIsOneWholeFamily) {
  EXPECT_TRUE(Blocks({"0.0.0.0/0"}).Contains(Ip("198.51.100.7")));
  EXPECT_FALSE(Blocks({"0.0.0.0/0"}).Contains(Ip("2001:db8::1")));
  EXPECT_TRUE(Blocks({"::/0"}).Contains(Ip("2001:db8::1")));
  EXPECT_FALSE(Blocks({"::/0"}).Contains(Ip("198.51.100.7")));
}

TEST(CidrSetTest, AMappedBlockIsAnIpv4Block) {
  EXPECT_TRUE(Blocks({"::ffff:198.51.100.0/120"}).Contains(Ip("198.51.100.7")));
}

TEST(CidrSetTest, AnEmptySetContainsNothing) {
  EXPECT_TRUE(Blocks({}).empty());
  EXPECT_FALSE(CidrSet().Contains(Ip("0.0.0.0")));
  EXPECT_FALSE(Blocks({"::/128"}).empty());
}

TEST(CidrSetTest, RefusesBrokenBlocksAndQuotesThem) {
  for (const std::string& block : std::vector<std::string>{
           "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8x",
           "10.0.0.0/8/8", "10.0.0.1/8", "10.0/8", "::/129", "2001:db8::1/32", "[::1]/128",
           "example.com", " 10.0.0.0/8", "10.0.0.0/99999999999"}) {
    EXPECT_THAT(CidrSet::Parse({"192.0.2.0/24", block}),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"" + block + "\"")))
        << block;
  }
}

struct ClientCase {
  std::string_view name;
  std::string peer;
  HttpHeaders headers;
  std::string_view client;  // empty: cannot be told
};

CidrSet Proxies() { return Blocks({"10.0.0.0/24", "fd00:10::/64", "203.0.113.10/32"}); }

void ExpectClients(const std::vector<ClientCase>& cases) {
  const CidrSet proxies = Proxies();
  for (const ClientCase& test : cases) {
    WebhookRequest request;
    request.peer = test.peer;
    request.headers = test.headers;
    const std::optional<IpAddress> client = ClientAddress(request, proxies);
    EXPECT_EQ(client ? client->ToString() : "", test.client) << test.name;
  }
}

TEST(ClientAddressTest, IsThePeerUnlessThatIsATrustedProxy) {
  ExpectClients({
      {"direct", "198.51.100.7", {}, "198.51.100.7"},
      {"direct, mapped", "::ffff:198.51.100.7", {}, "198.51.100.7"},
      {"forged header", "192.0.2.66", {{"X-Forwarded-For", "198.51.100.7"}}, "192.0.2.66"},
      {"forged Forwarded", "192.0.2.66", {{"Forwarded", "for=198.51.100.7"}}, "192.0.2.66"},
      {"no peer", "", {{"X-Forwarded-For", "198.51.100.7"}}, ""},
      {"no address", "unix:/run/x", {}, ""},
  });
}

TEST(ClientAddressTest, WalksXForwardedForFromTheRight) {
  const std::string peer = "10.0.0.5";
  const auto xff = [](std::string_view value) { return HttpHeaders{{"X-Forwarded-For", value}}; };
  ExpectClients({
      {"one proxy", peer, xff("198.51.100.7"), "198.51.100.7"},
      {"spoofed leftmost", peer, xff("198.51.100.7, 192.0.2.66"), "192.0.2.66"},
      {"two proxies", peer, xff("198.51.100.7, 203.0.113.10"), "198.51.100.7"},
      {"two proxies, spoofed", peer, xff("198.51.100.7, 192.0.2.66, 203.0.113.10"), "192.0.2.66"},
      {"two fields are one list",
       peer,
       {{"X-Forwarded-For", "198.51.100.7"}, {"x-forwarded-for", "192.0.2.66"}},
       "192.0.2.66"},
      {"mapped peer", "::ffff:10.0.0.5", xff("198.51.100.9"), "198.51.100.9"},
      {"mapped hop", peer, xff("::ffff:198.51.100.9"), "198.51.100.9"},
      {"IPv6", "fd00:10::3", xff("2001:db8:beef:1::25"), "2001:db8:beef:1::25"},
      {"IPv4 with port", peer, xff("198.51.100.7:53122"), "198.51.100.7"},
      {"IPv6 with port", peer, xff("[2001:db8:beef::1]:443"), "2001:db8:beef::1"},
      {"empty elements", peer, xff("198.51.100.7, ,203.0.113.10,"), "198.51.100.7"},
      {"garbage left of the client", peer, xff("<x>, 198.51.100.7"), "198.51.100.7"},
      {"X-Real-IP is ignored", peer, {{"X-Real-IP", "198.51.100.7"}}, ""},
  });
}

TEST(ClientAddressTest, IsUnknownWhereTheChainBreaks) {
  const std::string peer = "10.0.0.5";
  std::vector<ClientCase> cases = {{"no header", peer, {}, ""}};
  for (std::string hop : {"", "203.0.113.10", "unknown", "_hidden", "198.051.100.007", "0xc6336407",
                          "fe80::1%eth0", "198.51.100.7:0", "198.51.100.7:x", "[198.51.100.7]",
                          "[2001:db8::1", "198.51.100.7, <x>, 203.0.113.10", "host.example"}) {
    cases.push_back({hop, peer, {{"X-Forwarded-For", hop}}, ""});
  }
  ExpectClients(cases);
}

TEST(ClientAddressTest, WalksForwardedFromTheRight) {
  const std::string peer = "10.0.0.5";
  const auto forwarded = [](std::string_view value) { return HttpHeaders{{"Forwarded", value}}; };
  ExpectClients({
      {"IPv6", peer, forwarded(R"(for="[2001:db8:beef::2]:8443";proto=https)"), "2001:db8:beef::2"},
      {"last one", peer, forwarded("for=198.51.100.7, FOR=192.0.2.66;by=203.0.113.10"),
       "192.0.2.66"},
      {"two proxies", peer, forwarded("for=198.51.100.7, for=203.0.113.10"), "198.51.100.7"},
      {"spaces", peer, forwarded(" proto=http ; for=\"198.51.100.7:80\" ;"), "198.51.100.7"},
      {"two fields",
       peer,
       {{"Forwarded", "for=198.51.100.7"}, {"Forwarded", "for=192.0.2.66"}},
       "192.0.2.66"},
      {"obfuscated", peer, forwarded("for=_hidden"), ""},
      {"unknown", peer, forwarded("for=198.51.100.7, for=unknown"), ""},
      {"comma inside quotes", peer, forwarded("for=\"198.51.100.7, 192.0.2.1\""), ""},
      {"element without for", peer, forwarded("for=198.51.100.7, proto=https"), ""},
      {"unquoted IPv6", peer, forwarded("for=[2001:db8::1]"), ""},
      {"no value", peer, forwarded("for="), ""},
      {"open escape", peer, forwarded(R"(for="198.51.100.7\)"), ""},
      {"text after a value", peer, forwarded("for=198.51.100.7 x"), ""},
      {"escape", peer, forwarded(R"(for="198.51.100.\7")"), ""},
  });
}

TEST(ClientAddressTest, AnOpenQuoteDoesNotSwallowTheProxysOwnElement) {
  const std::string peer = "10.0.0.5";
  ExpectClients({
      {"open quote", peer, {{"Forwarded", "for=198.51.100.7;x=\", for=192.0.2.66"}}, ""},
      {"shifted quotes",
       peer,
       {{"Forwarded", "for=198.51.100.7, x=\", for=\"[2001:db8::1]\""}},
       ""},
      {"in a field of its own",
       peer,
       {{"Forwarded", "for=198.51.100.7;x=\""}, {"Forwarded", "for=192.0.2.66"}},
       "192.0.2.66"},
  });
}

TEST(ClientAddressTest, TwoHeadersMustAgree) {
  const std::string peer = "10.0.0.5";
  ExpectClients({
      {"agree",
       peer,
       {{"Forwarded", "for=198.51.100.7"}, {"X-Forwarded-For", "198.51.100.7"}},
       "198.51.100.7"},
      {"forged Forwarded passed on",
       peer,
       {{"Forwarded", "for=198.51.100.7"}, {"X-Forwarded-For", "192.0.2.66"}},
       ""},
      {"forged X-Forwarded-For passed on",
       peer,
       {{"X-Forwarded-For", "198.51.100.7"}, {"Forwarded", "for=192.0.2.66"}},
       ""},
  });
}

WebhookRequest RequestFor(std::string target, std::string host) {
  WebhookRequest request;
  request.target = std::move(target);
  request.peer = "10.0.0.5";
  if (!host.empty()) request.headers.Add("Host", std::move(host));
  return request;
}

TEST(ExternalUrlTest, TheHostsOwnWordWins) {
  WebhookRequest request = RequestFor("/x", "h");
  request.external_url = "https://seen/y?z";
  EXPECT_EQ(ExternalUrl(request, "https://public", CidrSet()), "https://seen/y?z");
}

TEST(ExternalUrlTest, ThePublicUrlIsFollowedByTheTarget) {
  const WebhookRequest request = RequestFor("/x?a=%2f", "ignored");
  EXPECT_EQ(ExternalUrl(request, "https://h", CidrSet()), "https://h/x?a=%2f");
  EXPECT_EQ(ExternalUrl(request, "https://h/", CidrSet()), "https://h/x?a=%2f");
  EXPECT_EQ(ExternalUrl(request, "https://h:8443/prefix", CidrSet()),
            "https://h:8443/prefix/x?a=%2f");
  EXPECT_EQ(ExternalUrl(request, "https://h/prefix/", CidrSet()), "https://h/prefix/x?a=%2f");
  EXPECT_EQ(ExternalUrl(RequestFor("", ""), "https://h", CidrSet()), "https://h");
}

TEST(ExternalUrlTest, ATargetCannotReachIntoTheHost) {
  for (const char* target : {".evil/", "@evil/", "evil", "http://evil/", ":1/", "*"}) {
    EXPECT_EQ(ExternalUrl(RequestFor(target, "h"), "https://h", CidrSet()), "") << target;
    EXPECT_EQ(ExternalUrl(RequestFor(target, "h"), "", CidrSet()), "") << target;
  }
}

TEST(ExternalUrlTest, RebuildsFromTheRequest) {
  WebhookRequest request = RequestFor("/x?y", "h.example:8080");
  EXPECT_EQ(ExternalUrl(request, "", CidrSet()), "http://h.example:8080/x?y");
  request.tls = true;
  EXPECT_EQ(ExternalUrl(request, "", CidrSet()), "https://h.example:8080/x?y");
  EXPECT_EQ(ExternalUrl(RequestFor("/", "[2001:db8::1]:81"), "", CidrSet()),
            "http://[2001:db8::1]:81/");
}

TEST(ExternalUrlTest, AnUnusableHostGivesNoUrl) {
  for (const char* host :
       {"",        "h x", "h/x",  "h?x",  "h#x",   "h@x",  "user@h", "h\\x",     "h:",   "h:x",
        "h:99999", ":80", "h,h2", "h%41", "h\r\n", "[::1", "[x]",    "\xc3\xbc", "h\"x", "<h>"}) {
    EXPECT_EQ(ExternalUrl(RequestFor("/x", host), "", CidrSet()), "") << host;
  }
  WebhookRequest two_hosts = RequestFor("/x", "h");
  two_hosts.headers.Add("Host", "h2");
  EXPECT_EQ(ExternalUrl(two_hosts, "", CidrSet()), "");
}

struct ProxyCase {
  HttpHeaders headers;
  std::string_view url;
};

TEST(ExternalUrlTest, BelievesForwardedHeadersOfATrustedProxyOnly) {
  const ProxyCase cases[] = {
      {{{"X-Forwarded-Proto", "https"}}, "https://inner:81/x"},
      {{{"X-Forwarded-Proto", "HTTPS, http"}}, "https://inner:81/x"},
      {{{"X-Forwarded-Proto", "gopher"}}, "http://inner:81/x"},
      {{{"X-Forwarded-Host", "h.example, inner"}}, "http://h.example/x"},
      {{{"X-Forwarded-Host", "h.example:8443"}, {"X-Forwarded-Port", "9"}},
       "http://h.example:8443/x"},
      {{{"X-Forwarded-Host", "h.example"}, {"X-Forwarded-Port", "8443, 1"}},
       "http://h.example:8443/x"},
      {{{"X-Forwarded-Host", "h.example"}, {"X-Forwarded-Port", "80"}}, "http://h.example/x"},
      {{{"X-Forwarded-Proto", "https"},
        {"X-Forwarded-Host", "h.example"},
        {"X-Forwarded-Port", "443"}},
       "https://h.example/x"},
      {{{"X-Forwarded-Host", "h.example"}, {"X-Forwarded-Port", "x"}}, "http://h.example/x"},
      {{{"X-Forwarded-Host", "bad host"}}, ""},
      {{{"Forwarded", "for=198.51.100.7;proto=https;host=h.example"}}, "https://h.example/x"},
      {{{"Forwarded", "for=198.51.100.7;proto=https;host=\"h.example:8443\""}},
       "https://h.example:8443/x"},
      {{{"Forwarded", "for=198.51.100.7;proto=https"}, {"X-Forwarded-Host", "h.example"}},
       "https://h.example/x"},
  };
  for (const ProxyCase& test : cases) {
    WebhookRequest request = RequestFor("/x", "inner:81");
    for (const auto& [name, value] : test.headers) request.headers.Add(name, value);
    EXPECT_EQ(ExternalUrl(request, "", Proxies()), test.url);
    request.peer = "192.0.2.66";
    EXPECT_EQ(ExternalUrl(request, "", Proxies()), "http://inner:81/x");
  }
}

TEST(ExternalUrlTest, TakesForwardedFromTheOutermostTrustedProxy) {
  WebhookRequest request = RequestFor("/x", "inner");
  request.headers.Add("Forwarded",
                      "for=192.0.2.1;host=forged;proto=http, "
                      "for=198.51.100.7;host=h.example;proto=https, for=203.0.113.10;host=middle");
  EXPECT_EQ(ExternalUrl(request, "", Proxies()), "https://h.example/x");
}

}  // namespace
}  // namespace omni
