// The kit is itself tested: it finds nothing in an adapter that is right, and each planted bug.

#include "conformance/planted_bugs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <string>
#include <string_view>

#include "conformance/toy_adapter.h"
#include "omni/testing/conformance.h"
#include "paths/source_path.h"

namespace omni::inline v0_1 {
namespace testing {

void PrintTo(const PlantedBug& bug, std::ostream* out) { *out << bug.name; }

namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;

ConformanceSuite ToySuite() {
  return {.vectors = SourcePath("tests/conformance/vectors/toy.json"),
          .sign = [](const SignParams& params) {
            SignToyToken(params.secret, params.time, params.request);
          }};
}

std::set<std::string> Names(const ConformanceReport& report) {
  std::set<std::string> names;
  for (const auto& [name, times] : report.exercised) names.insert(name);
  return names;
}

TEST(PlantedBugs, AnAdapterThatIsRightHasNoFindingAndIsHeldToEveryCheck) {
  const auto factory = MakeToyFactory([] { return ToyHooks(); });
  const ConformanceReport report = CheckAdapter(*factory, ToySuite());
  EXPECT_THAT(report.findings, IsEmpty());
  std::set<std::string> left;
  for (const ConformanceCheck& check : ConformanceChecks()) left.emplace(check.name);
  left.erase("kit.waiver");
  for (const std::string& name : Names(report)) left.erase(name);
  EXPECT_THAT(left, IsEmpty()) << "these checks had nothing to work on";
}

class PlantedBugTest : public ::testing::TestWithParam<PlantedBug> {};

TEST_P(PlantedBugTest, IsFoundByTheCheckThatSaysSo) {
  const auto factory = MakeToyFactory(GetParam().plant);
  const ConformanceReport report = CheckAdapter(*factory, ToySuite());
  EXPECT_THAT(report.findings, Contains(Field(&ConformanceFinding::check, GetParam().killed_by)));
}

INSTANTIATE_TEST_SUITE_P(All, PlantedBugTest, ::testing::ValuesIn(AllBugs()),
                         [](const ::testing::TestParamInfo<PlantedBug>& test) {
                           std::string name(test.param.name);
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) {
                                 return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                          (c >= '0' && c <= '9'));
                               },
                               '_');
                           return name;
                         });

// What the kit is given may be wrong, which is no bug of an adapter: kit_test.cc.
bool JudgesAdapters(std::string_view check) {
  return check != "kit.waiver" && check != "vector.file" && check != "vector.intermediate";
}

TEST(PlantedBugs, EveryCheckFindsOne) {
  std::set<std::string_view> finds;
  for (const PlantedBug& bug : AllBugs()) finds.insert(bug.killed_by);
  for (const ConformanceCheck& check : ConformanceChecks()) {
    EXPECT_EQ(finds.contains(check.name), JudgesAdapters(check.name)) << check.name;
  }
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
