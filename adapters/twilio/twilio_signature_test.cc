#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "omni/error.h"
#include "omni/testing/status_matchers.h"
#include "twilio_test_util.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

using ::omni::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::Not;

std::string Text(JsonValue value) { return std::string(value.text()); }

Presented FromVector(JsonValue vector) {
  Presented presented;
  presented.url = Text(vector["url"]);
  presented.body = Text(vector["raw_body"]);
  presented.signature = Text(vector["signature"]);
  if (const JsonValue type = vector["content_type"]; type.exists()) {
    presented.content_type = Text(type);
  }
  if (vector["method"].text() == "GET") presented.method = HttpMethod::kGet;
  return presented;
}

std::string ReasonOf(const absl::StatusOr<VerifyResult>& result) {
  return result.ok() ? "ok" : GetErrorDetail(result.status()).reason;
}

// A form without parameters, so that only the URL decides.
bool Accepts(std::string_view signed_url, std::string_view presented_url,
             const Options& options = {}) {
  const Presented presented = {.url = std::string(presented_url), .signature = Sign(signed_url)};
  return Verify(*NewAdapter(options), presented, KeysOf({kToken})).ok();
}

TEST(TwilioSignature, AcceptsEveryVectorOfTheOfficialSdk) {
  const auto adapter = NewAdapter();
  int count = 0;
  for (JsonValue vector : Vectors().root()["vectors"].elements()) {
    SCOPED_TRACE(vector["id"].text());
    const Presented presented = FromVector(vector);
    const KeySet keys = KeysOf({vector["auth_token"].text()});
    EXPECT_THAT(Verify(*adapter, presented, keys), IsOk());
    EXPECT_EQ(Sign(vector["string_to_sign"].text(), vector["auth_token"].text()),
              presented.signature);
    ++count;
  }
  EXPECT_EQ(count, 13);
}

TEST(TwilioSignature, AcceptsAndRejectsTheOtherUrlsOfTheVectorsAsTheSdkDoes) {
  const auto adapter = NewAdapter();
  int count = 0;
  const auto check = [&](const JsonValue vector, const JsonValue url, bool accepted) {
    if (!url.is_string()) return;
    Presented presented = FromVector(vector);
    presented.url = Text(url);
    EXPECT_EQ(Verify(*adapter, presented, KeysOf({kToken})).ok(), accepted) << presented.url;
    ++count;
  };
  for (JsonValue vector : Vectors().root()["vectors"].elements()) {
    check(vector, vector["presented_url"], true);
    // The SDK leaves it to its caller to cut user-info and fragment off.
    check(vector, vector["configured_url"], true);
    for (JsonValue url : vector["also_accepted_by_sdk_when_presented_url_is"].elements()) {
      check(vector, url, true);
    }
    for (JsonValue url : vector["rejected_by_sdk_when_presented_url_is"].elements()) {
      check(vector, url, false);
    }
  }
  EXPECT_EQ(count, 5);
}

TEST(TwilioSignature, RejectsEveryNegativeVector) {
  const auto adapter = NewAdapter();
  int count = 0;
  for (JsonValue vector : Vectors().root()["negative"].elements()) {
    SCOPED_TRACE(vector["id"].text());
    const KeySet keys = KeysOf({vector["auth_token"].text()});
    EXPECT_THAT(Verify(*adapter, FromVector(vector), keys), Not(IsOk()));
    ++count;
  }
  EXPECT_EQ(count, 8);
}

TEST(TwilioSignature, AcceptsEveryFixture) {
  const auto adapter = NewAdapter();
  int count = 0;
  for (const JsonMember& fixture : Vectors().root()["fixture_signatures"].members()) {
    SCOPED_TRACE(fixture.key);
    const Presented presented = {.url = Text(fixture.value["url"]),
                                 .body = ReadTestdata(fixture.key),
                                 .signature = Text(fixture.value["signature"])};
    EXPECT_THAT(Verify(*adapter, presented, KeysOf({kToken})), IsOk());
    ++count;
  }
  EXPECT_EQ(count, 38);
}

struct UrlCase {
  std::string_view signed_url;
  std::string_view presented_url;
  bool accepted;
};

