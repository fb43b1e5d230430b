// What the kit is given may be wrong as well: vector files, waivers. And the guide tells of the
// checks and the bugs as they are.

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/planted_bugs.h"
#include "conformance/toy_adapter.h"
#include "docs/markdown.h"
#include "omni/testing/conformance.h"
#include "paths/source_path.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

auto Finding(std::string_view check, std::string_view detail) {
  return AllOf(Field(&ConformanceFinding::check, check),
               Field(&ConformanceFinding::detail, HasSubstr(std::string(detail))));
}

/// A vector file with one vector, from its members. Thread safety: confined.
class VectorFile {
 public:
  explicit VectorFile(std::string_view vector) : path_(Path()) {
    std::ofstream(path_) << R"({"format": "omni.conformance.v1", "time": "2024-01-15T10:30:00Z",
      "channel": {"scheme": "body", "key": "a key for bodies"},
      "signature": {"header": "X-Toy-Signature", "secret": "key", "algorithm": "hmac-sha256",
                    "text": "{body}"},
      "vectors": [)" << vector
                         << "]}";
  }
  ~VectorFile() { std::filesystem::remove(path_); }
  VectorFile(const VectorFile&) = delete;
  VectorFile& operator=(const VectorFile&) = delete;

  /// A file of the running test's own.
  [[nodiscard]] static std::string Path() {
    return ::testing::TempDir() + ::testing::UnitTest::GetInstance()->current_test_info()->name() +
           std::to_string(::getpid());
  }

  [[nodiscard]] ConformanceReport Check(ConformanceSuite suite = {}) const {
    suite.vectors = path_;
    return CheckAdapter(*MakeToyFactory([] { return ToyHooks(); }), suite);
  }

 private:
  const std::string path_;
};

constexpr std::string_view kGood = R"({
  "name": "good", "expect": {},
  "request": {"target": "/toy/a", "body": "{\"items\":[{\"kind\":\"weather\"}]}"}})";

std::string With(std::string_view members) {
  return R"({"name": "v", "request": {"target": "/toy/a", "body": "{\"items\":[]}"}, )" +
         std::string(members) + "}";
}

TEST(ConformanceKit, TakesAFileThatIsRight) {
  EXPECT_THAT(VectorFile(kGood).Check().findings, IsEmpty());
}

TEST(ConformanceKit, SaysWhatIsWrongWithAVectorFile) {
  const std::pair<std::string, std::string_view> mistakes[] = {
      {R"({"name": "v", "expect": {}})", "vectors[0].request.target: expected a path"},
      {With(R"("expect": {"tolld": 3})"), "did you mean told?"},
      {With(R"("expect": {}, "signature": {"kind": "hmac"})"), "vectors[0].signature.kind"},
      {With(R"("expect": {"supersedes": "w"})"), "speaks of w, which there is not"},
      {With(R"("exepct": {})"), "did you mean expect?"},
      {std::string(kGood) + "," + std::string(kGood), "there are two named good"},
      {R"({"name": "v", "expect": {}, "request": {"target": "/", "bodyBase64": "?"}})",
       "vectors[0].request.bodyBase64: is not base64"},
      {R"({"name": "v", "expect": {}, "request": {"target": "/", "bodyFile": "none"}})",
       "vectors[0].request.bodyFile: cannot be read"},
      {R"({"name": "v", "expect": {}, "request": {"target": "/", "headers": ["X"]}})",
       "vectors[0].request.headers: expected `Name: value`"},
      {R"({"name": "v", "expect": {}, "request": {"target": "/", "method": "YELL"}})",
       "vectors[0].request.method: there is no such method"},
      {"", "vectors: expected a list that is not empty"},
      {"{", "not valid JSON"},
      {With(R"("expect": {}, "channel": {"kye": "x"})"), "did you mean"},
  };
  for (const auto& [vector, message] : mistakes) {
    EXPECT_THAT(VectorFile(vector).Check().findings, Contains(Finding("vector.file", message)));
  }
}

