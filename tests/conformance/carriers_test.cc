// Every adapter that ships is held to the kit, with the vectors in its testdata.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/testing/conformance.h"
#include "omni/testing/status_matchers.h"

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

/// What a vector file cannot say.
struct CarrierRow {
  std::string_view name;
  void (*sign)(const SignParams& params);
};
constexpr CarrierRow kCarriers[] = {{"twilio", SignTwilioJson}};

std::string VectorsOf(const std::string& carrier) {
  return OMNI_SOURCE_DIR "/adapters/" + carrier + "/testdata/conformance.json";
}

ConformanceSuite SuiteOf(const std::string& carrier) {
  ConformanceSuite suite;
  suite.vectors = VectorsOf(carrier);
  for (const CarrierRow& row : kCarriers) {
    if (row.name == carrier) suite.sign = row.sign;
  }
  return suite;
}

std::vector<std::string> CarrierNames() {
  std::vector<std::string> names;
  for (const AdapterInfo* info : Adapters().infos()) {
    if (std::filesystem::exists(VectorsOf(info->name))) names.push_back(info->name);
  }
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