TEST(TwilioSignature, AcceptsTheSpellingsOfAUrlThatTheOfficialSdkAccepts) {
  constexpr UrlCase kCases[] = {
      {"https://h.example/p", "https://h.example/p", true},
      {"https://h.example/p", "https://h.example:443/p", true},
      {"https://h.example:443/p", "https://h.example/p", true},
      {"http://h.example:80/p", "http://h.example/p", true},
      {"https://h.example/p", "https://h.example:8443/p", true},
      {"https://h.example:8443/p", "https://h.example:8443/p", true},
      {"https://h.example:8443/p", "https://h.example/p", false},
      {"https://h.example:8443/p", "https://h.example:9443/p", false},
      {"http://h.example/p", "https://h.example/p", false},
      {"https://h.example/p", "http://h.example/p", false},
      {"https://h.example/p?q=it%27s", "https://h.example/p?q=it's", true},
      {"https://h.example/p?q=it's", "https://h.example/p?q=it%27s", true},
      {"https://h.example/p?q=%20", "https://h.example/p?q=+", true},
      {"https://h.example/p?q=a%20b", "https://h.example/p?q=a b", true},
      {"https://h.example/p?q=+", "https://h.example/p?q=%20", false},
      {"https://h.example/p?u=https%3A%2F%2Fx", "https://h.example/p?u=https://x", true},
      {"https://h.example/p?u=https://x", "https://h.example/p?u=https%3A%2F%2Fx", false},
      {"https://h.example/p?q=!", "https://h.example/p?q=%21", true},
      {"https://h.example/p?q=%21", "https://h.example/p?q=!", false},
      {"https://h.example/p?q=%c3%a9", "https://h.example/p?q=%C3%A9", false},
      {"https://h.example/p?flag=", "https://h.example/p?flag", true},
      {"https://h.example/p?flag", "https://h.example/p?flag=", false},
      {"https://h.example/caf\xC3\xA9", "https://h.example/caf\xC3\xA9", true},
      {"https://h.example/caf%C3%A9", "https://h.example/caf\xC3\xA9", true},
      {"https://h.example/", "https://h.example", true},
      {"https://h.example", "https://h.example/", false},
      {"https://h.example/p", "https://h.example/p/", false},
      {"https://h.example/p?", "https://h.example/p", false},
      {"https://h.example/p", "https://h.example/p?", false},
      {"https://h.example/p", "https://H.Example/p", true},
      {"https://H.Example/p", "https://h.example/p", false},
      {"https://h.example/p", "HTTPS://h.example/p", true},
      {"https://h.example/b/p", "https://h.example/a/../b/./p", true},
      {"https://h.example/b/", "https://h.example/b/a/%2e%2E", true},
      {"https://h.example/a%22%3C%3E%60%7B%7D", "https://h.example/a\"<>`{}", true},
      {"https://h.example/p?1=a&2=b&x=1&x=3&y=2", "https://h.example/p?2=b&x=1&y=2&1=a&x=3", true},
      {"https://127.0.0.1/p?a=", "https://127.0.0.1/p?a", true},
      {"https://h.example/p", "https://h.example:70000/p", true},
      {"https://h.example:443/p?a=", "https://h.example:443/p?a", true},
  };
  for (const UrlCase& c : kCases) {
    EXPECT_EQ(Accepts(c.signed_url, c.presented_url), c.accepted)
        << c.signed_url << " presented as " << c.presented_url;
  }
}

TEST(TwilioSignature, CutsUserInfoAndFragmentOffAsTwilioDoes) {
  EXPECT_TRUE(Accepts("https://h.example/p", "https://user:pw@h.example/p#rc=2&rp=5xx"));
  EXPECT_TRUE(Accepts("https://h.example:8443/p?a=b", "https://us@er:p@h.example:8443/p?a=b#x"));
  EXPECT_FALSE(Accepts("https://user:pw@h.example/p", "https://user:pw@h.example/p"));
  EXPECT_FALSE(Accepts("https://h.example/p#rc=2", "https://h.example/p#rc=2"));
}

TEST(TwilioSignature, ReencodesTheQueryOnlyWhenTold) {
  EXPECT_FALSE(Accepts("https://h.example/p?q=%20", "https://h.example/p?q=+",
                       {.legacy_query_encoding = false}));
  EXPECT_TRUE(Accepts("https://h.example/p?q=%27", "https://h.example/p?q='",
                      {.legacy_query_encoding = false}));
}

