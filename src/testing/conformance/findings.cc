#include "testing/conformance/findings.h"

#include <ostream>

namespace omni::inline v0_1 {
namespace testing {

std::ostream& operator<<(std::ostream& out, const ConformanceFinding& finding) {
  out << finding.check;
  if (!finding.vector.empty()) out << " (" << finding.vector << ")";
  return out << ": " << finding.detail;
}

namespace conformance {
namespace {

constexpr int kToldOfEach = 3;

}  // namespace

Findings::Findings(std::vector<ConformanceWaiver> waivers) {
  for (ConformanceWaiver& waiver : waivers) waivers_.push_back({.waiver = std::move(waiver)});
}

void Findings::Count(std::string_view check) {
  auto exercised = exercised_.find(check);
  if (exercised == exercised_.end()) exercised = exercised_.emplace(check, 0).first;
  ++exercised->second;
}

bool Findings::IsWanted(std::string_view check, std::string_view vector) {
  return !IsWaived(check, vector) &&
         ++told_[{std::string(check), std::string(vector)}] <= kToldOfEach;
}

void Findings::Add(std::string_view check, std::string_view vector, std::string detail) {
  findings_.push_back(
      {.check = std::string(check), .vector = std::string(vector), .detail = std::move(detail)});
}

bool Findings::IsWaived(std::string_view check, std::string_view vector) {
  for (Waived& waived : waivers_) {
    if (waived.waiver.check != check) continue;
    if (!waived.waiver.vector.empty() && waived.waiver.vector != vector) continue;
    waived.used = true;
    return true;
  }
  return false;
}

ConformanceReport Findings::Take() && {
  for (const Waived& waived : waivers_) {
    if (waived.used) continue;
    findings_.push_back({.check = "kit.waiver",
                         .vector = waived.waiver.vector,
                         .detail = "nothing had to be waived of " + waived.waiver.check});
  }
  ConformanceReport report{.findings = std::move(findings_)};
  report.exercised.assign(exercised_.begin(), exercised_.end());
  return report;
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1
