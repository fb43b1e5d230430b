#include "omni/testing/conformance.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "testing/conformance/checks.h"
#include "testing/conformance/findings.h"
#include "testing/conformance/signing.h"
#include "testing/conformance/subject.h"
#include "testing/conformance/vector.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

constexpr void (*kChecksOfAVector[])(Subject& subject) = {
    CheckExpectations, CheckIntermediates, CheckForgeries,     CheckForgedParts, CheckCoverage,
    CheckKeys,         CheckHeaders,       CheckTimes,         CheckEvents,      CheckDedupe,
    CheckBatch,        CheckUnknown,       CheckHostileBodies, CheckLeaks,       CheckRejections,
    CheckRepetition,   CheckGateway,
};

constexpr void (*kChecksOfAllVectors[])(std::vector<Subject>& subjects) = {
    CheckProofsOfOthers, CheckRelations, CheckSequences, CheckThreads};

/// Examines one adapter. Thread safety: confined.
class Examiner {
 public:
  Examiner(const AdapterFactory& factory, const ConformanceSuite& suite)
      : signer_(suite.sign),
        findings_(suite.waivers),
        examination_{.factory = factory, .signer = signer_, .findings = findings_} {}

  ConformanceReport Run(const std::string& path) && {
    const auto vectors = LoadVectors(path);
    findings_.Expect(vectors.ok(), "vector.file", "",
                     [&] { return path + ": " + vectors.status().ToString(); });
    if (vectors.ok()) Examine(*vectors);
    return std::move(findings_).Take();
  }

 private:
  void Examine(const std::vector<Vector>& vectors) {
    std::vector<Subject> subjects;
    for (const Vector& vector : vectors) {
      auto adapter = AdapterOf(vector);
      if (adapter == nullptr) continue;
      subjects.emplace_back(examination_, vector, std::move(adapter));
    }
    for (Subject& subject : subjects) {
      for (const auto check : kChecksOfAVector) check(subject);
    }
    if (subjects.empty()) return;
    for (const auto check : kChecksOfAllVectors) check(subjects);
  }

  // One for each configuration, so that what it remembers of one vector shows in another.
  std::shared_ptr<const ChannelAdapter> AdapterOf(const Vector& vector) {
    auto& adapter = adapters_[vector.channel];
    if (adapter != nullptr) return adapter;
    auto made = MakeAdapter(examination_.factory, vector.channel);
    findings_.Expect(made.ok(), "vector.file", vector.name,
                     [&] { return "the channel is refused: " + made.status().ToString(); });
    if (!made.ok()) return nullptr;
    adapter = *std::move(made);
    CheckInfo(examination_.factory, *adapter, findings_);
    CheckConfiguration(examination_.factory, vector, findings_);
    return adapter;
  }

  const Signer signer_;
  Findings findings_;
  const Examination examination_;
  std::map<std::string, std::shared_ptr<const ChannelAdapter>> adapters_;
};

}  // namespace
}  // namespace conformance

ConformanceReport CheckAdapter(const AdapterFactory& factory, const ConformanceSuite& suite) {
  return conformance::Examiner(factory, suite).Run(suite.vectors);
}

void RunAdapterConformance(const AdapterFactory& factory, const ConformanceSuite& suite) {
  const ConformanceReport report = CheckAdapter(factory, suite);
  for (const ConformanceFinding& finding : report.findings) ADD_FAILURE() << finding;
  EXPECT_FALSE(report.exercised.empty()) << "nothing was checked";
}

}  // namespace testing
}  // namespace omni::inline v0_1
