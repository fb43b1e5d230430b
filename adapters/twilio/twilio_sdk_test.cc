// Our verdict against that of Twilio's own SDK, over thousands of webhooks that the SDK signed just
// now. Needs Node and tests/oracle/node_modules, which tests/run installs.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "omni/testing/status_matchers.h"
#include "paths/source_path.h"
#include "twilio_test_util.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

std::string Oracle() { return SourcePath("tests/oracle"); }
constexpr int kCases = 2'000;

struct ClosePipe {
  void operator()(FILE* pipe) const { pclose(pipe); }
};

// What the oracle prints; empty when it cannot run.
std::string RunOracle(int seed) {
  const std::string command = "node '" + Oracle() + "/twilio_sdk.mjs' --seed " +
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
  return std::ifstream(Oracle() + "/node_modules/twilio/package.json").is_open();
}

struct Tally {
  int accepted = 0;
  int rejected = 0;
};

void Compare(std::string_view line, const ChannelAdapter& adapter, Tally& tally) {
  OMNI_ASSERT_OK_AND_ASSIGN(const JsonDocument document, JsonDocument::Parse(line));
  const JsonValue webhook = document.root();
  const auto text = [&webhook](std::string_view key) { return std::string(webhook[key].text()); };
  const Presented presented = {.url = text("url"),
                               .body = text("body"),
                               .signature = text("signature"),
                               .content_type = text("contentType"),
                               .method = ParseHttpMethod(webhook["method"].text())};
  ASSERT_TRUE(webhook["accepted"].AsBool().has_value());
  const bool accepted = *webhook["accepted"].AsBool();
  EXPECT_EQ(Verify(adapter, presented, KeysOf({webhook["token"].text()})).ok(), accepted) << line;
  ++(accepted ? tally.accepted : tally.rejected);
}

class TwilioSdk : public ::testing::TestWithParam<int> {};

TEST_P(TwilioSdk, VerdictsAreThoseOfTheOfficialSdk) {
  ASSERT_TRUE(IsInstalled()) << "the SDK is not installed: run tests/run, or npm --prefix "
                             << Oracle() << " ci";
  const std::string output = RunOracle(GetParam());
  const auto adapter = NewAdapter();
  Tally tally;
  std::string_view rest = output;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    ASSERT_NO_FATAL_FAILURE(Compare(line, *adapter, tally));
  }
  EXPECT_EQ(tally.accepted + tally.rejected, kCases) << "the oracle did not say all";
  EXPECT_GT(tally.accepted, kCases / 4);
  EXPECT_GT(tally.rejected, kCases / 4);
}

INSTANTIATE_TEST_SUITE_P(Seeds, TwilioSdk, ::testing::Values(1, 2, 3, 4, 5));

}  // namespace
}  // namespace twilio
}  // namespace omni::inline v0_1