TEST(TwilioSignature, DoesNotNormalizeAUrlThatAParserWouldShorten) {
  EXPECT_FALSE(Accepts("https://h.example/p?id=12", "https://h.example/p?id=1\t2"));
  EXPECT_FALSE(Accepts("https://h.example/p?id=12", "https://h.example/p?id=12 "));
}

TEST(TwilioSignature, HasNoNormalizedSpellingOfAnInvalidUrl) {
  for (std::string_view url :
       {"https://h.example:70000/p?a", "https://h ost/p?a", "https://1.2.3/p?a", "ftp://h/p?a",
        "https:///p?a", "https://h%41/p?a", "https://h\xC3\xA9/p?a", "https://[::1]/p?a", "https",
        "http:", "/p?a"}) {
    EXPECT_FALSE(Accepts(std::string(url) + "=", url)) << url;
  }
}

TEST(TwilioSignature, DeduplicatesAndSortsTheValuesOfARepeatedName) {
  const auto adapter = NewAdapter();
  Presented presented = {.signature = Sign(std::string(kSmsUrl) + "A1A2Bx")};
  for (std::string_view body : {"A=2&A=1&B=x&A=2", "B=x&A=1&A=2", "%41=1&B=%78&&A=2"}) {
    presented.body = body;
    EXPECT_THAT(Verify(*adapter, presented, KeysOf({kToken})), IsOk()) << body;
  }
}

TEST(TwilioSignature, KeepsTheBytesOfInvalidUtf8) {
  const Presented presented = {.body = "Body=%FF%FE",
                               .signature = Sign(std::string(kSmsUrl) + "Body\xFF\xFE")};
  EXPECT_THAT(Verify(*NewAdapter(), presented, KeysOf({kToken})), IsOk());
}

TEST(TwilioSignature, NamesTheKeyThatProvedARequest) {
  const Presented presented = {.signature = Sign(kSmsUrl)};
  const absl::StatusOr<VerifyResult> result =
      Verify(*NewAdapter(), presented, KeysOf({"new token", kToken}));
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->key_id, "authToken[1]");
}

TEST(TwilioSignature, SaysWhatIsCovered) {
  const auto adapter = NewAdapter({.accept_get = true});
  const KeySet keys = KeysOf({kToken});
  const Presented form = {.body = "A=1", .signature = Sign(std::string(kSmsUrl) + "A1")};
  EXPECT_TRUE(Verify(*adapter, form, keys)->coverage.body);
  EXPECT_TRUE(Verify(*adapter, form, keys)->coverage.url);

  const Presented get = {
      .signature = Sign(kSmsUrl), .content_type = "", .method = HttpMethod::kGet};
  EXPECT_FALSE(Verify(*adapter, get, keys)->coverage.body);
  EXPECT_TRUE(Verify(*adapter, get, keys)->coverage.url);
}

TEST(TwilioSignature, RejectsABodyThatTheSignatureDoesNotCover) {
  const auto adapter = NewAdapter();
  const KeySet keys = KeysOf({kToken});
  Presented presented = {.body = R"({"a":1})", .signature = Sign(kSmsUrl)};
  for (std::string_view type : {"application/json", "text/plain", "multipart/form-data", ""}) {
    presented.content_type = type;
    EXPECT_EQ(ReasonOf(Verify(*adapter, presented, keys)), "body_not_covered") << type;
  }
  presented.content_type = kFormType;
  presented.method = HttpMethod::kGet;
  EXPECT_EQ(ReasonOf(Verify(*adapter, presented, keys)), "body_not_covered");
}

TEST(TwilioSignature, ChecksTheHashOfAJsonBody) {
  const auto adapter = NewAdapter();
  const KeySet keys = KeysOf({kToken});
  const std::string body = R"({"a":1})";
  const std::string hash = HexEncode(AsView(Sha256(body)));
  const auto reason = [&](const std::string& url, const std::string& sent) {
    const Presented presented = {
        .url = url, .body = sent, .signature = Sign(url), .content_type = "application/json"};
    return ReasonOf(Verify(*adapter, presented, keys));
  };
  const std::string url = "https://h.example/p?bodySHA256=";
  EXPECT_EQ(reason(url + hash, body), "ok");
  EXPECT_EQ(reason(url + hash + "&x=1", body), "ok");
  EXPECT_EQ(reason(url + hash, body + " "), "body_hash_mismatch");
  EXPECT_EQ(reason(url + hash, ""), "body_hash_mismatch");
  EXPECT_EQ(reason(url, ""), "body_hash_mismatch");
  EXPECT_EQ(reason("https://h.example/bodySHA256", body), "body_hash_mismatch");
  std::string upper = hash;
  for (char& c : upper) c = c >= 'a' ? static_cast<char>(c - 32) : c;
  EXPECT_EQ(reason(url + upper, body), "body_hash_mismatch");
  EXPECT_EQ(reason("https://h.example/p?bodysha256=" + hash, body), "body_not_covered");
}

