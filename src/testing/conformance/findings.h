/// \file
/// What has been found so far.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/testing/conformance.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {

/// Thread safety: confined.
class Findings {
 public:
  explicit Findings(std::vector<ConformanceWaiver> waivers);

  /// Notes that `check` compared something, and a finding unless it `holds`; `detail` words it.
  template <class Detail>
  void Expect(bool holds, std::string_view check, std::string_view vector, Detail&& detail) {
    Count(check);
    if (!holds && IsWanted(check, vector)) Add(check, vector, detail());
  }

  [[nodiscard]] ConformanceReport Take() &&;

 private:
  struct Waived {
    ConformanceWaiver waiver;
    bool used = false;
  };
  void Count(std::string_view check);
  // Whether a finding is to be told: neither waived, nor told often enough.
  bool IsWanted(std::string_view check, std::string_view vector);
  bool IsWaived(std::string_view check, std::string_view vector);
  void Add(std::string_view check, std::string_view vector, std::string detail);

  std::vector<Waived> waivers_;
  std::vector<ConformanceFinding> findings_;
  std::map<std::string, std::size_t, std::less<>> exercised_;
  std::map<std::pair<std::string, std::string>, int> told_;
};

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1