TEST(ConformanceKit, SaysWhichIntermediateValueIsWrong) {
  const std::pair<std::string, std::string_view> mistakes[] = {
      {With(R"("expect": {}, "signature": {"stringToSign": "x"})"), R"(computed {"items":[]})"},
      {With(R"("expect": {}, "signature": {"mac": "00"})"), "stated otherwise, computed "},
      {With(R"("expect": {}, "signature": {"canonicalForm": "x"})"), "stated otherwise"},
      {With(R"("expect": {}, "signature": {"algorithm": "md5"})"), "no such algorithm"},
      {With(R"("expect": {}, "signature": {"encoding": "base32"})"), "no such encoding"},
      {With(R"("expect": {}, "signature": {"text": "{bdoy}"})"), "no such {placeholder}"},
      {With(R"("expect": {}, "signature": {"text": ""})"), "nothing says how to make one"},
      {With(R"("expect": {}, "where": {"batch": "/itmes"})"), "there is no batch at /itmes"},
  };
  for (const auto& [vector, message] : mistakes) {
    EXPECT_THAT(VectorFile(vector).Check().findings,
                Contains(Finding("vector.intermediate", message)));
  }
}

TEST(ConformanceKit, TakesAStoredProofAsItIs) {
  const VectorFile file(R"({
    "name": "v", "expect": {},
    "request": {"target": "/toy/a", "headers": ["X-Toy-Signature: 00"], "body": "{\"items\":[]}"}})");
  EXPECT_THAT(file.Check().findings,
              Contains(Finding("vector.intermediate", "the proof does not hold the code")));
}

TEST(ConformanceKit, WaivesWhatItIsToldToAndNothingElse) {
  const VectorFile file(With(R"("expect": {"told": 3, "ignored": 1})"));
  const ConformanceWaiver told{.check = "loss.told", .vector = "v", .reason = "for the test"};
  const ConformanceWaiver other{.check = "loss.told", .vector = "w", .reason = "for the test"};
  EXPECT_THAT(file.Check({.waivers = {told}}).findings,
              ElementsAre(Finding("vector.events", "0 items are ignored")));
  EXPECT_THAT(file.Check({.waivers = {told, other}}).findings,
              ElementsAre(Finding("vector.events", "0 items"), Finding("kit.waiver", "loss.told")));
  EXPECT_THAT(file.Check({.waivers = {other}}).findings,
              Contains(Finding("loss.told", "3 items were told")));
}

TEST(ConformanceKit, FailsTheTestForEachFinding) {
  const VectorFile file(With(R"("expect": {"told": 3})"));
  EXPECT_NONFATAL_FAILURE(RunAdapterConformance(*MakeToyFactory([] { return ToyHooks(); }),
                                                {.vectors = VectorFile::Path()}),
                          "loss.told (v): 3 items were told");
}

// The rows of a table in the guide, below the row of its head.
std::vector<std::pair<std::string, std::string>> RowsBelow(std::string_view head) {
  std::istringstream page(docs::ReadFile(SourcePath("docs/conformance.md")));
  std::vector<std::pair<std::string, std::string>> rows;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    const std::vector<std::string> cells = docs::TableCells(line);
    if (cells.size() == 2 && cells[0] == head) {
      inside = std::getline(page, line).good();  // the line of dashes
    } else if (cells.size() != 2) {
      inside = false;
    } else if (inside) {
      rows.emplace_back(cells[0], cells[1]);
    }
  }
  return rows;
}

std::string Code(std::string_view text) { return "`" + std::string(text) + "`"; }

TEST(ConformanceGuide, ListsEveryCheck) {
  std::vector<std::pair<std::string, std::string>> checks;
  checks.reserve(ConformanceChecks().size());
  for (const ConformanceCheck& check : ConformanceChecks()) {
    checks.emplace_back(Code(check.name), check.about);
  }
  EXPECT_EQ(RowsBelow("check"), checks);
}

TEST(ConformanceGuide, ListsEveryPlantedBugAndWhatFindsIt) {
  std::vector<std::pair<std::string, std::string>> bugs;
  const std::vector<PlantedBug> planted = AllBugs();
  bugs.reserve(planted.size());
  for (const PlantedBug& bug : planted) bugs.emplace_back(bug.name, Code(bug.killed_by));
  EXPECT_THAT(RowsBelow("the adapter"), UnorderedElementsAreArray(bugs));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1
