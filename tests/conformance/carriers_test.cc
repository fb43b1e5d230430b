// Every adapter that ships is held to the kit, with the vectors in its folder.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/testing/conformance.h"
#include "omni/testing/status_matchers.h"
#include "paths/source_path.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

const AdapterRegistry& Adapters() {
  static const AdapterRegistry& registry = *[] {
    AdapterRegistry::Builder builder;
    RegisterAllAdapters(builder);
    return new AdapterRegistry(*std::move(builder).Build());
  }();
  return registry;
}

// A JSON body is hashed in the URL, and the URL is signed.
void SignTwilioJson(const SignParams& params) {
  constexpr std::string_view kHash = "bodySHA256=";
  const std::string hash = HexEncode(AsView(Sha256(params.request.body)));
  for (std::string* url : {&params.request.target, &params.request.external_url}) {
    const std::size_t at = url->find(kHash);
    if (at != url->npos) url->replace(at + kHash.size(), hash.size(), hash);
  }
  const Sha1Digest code = HmacSha1Key(params.secret).Sign(params.request.external_url);
  params.request.headers.Set("X-Twilio-Signature", Base64Encode(AsView(code)));
}

// A token with the hashes of URL and body.
void SignMessageBirdToken(const SignParams& params) {
  const std::int64_t now = absl::ToUnixSeconds(params.time);
  std::string claims;
  JsonWriter writer(claims);
  writer.BeginObject();
  writer.Key("iss");
  writer.String("MessageBird");
  writer.Key("nbf");
  writer.Int(now - 2);
  writer.Key("exp");
  writer.Int(now + 58);
  writer.Key("jti");
  writer.String("0f0e0d0c-0b0a-4a9b-8c7d-000000009999");
  writer.Key("url_hash");
  writer.String(HexEncode(AsView(Sha256(params.request.external_url))));
  if (!params.request.body.empty()) {
    writer.Key("payload_hash");
    writer.String(HexEncode(AsView(Sha256(params.request.body))));
  }
  writer.EndObject();
  const std::string text =
      Base64UrlEncode(R"({"alg":"HS256","typ":"JWT"})") + "." + Base64UrlEncode(claims);
  const Sha256Digest code = HmacSha256Key(params.secret).Sign(text);
  params.request.headers.Set("MessageBird-Signature-JWT",
                             text + "." + Base64UrlEncode(AsView(code)));
}

/// What a vector file cannot say.
struct CarrierRow {
  std::string_view name;
  void (*sign)(const SignParams& params);
};
constexpr CarrierRow kCarriers[] = {{"messagebird", SignMessageBirdToken},
                                    {"twilio", SignTwilioJson}};

struct WaiverRow {
  std::string_view carrier;
  std::string_view check;
  std::string_view vector;
  std::string_view reason;
};
constexpr std::string_view kMinute =
    "LiveChat gives neither id nor time: the minute of receipt is in the key, so that the same "
    "words an hour later are not taken for a redelivery";
constexpr WaiverRow kWaivers[] = {
    {"livechat", "dedupe.redelivery", "20_real_unknown_action", kMinute},
    {"livechat", "state.receipt_time", "20_real_unknown_action", kMinute},
};

ConformanceSuite SuiteOf(const std::string& carrier) {
  ConformanceSuite suite;
  suite.vectors = SourcePath("adapters/") + carrier + "/conformance.json";
  for (const CarrierRow& row : kCarriers) {
    if (row.name == carrier) suite.sign = row.sign;
  }
  for (const WaiverRow& row : kWaivers) {
    if (row.carrier != carrier) continue;
    suite.waivers.push_back({.check = std::string(row.check),
                             .vector = std::string(row.vector),
                             .reason = std::string(row.reason)});
  }
  return suite;
}

std::vector<std::string> CarrierNames() {
  std::vector<std::string> names;
  const std::vector<const AdapterInfo*> infos = Adapters().infos();
  names.reserve(infos.size());
  for (const AdapterInfo* info : infos) names.push_back(info->name);
  return names;
}

class CarrierConformance : public ::testing::TestWithParam<std::string> {};

TEST_P(CarrierConformance, HoldsToEveryCheck) {
  OMNI_ASSERT_OK_AND_ASSIGN(const AdapterFactory* const factory, Adapters().Find(GetParam()));
  RunAdapterConformance(*factory, SuiteOf(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(All, CarrierConformance, ::testing::ValuesIn(CarrierNames()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