TEST(TwilioSignature, GivesAReasonForEveryRejection) {
  const auto adapter = NewAdapter();
  const KeySet keys = KeysOf({kToken});
  EXPECT_EQ(ReasonOf(Verify(*adapter, {.signature = ""}, keys)), "signature_missing");
  EXPECT_EQ(ReasonOf(Verify(*adapter, {.signature = "x"}, keys)), "signature_mismatch");
  EXPECT_EQ(ReasonOf(Verify(*adapter, {.signature = Sign(kSmsUrl)}, KeySet())), "no_key");
  EXPECT_EQ(ReasonOf(Verify(*adapter, {.url = "", .signature = Sign("")}, keys)), "url_unknown");

  const absl::Status status = Verify(*adapter, {.signature = "x"}, keys).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(GetErrorDetail(status).code, "INVALID_SIGNATURE");
  EXPECT_EQ(HttpStatusFor(status), 401);
}

TEST(TwilioSignature, RefusesAFormBeyondItsLimits) {
  std::string body;
  for (int i = 0; i < 1'001; ++i) body += "a=1&";
  const absl::Status status =
      Verify(*NewAdapter(), {.body = body, .signature = "x"}, KeysOf({kToken})).status();
  EXPECT_EQ(HttpStatusFor(status), 400);
}

// One line a step: `- key authToken[0]`.
std::vector<std::string> StepsOf(const Explanation& explanation) {
  std::vector<std::string> lines;
  for (const ExplanationStep& step : explanation.steps) {
    lines.push_back((step.passed ? "+ " : "- ") + step.step + " " + step.detail);
  }
  return lines;
}

TEST(TwilioSignature, ExplainsARejectionWithoutSecretsOrValues) {
  Explanation explanation;
  const Presented presented = {.url = "https://user:pw@h.example/p?token=hunter2&to=15185550142",
                               .body = "Body=canary&From=%2B15185550142&15185550142=x&a%20b=y",
                               .signature = "forged+signature+forged+sign="};
  ASSERT_THAT(Verify(*NewAdapter(), presented, KeysOf({"first token", kToken}), &explanation),
              Not(IsOk()));
  EXPECT_THAT(StepsOf(explanation),
              ElementsAre("+ signature header X-Twilio-Signature",
                          "+ canonical form 4 parameters, 42 bytes: ***0142 Body From [odd name]",
                          "- url variant as given, without port: "
                          "https://h.example/p?token=[7]&to=[11]",
                          "- url variant as given, with port: "
                          "https://h.example:443/p?token=[7]&to=[11]",
                          "- key authToken[0]", "- key authToken[1]"));
}

TEST(TwilioSignature, ExplainsAnAcceptance) {
  Explanation explanation;
  const Presented presented = {.url = "https://h.example/p?a=it's&b=/",
                               .signature = Sign("https://h.example/p?a=it%27s&b=/")};
  ASSERT_THAT(Verify(*NewAdapter(), presented, KeysOf({"other", kToken}), &explanation), IsOk());
  EXPECT_THAT(StepsOf(explanation),
              ElementsAre("+ signature header X-Twilio-Signature",
                          "+ canonical form 0 parameters, 0 bytes: ",
                          "- url variant as given, without port: https://h.example/p?a=[4]&b=[1]",
                          "- url variant as given, with port: "
                          "https://h.example:443/p?a=[4]&b=[1]",
                          "+ url variant normalized, without port: "
                          "https://h.example/p?a=[6]&b=[1]",
                          "- key authToken[0]", "+ key authToken[1]"));
}

}  // namespace
}  // namespace twilio
}  // namespace omni::inline v0_1
