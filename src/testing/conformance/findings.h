/// \file
/// What has been found so far.
#pragma once

#include <cstddef>
#include <functional>
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

  /// Notes that `check` compared something, and a finding unless it `holds`.
  void Expect(bool holds, std::string_view check, std::string_view vector,
              const std::function<std::string()>& detail);

  [[nodiscard]] ConformanceReport Take() &&;

 private:
  struct Waived {
    ConformanceWaiver waiver;
    bool used = false;
  };
  bool IsWaived(std::string_view check, std::string_view vector);

  std::vector<Waived> waivers_;
  std::vector<ConformanceFinding> findings_;
  std::map<std::string, std::size_t, std::less<>> exercised_;
  std::map<std::pair<std::string, std::string>, int> told_;
};

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1
