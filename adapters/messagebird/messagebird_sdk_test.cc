// The gateway's answer against the verdict of MessageBird's own SDK, over thousands of webhooks
// that were signed just now. Needs Node and tests/oracle/node_modules, which tests/run installs.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "messagebird_test_gateway.h"
#include "omni/testing/status_matchers.h"
#include "paths/source_path.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

using ::omni::testing::IsOk;

std::string Oracle() { return SourcePath("tests/oracle"); }
constexpr int kCases = 2'000;

struct ClosePipe {
  void operator()(FILE* pipe) const { pclose(pipe); }
};

// What the oracle prints; empty when it cannot run.
std::string RunOracle(int seed) {
  const std::string command = "node '" + Oracle() + "/messagebird_sdk.mjs' --seed " +
                              std::to_string(seed) + " --count " + std::to_string(kCases);
  const std::unique_ptr<FILE, ClosePipe> pipe(popen(command.c_str(), "r"));
  std::string output;
  std::array<char, 1 << 16> buffer;
  while (pipe != nullptr) {
    const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe.get());
    if (size == 0) break;
    output.append(buffer.data(), size);
  }
  return output;
}

bool IsInstalled() {
  return std::ifstream(Oracle() + "/node_modules/messagebird/package.json").is_open();
}

struct Tally {
  int accepted = 0;
  int rejected = 0;
  int stricter = 0;
  std::size_t delivered = 0;  // events that came of those that were accepted
};

// As behind a proxy, where the host knows what was called: the oracle varies host and path.
WebhookRequest MakeProxiedRequest(const Presented& presented) {
  WebhookRequest request = MakeRequest(presented);
  const std::size_t query = presented.url.find('?');
  request.target = "/messagebird";
  if (query != std::string::npos) request.target += presented.url.substr(query);
  request.external_url = presented.url;
  return request;
}

void Compare(std::string_view line, std::map<std::string, Tally>& tallies) {
  OMNI_ASSERT_OK_AND_ASSIGN(const JsonDocument document, JsonDocument::Parse(line));
  const JsonValue webhook = document.root();
  Presented presented = FromJson(webhook);
  presented.keys = {std::string(webhook["key"].text())};
  presented.now = absl::FromUnixSeconds(webhook["now"].AsInt64().value_or(0));
  ASSERT_TRUE(webhook["accepted"].AsBool().has_value()) << line;
  const bool accepted = *webhook["accepted"].AsBool();
  const bool stricter = !webhook["stricter"].text().empty();
  Tally& tally = tallies[std::string(webhook["scheme"].text())];

  TestGateway gateway(SettingsOf(presented));
  const HttpResponse response = gateway.Handle(MakeProxiedRequest(presented));
  EXPECT_EQ(response.status != 401, accepted && !stricter) << response.body << line;
  EXPECT_EQ(response.status == 200, !gateway.accepted().empty()) << response.body << line;
  ++(stricter ? tally.stricter : accepted ? tally.accepted : tally.rejected);
  tally.delivered += gateway.accepted().size();
}

class MessageBirdSdk : public ::testing::TestWithParam<int> {};

TEST_P(MessageBirdSdk, VerdictsAreThoseOfTheOfficialSdk) {
  ASSERT_TRUE(IsInstalled()) << "the SDK is not installed: run tests/run, or npm --prefix "
                             << Oracle() << " ci";
  const std::string output = RunOracle(GetParam());
  std::map<std::string, Tally> tallies;
  std::string_view rest = output;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    ASSERT_NO_FATAL_FAILURE(Compare(line, tallies));
  }
  int total = 0;
  for (std::string_view scheme : {"jwt", "timestamp"}) {
    const Tally& tally = tallies[std::string(scheme)];
    EXPECT_GT(tally.accepted, kCases / 10) << scheme;
    EXPECT_GT(tally.rejected, kCases / 10) << scheme;
    EXPECT_GT(tally.stricter, 0) << scheme;
    EXPECT_GT(tally.delivered, kCases / 10) << scheme;
    total += tally.accepted + tally.rejected + tally.stricter;
  }
  EXPECT_EQ(total, kCases) << "the oracle did not say all";
}

INSTANTIATE_TEST_SUITE_P(Seeds, MessageBirdSdk, ::testing::Values(1, 2, 3));

}  // namespace
}  // namespace messagebird
}  // namespace omni::inline v0_1
